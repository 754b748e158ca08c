import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { configuredLimits } from "../../src/cli/config/limits.ts";
import { readConfiguration } from "../../src/cli/config/read.ts";
import { fillJson, Serving, until } from "../service-kit.ts";
import type { Effect } from "./effect.ts";
import { LIMITS_OF_NOBODY } from "./limits.ts";
import { ANY_PORT, HEADER, type Place } from "./place.ts";

/** What a service has journaled of a limit that is configured; `reload.test.ts` shows that `fillbook serve` does so. */
async function isInForce({ folder }: Place, value: string, name: string): Promise<void> {
  const serving = await Serving.begin();
  await serving.service.take(configuredLimits(await readConfiguration(join(folder, "fillbook.yaml"), {}, {}), serving.clock.nowNs()));
  const { limits, seq, by } = (await serving.get("/v1/limits"))[1] as unknown as { limits: Record<string, string | null>; seq: number; by: string };
  await serving.close();
  const others = Object.keys(limits).filter((one) => one !== name && limits[one] !== LIMITS_OF_NOBODY[one]);
  expect([limits[name], others, seq, by]).toEqual([value, [], 2, "configuration"]);
}
const limit = (name: string, json: string, value: string, wrong: string): Effect => ({ key: `position_management.risk_limits.${name}`, value, wrong, isSeen: (at) => isInForce(at, value, json) });

/** Closes of ABC that fall by 2 % every tenth day, by 5 % every fiftieth, and rise otherwise; a position of 10 at 1. */
const CLOSES_FALL = { usual: 0.02, worst: 0.05 };
function riskOfOne(at: Place): { readonly method: string; readonly portfolio: { readonly var: number } } {
  let close = 100;
  const rows = Array.from({ length: 300 }, (_, i) => `${new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10)},${(close *= i % 50 === 49 ? 1 - CLOSES_FALL.worst : i % 10 === 9 ? 1 - CLOSES_FALL.usual : 1.003)}`);
  at.write("prices.csv", `date,ABC\n${rows.join("\n")}\n`);
  at.write("marks.csv", "venue,symbol,price,timestamp\n,ABC,10,2025-12-01\n");
  at.run(["import", at.fills(1)]);
  at.run(["prices", "prices.csv"]);
  at.run(["marks", "marks.csv"]);
  return at.json(["risk"]) as unknown as ReturnType<typeof riskOfOne>;
}

/** What is said of the benchmark of three days with capital, whose prices and those of SPY and QQQ come from the price history. */
function benchmarkOf(at: Place): unknown {
  at.run(["events", at.write("capital.csv", "type,account,currency,amount,timestamp\ndeposit,main,USD,100,2024-03-01\n")]);
  at.run(["import", at.fills(1)]);
  at.run(["marks", at.write("marks.csv", "venue,symbol,price,timestamp\n,ABC,10,2024-03-01T12:00:00Z\n,ABC,11,2024-03-02T12:00:00Z\n,ABC,12,2024-03-03T12:00:00Z\n")]);
  at.run(["prices", at.write("prices.csv", "date,SPY,QQQ\n2024-03-01,100,50\n2024-03-02,101,51\n2024-03-03,102,53\n")]);
  return at.json(["performance"])["benchmark"];
}

