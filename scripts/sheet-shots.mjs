// `node scripts/sheet-shots.mjs SHEET.html OUT`: pictures of a tear sheet as a browser shows it, without a network: OUT-light.png, OUT-dark.png,
// OUT-phone.png and OUT.pdf as it is printed. Fails when the page says anything on the console, asks for anything, or is wider than its window.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { findChromium } from "./chromium.mjs";

const [sheet, out] = process.argv.slice(2);
if (sheet === undefined || out === undefined) {
  console.error("usage: node scripts/sheet-shots.mjs SHEET.html OUT");
  process.exit(2);
}
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const folder = mkdtempSync(join(tmpdir(), "fillbook-shots-"));
const browser = await chromium.launchPersistentContext(folder, { executablePath: findChromium(), args: FLAGS, offline: true });
const complaints = [];
try {
  for (const [name, width, colorScheme] of [["light", 1280, "light"], ["dark", 1280, "dark"], ["phone", 390, "light"]]) {
    const page = await browser.newPage();
    page.on("console", (message) => complaints.push(`${name}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(`${name}: ${error.message}`));
    page.on("request", (request) => request.url().startsWith("file:") || request.url().startsWith("data:") || complaints.push(`${name}: asks for ${request.url()}`));
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.goto(pathToFileURL(resolve(sheet)).href);
    const wide = await page.evaluate("document.documentElement.scrollWidth");
    if (wide > width) complaints.push(`${name}: ${wide} pixels wide in a window of ${width}`);
    await page.screenshot({ path: `${out}-${name}.png`, fullPage: true });
    if (name === "light") await page.pdf({ path: `${out}.pdf`, format: "A4" });
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
for (const complaint of complaints) console.error(complaint);
console.log(`${out}: 3 pictures and a print, ${complaints.length} complaints`);
process.exitCode = complaints.length === 0 ? 0 : 1;
