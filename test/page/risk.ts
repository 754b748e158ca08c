import { expect, test } from "vitest";
import type { LimitStanding, RiskStudy, RiskView, ScenarioResult } from "../../src/core/risk/index.ts";
import { attributesOf, fitsIn, isAccessible, isLive, type PageKit } from "./kit.ts";

/** VaR by method, components, limits, correlations, drawdown, stress, backtest. */
export function riskTests(kit: PageKit): void {
  test("shows the service's own estimates, and follows a mark", async () => {
    const page = await kit.open(kit.full, "#/risk");
    await isLive(page);
    const shown = page.locator(".risk .tiles .huge .figure").first();
    const value = async () => Number(await shown.getAttribute("data-estimate"));
    await expect.poll(value).toBeGreaterThan(0);
    const before = await value();
    await kit.full.post("marks", [{ symbol: "ETH/USD", price: "5000" }]);
    await expect.poll(value, { timeout: 15_000 }).not.toBe(before);
    const { portfolio, positions } = await kit.full.get<RiskView>("risk");
    expect(await value()).toBe(portfolio.var);
    const [first] = [...positions].sort((a, b) => Math.abs(b.componentVar!) - Math.abs(a.componentVar!));
    await expect.poll(async () => Number(await page.locator(".components tbody tr").first().locator("[data-estimate]").first().getAttribute("data-estimate")), { timeout: 15_000 }).toBe(first!.componentVar);
    const { limits } = await kit.full.get<{ limits: LimitStanding[] }>("risk/limits");
    await expect.poll(() => page.locator(".standing-line").first().getAttribute("title"), { timeout: 15_000 }).toContain(`${limits[0]!.value} of ${limits[0]!.limit}`);
    await page.locator(".standings .danger").first().waitFor();
    await kit.close(page);
  });

  test("has every method, correlations as a table, scenarios, and a test of the forecasts whose window stands in the address; light, dark and narrow", async () => {
    const page = await kit.open(kit.full, "#/risk?window=60&by=venue");
    await page.locator(".backtest canvas").waitFor({ timeout: 20_000 });
    await page.locator(".drawdown canvas").waitFor({ timeout: 20_000 });
    const { methods, correlation } = await kit.full.get<RiskStudy>("risk/study");
    const estimates = async (selector: string) => (await attributesOf(page.locator(selector), "data-estimate")).map(Number);
    expect(await estimates(".methods td.column-var [data-estimate]")).toEqual(methods.map(({ var: value }) => value));
    expect(await page.locator(".heat tbody td").allInnerTexts()).toEqual(correlation.values.flatMap((row, i) => row.map((value, j) => (i === j ? "1" : value!.toFixed(2).replace("-", "\u2212")))));
    expect(await page.locator('.backtest [aria-pressed="true"]').innerText()).toBe("60 d");
    expect(await page.locator('.components [aria-pressed="true"]').innerText()).toBe("Venue");
    const { scenarios } = await kit.full.get<{ scenarios: ScenarioResult[] }>("risk/stress");
    const worst = Math.min(...scenarios.map(({ pnl }) => pnl ?? 0));
    expect((await estimates(".stress td.column-pnl [data-estimate]"))[0]).toBeCloseTo(worst, 0);
    await page.locator(".backtest select").selectOption("parametric");
    await page.getByRole("button", { name: "125 d" }).click();
    await expect.poll(() => page.url()).toMatch(/window=125.*method=parametric|method=parametric.*window=125/);
    await isAccessible(page);
    for (const width of [1280, 640, 390]) await fitsIn(page, width);
    await page.emulateMedia({ colorScheme: "dark" });
    await isAccessible(page);
    await kit.close(page);
  });

  test("says what to do while nothing is held, and why VaR is not known while there are no closes", async () => {
    const page = await kit.open(kit.empty, "#/risk");
    await page.getByText("npx fillbook prices closes.csv").waitFor();
    await isAccessible(page);
    await kit.close(page);
    const service = await kit.service();
    await service.post("fills", { id: "1", venue: "kraken", symbol: "BTC/USD", side: "buy", quantity: "1", price: "60000", timestamp: "2024-03-01T10:00:00Z" });
    await service.post("marks", [{ symbol: "BTC/USD", price: "61000" }]);
    const young = await kit.open(service, "#/risk");
    await young.getByText("BTC/USD has too few daily closes").waitFor();
    expect(await young.locator(".risk .tiles .huge .unknown").first().getAttribute("title")).toMatch(/^Unknown: there are (no daily closes|too few)/);
    await isAccessible(young);
    await kit.close(young);
  });
}
