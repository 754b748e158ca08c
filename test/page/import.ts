import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { isAccessible, isLive, STOPPED, type PageKit } from "./kit.ts";

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

  test("what a cell says is never guessed: a row with a comma too many, or a text behind a quote, is refused and not booked, and a stray quote takes no line with it", async () => {
    const service = await kit.service();
    const page = await kit.open(service, "#/overview");
    await page.getByText("No fills yet").waitFor();
    const quoted = `${rowOf(3).slice(0, -4)}"1"5`;
    await drop(page, "odd.csv", [`${HEAD},strategy`, `${rowOf(1)},25,x`, `${rowOf(2)}`, `${quoted},x`, `${rowOf(4)},5" pipe`, `${rowOf(5)},"open`, `${rowOf(6)},plain`].join("\n"));
    await page.getByText("Import 6 rows").click();
    await page.getByText("Imported odd.csv").waitFor();
    expect(await page.locator("dialog td.column-line").allInnerTexts()).toEqual(["2", "3", "4", "6"]);
    expect(await page.locator("dialog td.column-reason").allInnerTexts()).toEqual(["has 10 cells where the head has 9", "has 8 cells where the head has 9", "text follows the closing quote of cell 8", "a quote opened in cell 9 is never closed"]);
    const { history } = await service.get<{ history: { id: string; fee: string }[] }>("history");
    expect(history.map(({ id, fee }) => [id, fee])).toEqual([["4", "1.25"], ["6", "1.25"]]);
    await service.stop();
    await kit.close(page, STOPPED);
  });

  test("what is no table of fills says what it is, and two files are not taken for one", async () => {
    const page = await kit.open(kit.empty, "#/positions");
    await isLive(page);
    const says = (text: string) => expect.poll(() => page.locator("dialog .failure").innerText()).toContain(text);
    for (const [text, why] of [["", "It is empty"], [HEAD, "It has a head and no row"], ["\u001f\u008b\u0008", "packed with gzip"], ["PK\u0003\u0004", "a workbook"], ["\u00ff\u00fei\u0000", "UTF-16"], ["a\u0000b", "no text"], ['[{"id": 1}]', "JSON"], ["id|venue\n1|2", "names no columns"], [`${HEAD},price\n${rowOf(1)},2`, 'the column "price" stands twice']] as const) {
      await drop(page, "file.csv", text);
      await says(why);
      await page.keyboard.press("Escape");
      await expect.poll(() => page.locator("dialog").count()).toBe(0);
    }
    await drop(page, "a.csv", `${HEAD}\n${rowOf(1)}`, "b.csv");
    await says("Drop one at a time");
    await isAccessible(page);
    await page.keyboard.press("Escape");
    await drop(page, "more.csv", `${HEAD},notes\n${rowOf(1)},hello`);
    await page.getByText("No column of a fill is called notes. What is not chosen here is left out.").waitFor();
    const isTaken = await page.evaluate("(() => { const dataTransfer = new DataTransfer(); dataTransfer.setData('text/plain', 'x'); return !document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })); })()");
    expect(isTaken).toBe(false); // a text goes into the field that it is dropped on
    await kit.close(page);
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

/** Lets a file fall onto the page, its signs as bytes; or several with the same text. */
async function drop(page: Page, name: string, text: string, ...others: readonly string[]): Promise<void> {
  await page.evaluate(`(() => {
    const dataTransfer = new DataTransfer();
    const bytes = Uint8Array.from(${JSON.stringify(text)}, (sign) => sign.charCodeAt(0));
    for (const name of ${JSON.stringify([name, ...others])}) dataTransfer.items.add(new File([bytes], name, { type: "text/csv" }));
    for (const type of ["dragover", "drop"]) document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  })()`);
}
