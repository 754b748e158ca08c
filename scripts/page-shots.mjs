// `npm run page-shots`: pictures of every view of the page over a made-up book, at 1440, into docs/images/page-NAME.png. `npm run page-shots -- --all FOLDER` takes each at 1440,
// 1280 and 390, light and dark, of books without a fill, with three and with ten thousand positions, and how it looks when the service is gone, marks are too old, or a token is wanted, into a folder of yours. Fails when the page says anything on the console, asks anybody else, or is wider than its window.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { findChromium } from "./chromium.mjs";
import { seedPage } from "./page-book.mjs";
import { DESK_CONFIG, seedDesk, setLimits, tellCrossing } from "./page-desk.mjs";
import { seedMany, seedThree } from "./page-sizes.mjs";
import { command, root } from "./setup.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const VIEWS = { overview: "#/overview", positions: "#/positions", symbol: "#/symbol/BTC%2FUSD", risk: "#/risk", performance: "#/performance?benchmark=SP500", opportunities: "#/opportunities", pairs: "#/pairs", operations: "#/operations" };
const SETTLE_MS = 2_000;
const LONGEST_MS = 60_000;
const { values } = parseArgs({ options: { all: { type: "string" }, only: { type: "string" } } });

const folder = mkdtempSync(join(tmpdir(), "fillbook-page-shots-"));
const config = join(folder, "fillbook.yaml");
writeFileSync(config, DESK_CONFIG);
const children = [];
async function serve(name, configured = config) {
  const child = spawn(process.execPath, [command, "serve", "--database", "off", "--json", "--log-level", "error", "--port", "0", "--config", configured, "--data", join(folder, name)], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  for await (const line of createInterface(child.stdout)) return JSON.parse(line).url;
}

async function end(child) {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

const complaints = [];
let [count, telling] = [0, undefined];
async function shoot(browser, url, view, { width, height, scheme, path, before = async () => undefined, isQuiet = true }) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
  const complain = (text) => complaints.push(`${view} at ${width}: ${text}`);
  page.on("console", (message) => isQuiet && ["error", "warning"].includes(message.type()) && complain(message.text()));
  page.on("pageerror", (error) => complain(error.message));
  page.on("request", (request) => request.url().startsWith(url) || request.url().startsWith("data:") || complain(`asks for ${request.url()}`));
  await page.goto(`${url}/${VIEWS[view]}`);
  for (const endMs = Date.now() + LONGEST_MS; Date.now() < endMs && (await page.locator(".waiting, .waits").count()) > 0; ) await wait(250); // nothing is asked for any more
  await wait(SETTLE_MS);
  if (view === "positions" && height > 500) {
    for (const opener of [0, 3]) await page.locator(".opener").nth(opener).click({ timeout: 500 }).catch(() => undefined); // none in an empty book
    await wait(200);
  }
  await before();
  const wide = await page.evaluate("document.documentElement.scrollWidth");
  if (wide > width) complain(`${wide} pixels wide`);
  await page.screenshot({ path });
  count += 1;
  await page.close();
}

const browser = await chromium.launch({ executablePath: findChromium(), args: FLAGS });
try {
  const full = await serve("full");
  await setLimits(full);
  await seedPage(full);
  await seedDesk(full);
  telling = setInterval(() => void tellCrossing(full).catch(() => undefined), 1_000);
  const wanted = Object.keys(VIEWS).filter((view) => values.only === undefined || values.only.split(",").includes(view));
  if (values.all === undefined) {
    for (const view of wanted) await shoot(browser, full, view, { width: 1440, height: 900, scheme: "light", path: join(root, "docs", "images", `page-${view}.png`) });
  } else {
    mkdirSync(values.all, { recursive: true });
    const desk = { width: 1280, height: 800, scheme: "light" };
    const pathOf = (name) => join(values.all, `${name}.png`);
    const books = { empty: await serve("empty"), three: await serve("three"), many: await serve("many") };
    await seedThree(books.three);
    await seedMany(books.many);
    for (const view of wanted) {
      for (const [width, height] of [[1440, 900], [1280, 800], [390, 844]]) for (const scheme of ["light", "dark"]) await shoot(browser, full, view, { width, height, scheme, path: pathOf(`${view}-${width}-${scheme}`) });
      for (const [name, url] of Object.entries(books)) await shoot(browser, url, view, { ...desk, path: pathOf(`${view}-${name}`) });
    }
    const [old, kept] = [join(folder, "old.yaml"), join(folder, "kept.yaml")];
    writeFileSync(old, "marks: {max_age: 1s}\n");
    const stale = await serve("stale", old);
    await seedThree(stale);
    for (const view of ["overview", "positions", "symbol"].filter((name) => wanted.includes(name))) await shoot(browser, stale, view, { ...desk, path: pathOf(`${view}-stale`) });
    execFileSync(process.execPath, [command, "token", "create", "--name", "desk", "--scope", "read", "--data", join(folder, "locked")], { stdio: "ignore" });
    writeFileSync(kept, "");
    await shoot(browser, await serve("locked", kept), "overview", { ...desk, path: pathOf("overview-locked"), isQuiet: false });
    const gone = await serve("gone");
    const child = children.at(-1);
    await seedThree(gone);
    await shoot(browser, gone, "overview", { ...desk, path: pathOf("overview-gone"), isQuiet: false, before: async () => (await end(child), wait(7_000)) });
  }
} finally {
  clearInterval(telling);
  await browser.close();
  for (const child of children) if (child.exitCode === null) await end(child);
  rmSync(folder, { recursive: true, force: true });
}
for (const complaint of new Set(complaints)) console.error(complaint);
console.log(`${count} pictures, ${complaints.length} complaints`);
process.exitCode = complaints.length === 0 ? 0 : 1;
