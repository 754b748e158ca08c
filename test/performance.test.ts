import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Attribution, OrderCost, PerformanceView, VenuesView, WeightsView } from "../src/core/performance/index.ts";
import { runCommand } from "./command-kit.ts";
import { Serving, until } from "./service-kit.ts";

let folder: string;
const fillbook = (...args: string[]) => {
  const { status, stdout, stderr } = runCommand([...args, "--database", "off"], folder, { ...process.env, FILLBOOK_DATA: "data" });
  return { status, out: stdout, err: stderr };
};
const json = <T>(...args: string[]): T => JSON.parse(fillbook(...args, "--json").out) as T;
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return name;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fillbook-performance-"));
  fillbook("import", file("fills.csv", `id,venue,venue_type,symbol,side,quantity,price,timestamp,fee,liquidity,strategy,signal_id,arrival_price,latency_ms
1,kraken,cex,BTC/USD,buy,1,100,2024-03-01T10:00:00Z,1,taker,<b>carry</b>,s1,99,100
2,coinbase,cex,BTC/USD,sell,1,120,2024-03-02T10:00:00Z,1,maker,trend,s2,120,300
3,kraken,cex,BTC/USD,buy,1,110,2024-03-03T10:00:00Z,1,taker,trend,,110,200
1,kraken,cex,BTC/USD,buy,2,100,2024-03-01T10:00:00Z,1,taker,trend,s1,99,100
`));
  fillbook("events", file("events.csv", "type,timestamp,currency,amount\ndeposit,2024-02-29T00:00:00Z,USD,1000\ndeposit,2024-03-03T00:00:00Z,USD,1018\n"));
  fillbook("marks", file("marks.csv", `venue,symbol,price,timestamp
,BTC/USD,110,2024-03-01T23:00:00Z
,BTC/USD,120,2024-03-02T23:00:00Z
,BTC/USD,90,2024-03-03T23:00:00Z
,SPY,500,2024-02-29T21:00:00Z
,SPY,505,2024-03-01T21:00:00Z
,SPY,510,2024-03-03T21:00:00Z
`));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("performance of a worked book: equity 1000, 1009, 1018, and 2015 after a deposit of 1018", () => {
  const view = json<PerformanceView & { readonly returns: readonly { readonly return: number; readonly equity: string }[] }>("performance", "--to", "2024-03-04", "--benchmark", "SPY", "--series");
  expect(view.returns.map(({ equity }) => equity)).toEqual(["1000", "1009", "1018", "2015"]);
  expect(view.returns.map((one) => one.return)).toEqual([0, 0.009, 9 / 1009, -21 / 2036]);
  expect(view).toMatchObject({ totalPnl: "-3", totalTrades: 3, avgPnlPerTrade: "-1", winners: 1, losers: 0, bestTrade: "20", worstTrade: "20", winRate: 1, profitFactor: null, maxDrawdown: "21", benchmark: { symbol: "SPY", intervals: 1, noPriceAtStart: 2, noPriceAtEnd: 1 } });
  expect(view.totalReturn).toBeCloseTo(1.009 * (1018 / 1009) * (2015 / 2036) - 1, 12);
  expect(view.maxDrawdownPct).toBeCloseTo((100 * 21) / 2036, 10);
  expect(view.drawdowns).toMatchObject([{ depth: "21", recovered: false, recoveredAt: null }]);
  expect(view.reasons).toMatchObject({ profitFactor: "no_losses", beta: "too_few" });
  expect(view.execution).toMatchObject({ fills: 3, fees: "3", volume: "330", makerShare: 1 / 3, slippageBasisPoints: { count: 3, p50: 0 }, latencyMs: { average: 200, p50: 200 } });
});

