import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PositionView } from "../src/core/book/index.ts";
// @ts-expect-error a script without types
import { findChromium } from "../scripts/chromium.mjs";
import { root } from "./files.ts";
import { makeToken } from "./service-kit.ts";

const browser = (findChromium as () => string | undefined)();
if (browser === undefined) console.warn("Left out: the tests of the page, since there is no browser here. Install Chromium (Debian: apt-get install chromium), or name one in CHROMIUM.");

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const command = join(root, "dist/src/bin/main.js");

describe.skipIf(browser === undefined)("the page", () => {
  let folder: string;
  let context: BrowserContext;
  let page: Page;
  let service: { readonly child: ChildProcess; readonly url: string };
  let complaints: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "fillbook-page-"));
    context = await chromium.launchPersistentContext(join(folder, "browser"), { executablePath: browser!, args: FLAGS });
  });
  afterAll(async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    service = await started(mkdtempSync(join(folder, "data-")), 0);
    page = await context.newPage();
    complaints = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
  });
  afterEach(async () => {
    await page.close();
    await stopped(service.child, "SIGTERM");
  });

  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${service.url}/v1/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    expect(response.status).toBe(200);
  };
  const cell = (row: string, column: string) => page.locator(`${row} td[data-column="${column}"] > span`).first();
  const total = (key: string) => page.locator(`#totals [data-total="${key}"] dd > span`).first();
  const exact = (of: ReturnType<typeof cell>) => of.getAttribute("data-exact");
  /** Waits until a figure says exactly this. */
  const says = (of: ReturnType<typeof cell>, figure: string) => expect.poll(() => exact(of), { timeout: 10_000 }).toBe(figure);
  const isLive = () => expect.poll(() => page.locator("#connection").getAttribute("data-state"), { timeout: 20_000 }).toBe("live");
  const fitsIn = async (width: number) => {
    await page.setViewportSize({ width, height: 700 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  };

  test("says what to do while the book is empty", async () => {
    await page.goto(service.url);
    await page.locator("#empty").waitFor();
    expect(await page.locator("#import").textContent()).toBe("npx fillbook import fills.csv");
    const curl = (await page.locator("#curl").textContent())!;
    expect(curl).toContain(`curl ${service.url}/v1/fills`);
    for (const width of [1440, 400, 320]) await fitsIn(width);
    await post("fills", JSON.parse(/-d '(.*)'/.exec(curl)![1]!));
    await says(cell("tbody", "quantity"), "0.5");
    expect(await page.locator("#empty").isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });

  test("shows every figure as the service says it, to the last digit, and follows what is booked", async () => {
    await post("fills", FILLS);
    await page.goto(service.url);
    await says(cell("tbody", "quantity"), "0.15");
    await post("marks", [{ venue: "", symbol: "BTC/USD", price: "62000", timestamp: new Date().toISOString() }]);
    await says(cell("tbody", "unrealized"), "280"); // 0.15 × 62000 − 9020
    await says(total("unrealized"), "280");
    await says(total("net"), "767.32"); // 520 + 280 − 32.68
    await post("fills", [{ ...FILLS[0], id: "9", symbol: "ETH/USD", quantity: "1.600000123456789012", price: "3185.00000001", fee: "0" }]);
    const eth = cell("tbody:nth-of-type(2)", "quantity");
    await says(eth, "1.600000123456789012");
    expect(await eth.innerText()).toContain("1.60000012");
    expect(await eth.getAttribute("title")).toBe("1.600000123456789012");
    expect(await copied(page, `tbody:nth-of-type(2) td[data-column="quantity"] > span`)).toBe("1.600000123456789012");
    expect(complaints).toEqual([]);
  });

  test("what is not known looks unknown, in the row and in the total", async () => {
    await post("fills", FILLS);
    await page.goto(service.url);
    await says(cell("tbody", "realized"), "520");
    for (const unknown of [cell("tbody", "unrealized"), cell("tbody", "net"), total("net")]) {
      expect(await unknown.textContent()).toBe("\u2013");
      expect(await unknown.getAttribute("title")).toMatch(/^Unknown: .*mark/);
    }
  });

  test("is used with the keyboard, and opens into venues", async () => {
    await post("fills", [...FILLS, { ...FILLS[0], id: "9", symbol: "ETH/USD" }]);
    await page.goto(service.url);
    await page.locator("tbody button").nth(1).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("tr.venue").first().waitFor();
    expect(await page.locator("tr.venue th").allTextContents()).toEqual(["krakencex", "coinbase"]);
    expect(await Promise.all([0, 1].map((i) => exact(page.locator("tr.venue td[data-column=quantity] > span").nth(i))))).toEqual(["-0.1", "0.25"]);
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("ETH/USD");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator("tr.venue").count()).toBe(0);
    for (const width of [1440, 900, 640, 400, 320]) await fitsIn(width);
  });

  test("after the service was killed it says so, keeps its figures, and goes on where it was", async () => {
    await post("fills", FILLS);
    await page.goto(service.url);
    await says(cell("tbody", "quantity"), "0.15");
    const { port } = new URL(service.url);
    const dataDir = service.child.spawnargs.at(-1)!;
    await stopped(service.child, "SIGKILL");
    await page.locator("#notice").waitFor();
    expect(await page.locator("#notice").textContent()).toMatch(/^Not connected since .*: figures are those of entry 4\. Trying again\.$/);
    expect(await exact(cell("tbody", "quantity"))).toBe("0.15");
    service = await started(dataDir, Number(port));
    await post("fills", [{ ...FILLS[0], id: "4" }, { ...FILLS[0], id: "5", symbol: "ETH/USD" }]);
    await isLive();
    await says(cell("tbody", "quantity"), "0.65");
    await says(cell("tbody:nth-of-type(2)", "quantity"), "0.5");
    expect(await page.locator("#notice").isVisible()).toBe(false);
    await post("events", [{ type: "bust", venue: "kraken", symbol: "ETH/USD", fill: "5" }]);
    await expect.poll(() => page.locator("tbody").count(), { timeout: 10_000 }).toBe(1);
    const { positions } = (await (await fetch(`${service.url}/v1/positions`)).json()) as { positions: PositionView[] };
    for (const [column, field] of [["quantity", "quantity"], ["average", "avgPrice"], ["realized", "realizedPnl"], ["fees", "fees"]] as const) expect(await exact(cell("tbody", column))).toBe(positions[0]![field]);
    expect(complaints.filter((text) => !text.includes("ERR_CONNECTION_REFUSED"))).toEqual([]);
  });
});

