import { expect, test } from "vitest";
import { FILLS } from "./fills.ts";
import { fitsIn, isAccessible, isLive, saysExactly, STOPPED, type PageKit } from "./kit.ts";

/** Equity, the day, limits, movers, alerts. */
export function overviewTests(kit: PageKit): void {
  test("shows the service's own figures, to the last digit, and follows a mark", async () => {
    const page = await kit.open(kit.full, "#/overview");
    await isLive(page);
    await kit.full.post("marks", [{ symbol: "BTC/USD", price: "61234.56" }]);
    const { equity, dayPnl, grossExposure } = await kit.full.get<{ equity: string; dayPnl: string; grossExposure: string }>("overview");
    for (const [key, exact] of [["equity", equity], ["dayPnl", dayPnl], ["grossExposure", grossExposure]] as const) await saysExactly(page.locator(`[data-total="${key}"] .figure`), exact);
    await saysExactly(page.locator(".tiles .huge .figure").first(), equity);
    expect(await page.locator(".limit").count()).toBeGreaterThan(3);
    await page.locator("figure.chart canvas").waitFor();
    await kit.close(page);
  });

  test("what a symbol made today is that of the service, when the day before is corrected, too", async () => {
    const service = await kit.service();
    const [today] = new Date().toISOString().split("T");
    const before = (hours: number) => new Date(Date.parse(`${today}T00:00:00Z`) - hours * 3_600_000).toISOString();
    await service.post("fills", [{ ...FILLS[0], quantity: "2", price: "100", fee: "0", timestamp: before(30) }]);
    await service.post("marks", [{ symbol: "BTC/USD", price: "110", timestamp: before(1) }]);
    await service.post("marks", [{ symbol: "BTC/USD", price: "120" }]);
    const page = await kit.open(service, "#/overview");
    const day = page.locator("td.column-day .figure");
    await saysExactly(day, "20", 20_000);
    await service.post("events", [{ type: "amend", venue: "kraken", symbol: "BTC/USD", fill: "1", price: "50" }]);
    await saysExactly(page.locator("td.column-net .figure"), "140", 20_000);
    await saysExactly(day, "20", 20_000);
    await new Promise((done) => setTimeout(done, 2_500)); // it is asked for once more
    expect(await day.getAttribute("data-exact")).toBe("20");
    expect((await service.get<{ dayPnl: string }>("overview")).dayPnl).toBe("20");
    await service.stop();
    await kit.close(page, STOPPED);
  });

  test.each(["light", "dark"] as const)("is accessible, %s, and fits in narrow windows", async (scheme) => {
    const page = await kit.open(kit.full, "#/overview", { scheme });
    await page.locator("figure.chart canvas").waitFor();
    await isAccessible(page);
    for (const width of [1280, 640, 390]) await fitsIn(page, width);
    await isAccessible(page);
    await kit.close(page);
  });

  test("where it was known only once what the book is worth, it says so in the place of a line", async () => {
    const service = await kit.service();
    await service.post("fills", FILLS);
    await service.post("marks", [{ symbol: "BTC/USD", price: "62000" }]);
    const page = await kit.open(service, "#/overview?span=all");
    await page.getByText("Too few marks in this span").waitFor({ timeout: 20_000 });
    expect(await page.locator("figure.chart").count()).toBe(0);
    await kit.close(page);
  });

  test("says what to do while the book is empty, and what it says works", async () => {
    const service = await kit.service();
    const page = await kit.open(service, "");
    await page.getByText("No fills yet").waitFor();
    const curl = (await page.locator("#curl pre").textContent())!;
    expect(curl).toContain(`curl ${service.url}/v1/fills`);
    await isAccessible(page);
    await service.post("fills", JSON.parse(/-d '(.*)'/.exec(curl)![1]!));
    await page.locator(".tiles").waitFor();
    expect(await page.getByText("No fills yet").count()).toBe(0);
    const unknown = page.locator('[data-total="netExposure"] .unknown');
    await expect.poll(() => unknown.getAttribute("title")).toBe("Unknown: one position has no mark that counts");
    await kit.close(page);
  });
}