test("a book against benchmark weights: the worked example of docs/performance.md, and a second day that is linked to the first", () => {
  const of = ["--data", "weighed"];
  fillbook("events", file("put-in.csv", "type,timestamp,currency,amount\ndeposit,2024-03-01T00:00:00Z,USD,1000\n"), ...of);
  fillbook("import", file("weighed.csv", "id,venue,symbol,side,quantity,price,timestamp\n1,x,AAA,buy,6,100,2024-03-01T10:00:00Z\n2,x,BBB,buy,3,100,2024-03-01T10:00:00Z\n"), ...of);
  fillbook("marks", file("weighed-marks.csv", "venue,symbol,price,timestamp\n,AAA,100,2024-03-01T20:00:00Z\n,BBB,100,2024-03-01T20:00:00Z\n,AAA,110,2024-03-02T20:00:00Z\n,BBB,95,2024-03-02T20:00:00Z\n,AAA,99,2024-03-03T20:00:00Z\n,BBB,95,2024-03-03T20:00:00Z\n"), ...of);
  file("weights.csv", "symbol,weight,segment\nAAA,0.5,metals\nBBB,0.5,grain\n");
  const told = (to: string) => json<{ readonly brinson: WeightsView }>("performance", ...of, "--weights", "weights.csv", "--to", to).brinson;
  const day = told("2024-03-02T23:59:59Z");
  expect(day).toMatchObject({ intervals: 1, noPrice: 1, unknown: 0, portfolioReturn: expect.closeTo(0.045, 12) as number, benchmarkReturn: expect.closeTo(0.025, 12) as number, activeReturn: expect.closeTo(0.02, 12) as number });
  expect(day.segments.map(({ segment, averageWeight, allocation, trading }) => [segment, averageWeight, Number(allocation.toFixed(9)), trading])).toEqual([["grain", 0.3, 0.01, 0], ["metals", 0.6, 0.01, 0]]);
  const both = told("2024-03-03T23:59:59Z");
  expect(both.intervals).toBe(2);
  expect(both.activeReturn).toBeCloseTo(1.045 * (1 - 66 / 1045) - 1.025 * 0.95, 12);
  expect(both.segments.reduce((sum, { allocation, selection, interaction, trading }) => sum + allocation + selection + interaction + trading, both.cash!)).toBeCloseTo(both.activeReturn!, 12);
  expect(fillbook("performance", ...of, "--weights", "weights.csv", "--to", "2024-03-02T23:59:59Z").out).toContain("metals");
  expect(fillbook("performance", ...of, "--weights", file("bad.csv", "symbol,weight\nAAA,0.7\nBBB,0.7\n"))).toMatchObject({ status: 2, err: expect.stringContaining("add up to 1.4") as string });
  expect(fillbook("performance", ...of, "--weights", file("bad.csv", "symbol,weight\nAAA,70%\n"))).toMatchObject({ status: 2, err: expect.stringContaining("bad.csv:2: weight") as string });
  // without a close of a symbol of the benchmark its days are left out, and it is named
  expect(json<{ readonly brinson: WeightsView }>("performance", ...of, "--weights", file("more.csv", "symbol,weight\nAAA,0.5\nCCC,0.5\n"), "--to", "2024-03-03T23:59:59Z").brinson).toMatchObject({ intervals: 0, noPrice: 3, missing: ["AAA", "CCC"], activeReturn: null, segments: [] });
});

test("a check says what the order will likely cost by the fills of its venue, as command and of a service, and venues how long their feeds were up", async () => {
  const of = ["--data", "lately"];
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  fillbook("import", file("lately.csv", `id,venue,symbol,side,quantity,price,timestamp,fee,arrival_price,latency_ms
2,kraken,ABC,buy,1,100,${ago(30)},1,99,100
3,kraken,ABC,buy,1,100,${ago(20)},1,99,300
4,okx,ABC,buy,1,100,${ago(20)},1,99,300
`), ...of);
  fillbook("marks", file("lately-marks.csv", `venue,symbol,price,timestamp\nkraken,ABC,100,${ago(20)}\n,ABC,100,${ago(1)}\n`), ...of);
  const order = ["check", ...of, "--symbol", "ABC", "--venue", "kraken", "--side", "buy", "--quantity", "5", "--price", "100"];
  const { venue } = json<{ readonly venue: OrderCost }>(...order);
  expect(venue).toMatchObject({ venue: "kraken", fills: 2, currency: "USD", latencyMs: { p50: 200 }, acceptedShare: 1, fees: 5, slippage: expect.closeTo(500 / 99, 9) as number, total: expect.closeTo(5 + 500 / 99, 9) as number });
  expect(venue.feedUptime).toBeCloseTo(5 / 21, 1); // five minutes of the 20 or 21 since its only mark
  expect(fillbook(...order).out).toContain("likely on kraken: ");
  expect(json<{ readonly venue: OrderCost | null }>(...order.map((word) => (word === "kraken" ? "bitstamp" : word))).venue).toBeNull();
  expect(json<VenuesView>("venues", ...of).venues.map((one) => [one.venue, one.feedUptime === null])).toEqual(expect.arrayContaining([["kraken", false], ["okx", true]]));
  const serving = await Serving.begin({ dataDir: join(folder, "lately") });
  serving.clock.ns = BigInt(Date.now()) * 1_000_000n;
  try {
    const asked = async () => ((await serving.post("/v1/check", { symbol: "ABC", venue: "kraken", side: "buy", quantity: "5", price: "100" }))[1] as unknown as { readonly venue: OrderCost | null }).venue;
    await until("venues were looked at", async () => (await asked()) !== null);
    expect(await asked()).toMatchObject({ venue: "kraken", fills: 2, currency: "USD", latencyMs: { p50: 200 }, fees: 5, slippage: expect.closeTo(500 / 99, 9) as number });
  } finally {
    await serving.close();
  }
});