describe.skipIf(browser === undefined)("the page of a service that asks for a token", () => {
  test("asks for it, shows the book with it under its policy, keeps it in its tab only, and forgets it; the documentation works, too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fillbook-page-token-"));
    const dataDir = join(folder, "data");
    const [reader, writer] = [["read"], ["write"]].map((scope) => makeToken(dataDir, { name: scope.join(), scopes: scope as ["read"] })) as [string, string];
    const service = await started(dataDir, 0);
    const context = await chromium.launchPersistentContext(join(folder, "browser"), { executablePath: browser!, args: FLAGS });
    try {
      expect((await fetch(`${service.url}/v1/fills`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${writer}` }, body: JSON.stringify(FILLS) })).status).toBe(200);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
      const asked: string[] = [];
      page.on("request", (request) => void asked.push(request.url()));
      page.on("websocket", (socket) => void asked.push(socket.url()));
      const give = async (text: string) => {
        await page.locator("#token").fill(text);
        await page.keyboard.press("Enter");
      };
      const why = (text: string) => expect.poll(() => page.locator("#access .why").innerText(), { timeout: 20_000 }).toBe(text);
      await page.goto(service.url);
      await page.locator("#access").waitFor();
      await why("This service asks for a token.");
      await give("fillbook_wrong");
      await why("this is no token of this service");
      await give(writer);
      await why("This token may not read: take one with the scope read.");
      await give(reader);
      const quantity = page.locator(`tbody td[data-column="quantity"] > span`).first();
      await expect.poll(() => quantity.getAttribute("data-exact"), { timeout: 20_000 }).toBe("0.15");
      expect(await page.locator("#access").isVisible()).toBe(false);
      await page.reload();
      await expect.poll(() => quantity.getAttribute("data-exact"), { timeout: 20_000 }).toBe("0.15");
      expect(await page.evaluate("JSON.stringify([Object.keys(sessionStorage), Object.keys(localStorage), document.cookie])")).toBe('[["fillbook-token"],[],""]');
      expect(asked.filter((url) => [reader, writer].some((secret) => url.includes(secret)))).toEqual([]);
      await page.locator("#forget").click();
      await why("This service asks for a token.");
      expect(await page.evaluate("sessionStorage.length")).toBe(0);
      expect(await page.locator("table").isVisible()).toBe(false);
      expect(complaints.filter((text) => !/40[13]|HTTP Authentication failed/.test(text))).toEqual([]); // it was turned away, but by no policy
      complaints.length = 0;
      await page.goto(`${service.url}/docs`);
      await page.getByText("/v1/positions/{symbol}").first().waitFor({ timeout: 20_000 });
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
      await stopped(service.child, "SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

const FILLS = [
  { id: "1", venue: "kraken", venueType: "cex", symbol: "BTC/USD", side: "buy", quantity: "0.5", price: "60000", fee: "12", timestamp: "2024-03-01T10:00:00Z" },
  { id: "2", venue: "coinbase", symbol: "BTC/USD", side: "buy", quantity: "0.25", price: "60400", fee: "6.04", timestamp: "2024-03-01T11:00:00Z" },
  { id: "3", venue: "kraken", symbol: "BTC/USD", side: "sell", quantity: "0.6", price: "61000", fee: "14.64", timestamp: "2024-03-02T09:30:00Z" },
];

/** `fillbook serve`, once it says where it answers. */
async function started(dataDir: string, port: number): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [command, "serve", "--database", "off", "--json", "--log-level", "warn", "--port", `${port}`, "--data", dataDir], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface(child.stdout)) return { child, url: (JSON.parse(line) as { url: string }).url };
  throw new Error("the service ended before it answered");
}

async function stopped(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

/** What lands on the clipboard when all of an element is selected and copied. */
function copied(page: Page, selector: string): Promise<string> {
  return page.evaluate(`(() => {
    getSelection().selectAllChildren(document.querySelector(${JSON.stringify(selector)}));
    const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
    getSelection().anchorNode.dispatchEvent(event);
    return event.clipboardData.getData("text/plain");
  })()`);
}
