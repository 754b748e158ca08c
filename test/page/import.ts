import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { isAccessible, STOPPED, type PageKit } from "./kit.ts";

const HEAD = "id,venue,symbol,side,quantity,price,timestamp,fee";
const rowOf = (id: number, price = "60000.50") => `${id},kraken,BTC/USD,buy,0.125,${price},2024-03-01T10:00:00Z,1.25`;

/** A file of fills dropped on the page. */
export function importTests(kit: PageKit): void {
  test("is asked for once, then booked; what is repeated or refused is counted and listed with its line", async () => {
    const service = await kit.service();
    const page = await kit.open(service, "#/overview");
    await page.getByText("No fills yet").waitFor();
    await drop(page, "fills.csv", [HEAD, rowOf(1), rowOf(2), rowOf(3, "sixty"), rowOf(1), rowOf(1, "1.00")].join("\n"));
    await expect.poll(() => page.locator("dialog").innerText()).toMatch(/5 rows.*1 symbol\./s);
    expect((await service.get<{ seq: number }>("status")).seq).toBeLessThanOrEqual(1);
    await page.getByText("Import 5 rows").click();
    await page.getByText("Imported fills.csv").waitFor();
    expect(await Promise.all(["accepted", "duplicates", "refused"].map((key) => page.locator(`[data-count=${key}]`).innerText()))).toEqual(["2", "1", "2"]);
    expect(await page.locator("dialog .column-line").allInnerTexts()).toEqual(["Line", "4", "6"]);
    expect(await page.locator("dialog td.column-reason").allInnerTexts()).toEqual([expect.stringContaining("price") as string, expect.stringContaining("other content") as string]);
    await isAccessible(page);
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByText("Save them as CSV").click()]);
    expect(readFileSync(await file.path(), "utf8").split("\n").slice(0, 2).map((line) => line.split(",")[0])).toEqual(["line", "4"]);
    await page.keyboard.press("Escape");
    await page.locator(".tiles").waitFor();
    const { positions } = await service.get<{ positions: { quantity: string }[] }>("positions");
    expect(positions.map(({ quantity }) => quantity)).toEqual(["0.25"]);
    await service.stop();
    await kit.close(page, STOPPED);
  });

  test("a file of another shape is booked once somebody has said which column is which; until then it says what is missing", async () => {
    const service = await kit.service();
    const page = await kit.open(service, "#/overview");
    await page.getByText("No fills yet").waitFor();
    await drop(page, "export.csv", "Trade ID,Pair,Vol,Net,Price,Time\n7,ETH/USD,x,-1.500000000000000001,3000.5,2024-03-01T10:00:00Z\n8,ETH/USD,x,2,3001,2024-03-01T11:00:00Z\n");
    await expect.poll(() => page.locator("dialog .failure").innerText()).toBe("Nothing says venue, side yet.");
    const go = page.locator("dialog button.primary");
    expect(await go.isDisabled()).toBe(true);
    await page.getByLabel("venue", { exact: true }).selectOption("text");
    await page.getByLabel("venue of every row").fill("kraken");
    await page.getByLabel("quantity", { exact: true }).selectOption({ label: "Net" });
    await page.getByLabel("side", { exact: true }).selectOption("sign");
    expect(await page.locator(".column-map .says").allInnerTexts()).toEqual(expect.arrayContaining(["7", "ETH/USD", "sell", "1.500000000000000001", "3000.5"]));
    await isAccessible(page);
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    await go.click();
    await page.getByText("Imported export.csv").waitFor();
    const { positions } = await service.get<{ positions: { symbol: string; quantity: string; venues: { venue: string }[] }[] }>("positions");
    expect(positions).toMatchObject([{ symbol: "ETH/USD", quantity: "0.499999999999999999", venues: [{ venue: "kraken" }] }]);
    await service.stop();
    await kit.close(page, STOPPED);
  });

  test("a large file goes in batches, and the counts are those of the book", async () => {
    const service = await kit.service();
    const page = await kit.open(service, "#/positions");
    await page.getByText("No positions yet").waitFor();
    await drop(page, "large.csv", [HEAD, ...Array.from({ length: 5_000 }, (_, i) => rowOf(i))].join("\r\n"));
    await page.getByText("Import 5,000 rows").click();
    await page.getByText("Imported large.csv").waitFor({ timeout: 20_000 });
    expect(await page.locator("[data-count=accepted]").innerText()).toBe("5,000");
    const { positions } = await service.get<{ positions: { quantity: string; numTrades: number }[] }>("positions");
    expect(positions).toMatchObject([{ quantity: "625", numTrades: 5_000 }]);
    await service.stop();
    await kit.close(page, STOPPED);
  });
}

/** Lets a file fall onto the page. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(`(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}, { type: "text/csv" }));
    for (const type of ["dragover", "drop"]) document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  })()`);
}