test("a window has the P&L that was made in it; without capital there are no returns, and the reason is told", () => {
  expect(json<PerformanceView>("performance", "--from", "2024-03-02", "--to", "2024-03-02T23:59:59.999999999Z")).toMatchObject({ totalPnl: "9", totalTrades: 1, periods: { returns: 1 } });
  const { status } = fillbook("import", "fills.csv", "--data", "bare");
  expect(status).toBe(1);
  const bare = json<PerformanceView>("performance", "--data", "bare");
  expect([bare.sharpeRatio, bare.reasons["sharpeRatio"], bare.totalTrades]).toEqual([null, "no_capital", 3]);
});

test("executions by month, week and day, and figures of two returns at a time, where they are asked for", () => {
  const read = (...more: string[]) => json<{ executions: { period: string; fills: number; volume: string; latencyMs: { average: number } }[]; rolling: { at: string; totalReturn: number }[] }>("performance", "--to", "2024-03-04", ...more);
  expect(read("--by", "month").executions).toMatchObject([{ period: "2024-03-01", fills: 3, volume: "330", latencyMs: { average: 200 } }]);
  expect(read("--by", "week").executions).toMatchObject([{ period: "2024-02-26", fills: 3 }]);
  expect([read("--by", "quarter").executions, read("--by", "year").executions]).toMatchObject([[{ period: "2024-01-01", fills: 3 }], [{ period: "2024-01-01", fills: 3 }]]);
  expect(read("--by", "hour").executions[1]).toMatchObject({ period: "2024-03-02T10:00:00Z", fills: 1 });
  expect(read("--by", "day").executions.map(({ period, fills, volume }) => [period, fills, volume])).toEqual([["2024-03-01", 1, "100"], ["2024-03-02", 1, "120"], ["2024-03-03", 1, "110"]]);
  expect(read("--rolling", "2").rolling.map(({ at, totalReturn }) => [at.slice(0, 10), totalReturn])).toEqual([["2024-03-01", expect.closeTo(0.009, 12)], ["2024-03-02", expect.closeTo(0.018, 12)], ["2024-03-03", expect.closeTo((1018 / 1009) * (2015 / 2036) - 1, 12)]]);
  expect([read().executions, read().rolling]).toEqual([undefined, undefined]);
  expect(fillbook("performance", "--to", "2024-03-04", "--by", "day", "--rolling", "2").out).toMatch(/2024-03-02 +1 +120/);
  expect(fillbook("performance", "--by", "decade").err).toContain('--by: "decade" is not one of hour, day, week, month, quarter, year');
});

test("the benchmark's closes come from the price history, where it has them", () => {
  fillbook("prices", file("prices.csv", "date,QQQ\n2024-02-29,400\n2024-03-01,404\n2024-03-02,412.08\n2024-03-03,400\n"));
  const { benchmark, returns, benchmarkReturns } = json<PerformanceView & { readonly returns: readonly object[]; readonly benchmarkReturns: readonly number[] }>("performance", "--to", "2024-03-04", "--benchmark", "QQQ", "--series");
  expect([benchmark, returns.length]).toEqual([{ symbol: "QQQ", intervals: 3, noPriceAtStart: 1, noPriceAtEnd: 0 }, 4]);
  expect(benchmarkReturns).toEqual([expect.closeTo(0.01, 12), expect.closeTo(0.02, 12), expect.closeTo(400 / 412.08 - 1, 12)]);
});

test("attribution adds up, and venues are ranked with what they refused", () => {
  const { groups, total } = json<Attribution>("attribution", "--by", "strategy", "--at", "2024-03-04");
  expect(groups.map(({ key, totalPnl, numTrades }) => [key, totalPnl, numTrades])).toEqual([["<b>carry</b>", "18", 1], ["trend", "-21", 2]]);
  expect(total.totalPnl).toBe("-3");
  const { venues, types } = json<VenuesView>("venues", "--to", "2099-01-01");
  expect(venues.map(({ venue, rank, fills, rejects, fees }) => [venue, rank, fills, rejects, fees])).toEqual([["coinbase", 1, 1, 0, "1"], ["kraken", 2, 2, 1, "2"]]);
  expect(types).toMatchObject([{ venueType: "cex", fills: 3, rejects: 1 }]);
  expect(fillbook("attribution", "--by", "desk").err).toContain("write one or two of signal, venue");
});

