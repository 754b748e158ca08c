import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";
// @ts-expect-error a script without types
import { findChromium } from "../../scripts/chromium.mjs";
// @ts-expect-error a script without types
import { seedPage } from "../../scripts/page-book.mjs";
// @ts-expect-error a script without types
import { DESK_CONFIG, seedDesk, tellCrossing } from "../../scripts/page-desk.mjs";
import { root } from "../files.ts";

/** The browser of this machine; undefined: there is none, and tests of the page are left out. */
export const chromiumPath = (findChromium as () => string | undefined)();
if (chromiumPath === undefined) console.warn("Left out: the tests of the page, since there is no browser here. Install Chromium (Debian: apt-get install chromium), or name one in CHROMIUM.");

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const command = join(root, "dist/src/bin/main.js");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** How a page is opened. */
export interface Sight {
  readonly width?: number; // 1440
  readonly height?: number; // 900
  readonly scheme?: "light" | "dark";
  readonly stillness?: boolean; // the system asks for less motion
  readonly before?: string; // a script that runs before the page does
}

/** A `fillbook serve` that a test may kill and start again on the same data and port. */
export class PageService {
  readonly dataDir: string;
  readonly #config: string | undefined; // a file
  #child: ChildProcess | undefined;
  #port = 0;
  url = "";

  constructor(dataDir: string, config?: string) {
    this.dataDir = dataDir;
    this.#config = config;
  }

  async start(): Promise<void> {
    const child = (this.#child = spawn(process.execPath, [command, "serve", "--database", "off", "--json", "--log-level", "error", "--port", `${this.#port}`, "--data", this.dataDir, ...(this.#config === undefined ? [] : ["--config", this.#config])], { stdio: ["ignore", "pipe", "inherit"] }));
    for await (const line of createInterface(child.stdout)) {
      this.url = (JSON.parse(line) as { url: string }).url;
      this.#port = Number(new URL(this.url).port);
      return;
    }
    throw new Error("the service ended before it answered");
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  async post(path: string, body: unknown, token?: string): Promise<unknown> {
    const response = await fetch(`${this.url}/v1/${path}`, { method: "POST", headers: { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }, body: JSON.stringify(body) });
    expect([path, response.status]).toEqual([path, 200]);
    return response.json();
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(`${this.url}/v1/${path}`)).json()) as T;
  }
}

/** What a page complains of whose service has stopped: it answers 503 while it does, and nothing afterwards. */
export const STOPPED = /ERR_|WebSocket|503|Unable to preload/;

/** One browser, and the services that tests of the page share. */
export class PageKit {
  readonly folder = mkdtempSync(join(tmpdir(), "fillbook-page-"));
  #browser: Browser | undefined;
  readonly #services: PageService[] = [];
  /** A made-up book of 200 days, with prices, capital and marks. */
  full!: PageService;
  /** A service without a fill. */
  empty!: PageService;
  readonly #complaints = new WeakMap<Page, string[]>();

  async begin(): Promise<void> {
    this.#browser = await chromium.launch({ executablePath: chromiumPath!, args: FLAGS });
    [this.full, this.empty] = await Promise.all([this.service(DESK_CONFIG as string), this.service()]);
    for (const seed of [seedPage, seedDesk] as ((url: string) => Promise<void>)[]) await seed(this.full.url);
  }

  async end(): Promise<void> {
    await this.#browser?.close();
    await Promise.all(this.#services.map((service) => service.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Tells the full service of ladders that cross, until the function that it answers is called. */
  async ladders(): Promise<() => void> {
    const tell = () => (tellCrossing as (url: string) => Promise<void>)(this.full.url);
    await tell();
    const timer = setInterval(() => void tell().catch(() => undefined), 1_000);
    return () => clearInterval(timer);
  }

  /** A service of a test's own. @param config the text of its fillbook.yaml */
  async service(config?: string): Promise<PageService> {
    const data = mkdtempSync(join(this.folder, "data-"));
    const file = config === undefined ? undefined : `${data}.yaml`;
    if (file !== undefined) writeFileSync(file, config!);
    const service = new PageService(data, file);
    this.#services.push(service);
    await service.start();
    return service;
  }

  /** Opens a place of the page, such as `#/positions`. What it complains of, and whom it asks, is noted. */
  async open(service: PageService, place: string, { width = 1440, height = 900, scheme = "light", stillness = false, before }: Sight = {}): Promise<Page> {
    const context = await this.#browser!.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion: stillness ? "reduce" : "no-preference", acceptDownloads: true, timezoneId: "America/New_York" });
    const page = await context.newPage();
    if (before !== undefined) await page.addInitScript(before);
    const complaints: string[] = [];
    this.#complaints.set(page, complaints);
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => void ((message.type() === "error" || message.type() === "warning") && complaints.push(message.text())));
    const origin = service.url;
    const note = (url: string) => void (url.startsWith(origin) || url.startsWith(origin.replace("http", "ws")) || url.startsWith("data:") || url.startsWith("blob:") || complaints.push(`asks for ${url}`));
    page.on("request", (request) => note(request.url()));
    page.on("websocket", (socket) => note(socket.url()));
    await page.goto(`${service.url}/${place}`);
    return page;
  }

  /** Closes a page that is to have complained of nothing, and to have asked nobody else. @param but what was meant */
  async close(page: Page, but?: RegExp): Promise<void> {
    expect((this.#complaints.get(page) ?? []).filter((text) => but?.test(text) !== true)).toEqual([]);
    await page.context().close();
  }
}

/** Waits until a figure says exactly this. */
export async function saysExactly(figure: Locator, exact: string, timeout = 10_000): Promise<void> {
  await expect.poll(() => figure.getAttribute("data-exact"), { timeout }).toBe(exact);
}

/** What several figures say exactly. */
export async function exactTexts(figures: Locator): Promise<(string | null)[]> {
  return Promise.all((await figures.all()).map((figure) => figure.getAttribute("data-exact")));
}

export async function isLive(page: Page): Promise<void> {
  await expect.poll(() => page.locator("#connection").getAttribute("data-state"), { timeout: 20_000 }).toBe("live");
}

/** An attribute of each element that is found, in their order. */
export async function attributesOf(found: Locator, name: string): Promise<(string | null)[]> {
  return Promise.all((await found.all()).map((one) => one.getAttribute(name)));
}

/** The page is as wide as its window, at most. */
export async function fitsIn(page: Page, width: number, height = 800): Promise<void> {
  await page.setViewportSize({ width, height });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
}

/** What axe finds against WCAG 2.2 A and AA: nothing. */
export async function isAccessible(page: Page): Promise<void> {
  // an evaluated script is none of the page's own: its policy does not count for it
  await page.evaluate(axe);
  const found = await page.evaluate<{ id: string; nodes: { html: string; any: { message: string }[] }[] }[]>(`axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, any }) => ({ html, any: any.map(({ message }) => ({ message })) })) })))`);
  expect(found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 200)} ${any[0]?.message ?? ""}`).join(" | ")}`)).toEqual([]);
}

/** What lands on the clipboard when all of an element is selected and copied; or all from one to another. */
export function copied(page: Page, selector: string, to = selector): Promise<string> {
  return page.evaluate(`(() => {
    getSelection().setBaseAndExtent(document.querySelector(${JSON.stringify(selector)}), 0, document.querySelector(${JSON.stringify(to)}), document.querySelector(${JSON.stringify(to)}).childNodes.length);
    const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
    getSelection().anchorNode.dispatchEvent(event);
    return event.clipboardData.getData("text/plain");
  })()`);
}