/** What the book is reckoned in, its limits, its risk and its performance. */
export const bookEffects = (): readonly Effect[] => [
  { key: "base_currency", value: "EUR", wrong: "U S D", isSeen: (at) => {
    at.run(["import", at.fills(1)]);
    expect(at.positionOf()).toMatchObject({ currency: "EUR" });
  } },
  limit("max_position_value", "maxPositionValue", "123456789012345678.000000000000000001", "-1"),
  limit("max_var", "maxVar", "6000", "1,000"),
  limit("max_portfolio_var", "maxPortfolioVar", "20000.5", "a lot"),
  limit("max_drawdown_limit", "maxDrawdownLimit", "0.25", "10"),
  limit("concentration_limit", "concentrationLimit", "0.3", "1.1"),
  limit("max_correlation_risk", "maxCorrelationRisk", "0.7", "-0.1"),
  limit("max_daily_loss", "maxDailyLoss", "2500", "-2500"),
  limit("max_order_value", "maxOrderValue", "10000", "ten"),
  limit("max_order_rate", "maxOrderRate", "600", "0.5"),
  limit("max_leverage", "maxLeverage", "2.5", "-1"),
  limit("max_gross_exposure", "maxGrossExposure", "1000000", "1e400"),
  limit("max_unhedged_exposure", "maxUnhedgedExposure", "250.5", "-1"),
  limit("max_divergence_loss", "maxDivergenceLoss", "5000", "some"),
  limit("max_pair_capital", "maxPairCapital", "2000", "20 %"),
  limit("warning_level", "warningLevel", "0.9", "90"),
  { key: "position_management.var_calculation.confidence_level", value: "0.99", wrong: "1", isSeen: (at) => {
    expect(riskOfOne(at)).toMatchObject({ confidence: 0.99, portfolio: { var: expect.closeTo(10 * CLOSES_FALL.worst, 6) as number } });
  } },
  { key: "position_management.var_calculation.lookback_days", value: "100", wrong: "1", isSeen: (at) => expect(riskOfOne(at)).toMatchObject({ lookbackDays: 100, observations: 100 }) },
  { key: "position_management.var_calculation.method", value: "monte_carlo", wrong: "guess", isSeen: (at) => {
    const found = riskOfOne(at);
    expect(found.method).toBe("monte_carlo");
    expect(found.portfolio.var).not.toBe((at.json(["risk", "--method", "historical"]) as unknown as typeof found).portfolio.var);
  } },
  { key: "position_management.performance_tracking.history_size", value: "2", wrong: "0", isSeen: (at) => {
    at.run(["import", at.write("latencies.csv", `${HEADER},latency_ms\n${[100, 10, 20].map((ms, i) => `${i},kraken,ABC,buy,1,10,2024-03-0${i + 1},main,${ms}`).join("\n")}\n`)]);
    expect(at.json(["performance"])).toMatchObject({ avgLatencyMs: expect.closeTo(130 / 3) as number, execution: { latencyMs: { count: 3, p50: 15, percentilesOf: 2 } } });
    expect(at.json(["venues"])).toMatchObject({ venues: [{ latencyMs: { count: 3, p50: 15, percentilesOf: 2 } }] });
  } },
  { key: "position_management.performance_tracking.attribution_enabled", value: "false", wrong: "no", isSeen: async (at) => {
    at.run(["import", at.fills(1)]);
    expect(at.run(["attribution", "--by", "venue"])).toMatchObject({ status: 2, stderr: expect.stringContaining("attribution_enabled is false") as string });
    at.run(["report", "--out", "sheet.html"]);
    expect(readFileSync(join(at.folder, "sheet.html"), "utf8")).not.toContain("Attribution of net P");
    const service = await at.serve(...ANY_PORT);
    expect(await service.get("/v1/attribution?by=venue")).toMatchObject({ status: 403, code: "not_enabled" });
    await service.stop();
  } },
  { key: "position_management.performance_tracking.benchmark_enabled", value: "true", wrong: "yes", isSeen: async (at) => {
    expect(benchmarkOf(at)).toMatchObject({ symbol: "SPY", intervals: 2 });
    const service = await at.serve(...ANY_PORT);
    expect(await service.get("/v1/performance")).toMatchObject({ benchmark: { symbol: "SPY", intervals: 2 } });
    await service.stop();
  } },
  { key: "position_management.performance_tracking.benchmark_symbol", value: "QQQ", wrong: "Q Q", isSeen: (at) => {
    expect(benchmarkOf(at)).toBeNull();
    at.write("fillbook.yaml", "position_management: {performance_tracking: {benchmark_enabled: true, benchmark_symbol: QQQ}}\n");
    expect(benchmarkOf(at)).toMatchObject({ symbol: "QQQ", intervals: 2 });
  } },
  { key: "position_management.position_tracking.real_time_updates", value: "false", wrong: "sometimes", isSeen: async (at) => {
    const FREQUENCY_MS = 3_000;
    at.write("fillbook.yaml", `position_management:\n  position_tracking:\n    real_time_updates: false\n    pnl_calculation_frequency: ${FREQUENCY_MS}ms\n`);
    const service = await at.serve(...ANY_PORT);
    const interval = () => Math.floor(Date.now() / FREQUENCY_MS);
    for (let attempt = 1; ; attempt += 1) {
      const symbol = `S${attempt}/USD`;
      const price = async () => ((await service.get("/v1/positions"))["positions"] as { symbol: string; markPrice: string | null }[]).find((one) => one.symbol === symbol)!.markPrice;
      await service.send("/v1/fills", fillJson("1", { symbol }));
      while (Date.now() % FREQUENCY_MS > FREQUENCY_MS / 4) await new Promise((done) => setTimeout(done, 20)); // far from the end of an interval
      const [begun, before] = [interval(), [] as (string | null)[]];
      for (const mark of ["7", "8"]) {
        await service.send("/v1/marks", { symbol, price: mark });
        before.push(await price());
      }
      if (interval() !== begun && attempt < 10) continue; // the machine was too busy for it
      expect(before).toEqual([null, null]);
      return until("the value has changed", async () => (await price()) === "8");
    }
  } },
  { key: "position_management.position_tracking.history_retention_days", value: "365", wrong: "0", isSeen: (at) => {
    at.run(["import", at.fills(1)]); // of 2024
    expect(at.json(["sql", "SELECT count(*) AS n FROM trader_position_history"])["rows"]).toEqual([{ n: "0" }]);
    expect(at.json(["sql", "SELECT num_trades FROM trader_positions WHERE venue = ''"])["rows"]).toEqual([{ num_trades: "1" }]);
    expect(at.journaled()).toBe(1);
  } },
  { key: "position_management.position_tracking.pnl_calculation_frequency", value: "10s", wrong: "often", isSeen: (at) => {
    at.write("marks.csv", `venue,symbol,price,timestamp\n${[5, 15, 25, 35, 45].map((second) => `,ABC,1${second},2024-03-01T10:00:${String(second).padStart(2, "0")}Z`).join("\n")}\n`);
    expect(at.json(["marks", "marks.csv"])).toMatchObject({ accepted: 5 });
  } },
];