test("attribution of a span adds up to the P&L of performance over it, in the tear sheet too", () => {
  // carry holds 1 of 100, marked 110, to the sale at 120; trend pays the fee of its short, which a buy closes at once
  const { groups, total } = json<Attribution>("attribution", "--by", "strategy", "--from", "2024-03-02", "--at", "2024-03-02T23:59:59.999999999Z");
  expect(groups.map(({ key, totalPnl, numTrades }) => [key, totalPnl, numTrades])).toEqual([["<b>carry</b>", "9", 0], ["trend", "0", 1]]);
  expect([total.totalPnl, total.numTrades]).toEqual(["9", 1]);
  fillbook("report", "--out", "span.html", "--from", "2024-03-02", "--to", "2024-03-02T23:59:59.999999999Z");
  expect(readFileSync(join(folder, "span.html"), "utf8")).toMatch(/By strategy.*total 9\.00 USD/);
});

test("a tear sheet is one page that loads and runs nothing, and shows names as they are", () => {
  expect(fillbook("report", "--out", "sheet.html", "--title", "A & B", "--to", "2024-03-04")).toMatchObject({ status: 0 });
  const html = readFileSync(join(folder, "sheet.html"), "utf8");
  for (const part of ["<h1>A &amp; B</h1>", "&lt;b&gt;carry&lt;/b&gt;", "Equity and drawdown", "Months", "Rolling figures", "Distribution of daily returns", "Value at risk, tested", "there are 4.", "By strategy", "Execution", "Venues", "Worst drawdowns", "Round trips", "Conventions", "<svg"]) expect(html).toContain(part);
  expect(html).not.toMatch(/<script|https?:|<b>carry|NaN|Infinity|undefined/);
});

test("a tear sheet marks the days of the last year that were worse than the value at risk forecast before them", () => {
  const closes = Array.from({ length: 300 }, (_, i) => [new Date(Date.UTC(2023, 0, 1 + i)).toISOString(), i === 280 ? 50 : 100 + (i % 7)] as const);
  const own = ["--data", "fallen"];
  fillbook("import", file("held.csv", "id,venue,symbol,side,quantity,price,timestamp\n1,nyse,ABC,buy,1,100,2023-01-01\n"), ...own);
  fillbook("events", file("put.csv", "type,timestamp,currency,amount\ndeposit,2023-01-01,USD,100\n"), ...own);
  fillbook("marks", file("closes.csv", `venue,symbol,price,timestamp\n${closes.map(([at, close]) => `,ABC,${close},${at}`).join("\n")}\n`), ...own);
  expect(fillbook("report", "--out", "fallen.html", "--periods-per-year", "252", "--to", "2023-12-01", ...own)).toMatchObject({ status: 0 });
  const html = readFileSync(join(folder, "fallen.html"), "utf8");
  expect(html).toContain("The last 48 days: 1 worse than forecast, 2.4 expected");
  expect(html.match(/<circle class="breach"/g)).toHaveLength(1);
});

test("the service answers as the commands do", async () => {
  const serving = await Serving.begin({ dataDir: join(folder, "data") });
  try {
    for (const [path, args] of [["attribution?by=signal,venue&at=2024-03-04", ["attribution", "--by", "signal,venue", "--at", "2024-03-04"]], ["attribution?by=symbol&from=2024-03-02&at=2024-03-04", ["attribution", "--by", "symbol", "--from", "2024-03-02", "--at", "2024-03-04"]], ["performance?to=2024-03-04&benchmark=SPY", ["performance", "--to", "2024-03-04", "--benchmark", "SPY"]], ["performance?to=2024-03-04&by=day&rolling=2", ["performance", "--to", "2024-03-04", "--by", "day", "--rolling", "2"]], ["venues?to=2024-03-04", ["venues", "--to", "2024-03-04"]]] as const) {
      const [status, answer] = await serving.get(`/v1/${path}`);
      expect([status, answer]).toEqual([200, json(...args)]);
    }
    expect((await serving.get("/v1/attribution?by=desk"))[0]).toBe(400);
  } finally {
    await serving.close();
  }
});
