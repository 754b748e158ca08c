import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Attribution, FillView, PerformanceView, VenuesView, WeightsView } from "../src/core/performance/index.ts";
import { addDecimals, decimalOf, formatDecimal, zero } from "../src/core/num/index.ts";
import { root } from "./files.ts";
import { Serving } from "./service-kit.ts";

const command = join(root, "dist/src/bin/main.js");
let folder: string;
const fillbook = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args, "--database", "off"], { cwd: folder, encoding: "utf8", env: { ...process.env, FILLBOOK_DATA: "data" } });
  return { status, out: stdout, err: stderr };
};
const json = <T>(...args: string[]): T => JSON.parse(fillbook(...args, "--json").out) as T;
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return name;
};

// One day with fills before and after noon, on a spot venue and on one with an inverse contract; marks at the ends of days and at noon.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fillbook-span-"));
  fillbook("instruments", file("instruments.csv", "venue,symbol,kind,base,quote,settle,multiplier,inverse,price_increment,quantity_increment\nokx,BTC-PERP,perpetual,BTC,USD,BTC,100,true,0.1,1\n"));
  fillbook("events", file("events.csv", "type,timestamp,currency,amount\ndeposit,2024-03-01T00:00:00Z,USD,10000\nwithdrawal,2024-03-03T18:00:00Z,USD,1000\n"));
  fillbook("import", file("fills.csv", `id,venue,venue_type,symbol,side,quantity,price,timestamp,fee,fee_currency,signal_id,strategy,arrival_price,latency_ms
1,kraken,cex,ACME,buy,10,100,2024-03-01T10:00:00Z,1,USD,s1,x,99,100
2,okx,cex,BTC-PERP,buy,50,50000,2024-03-02T09:00:00Z,0.0001,BTC,s2,x,49900,40
3,kraken,cex,ACME,sell,4,110,2024-03-03T09:00:00Z,1,USD,s1,y,111,80
4,kraken,cex,ACME,sell,4,130,2024-03-03T15:00:00Z,1,USD,s3,y,130,80
`));
  fillbook("marks", file("marks.csv", `venue,symbol,price,timestamp\n${[["03-01T20", 101, 50_000], ["03-02T20", 104, 50_500], ["03-03T11", 112, 51_000], ["03-03T20", 131, 52_000], ["03-04T20", 128, 51_500]].flatMap(([at, acme, btc]) => [`,ACME,${acme},2024-${at}:00:00Z`, `,BTC-PERP,${btc},2024-${at}:00:00Z`, `,BTC/USD,${btc},2024-${at}:00:00Z`]).join("\n")}\n`));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENDS = ["2024-03-03", "2024-03-03T12:00:00Z", "2024-03-03T23:59:59Z", "2024-03-04T21:00:00Z"];
const BEGINNINGS = ["2024-03-02", "2024-03-02T12:00:00Z", "2024-03-03T00:00:00Z"];

test.each(ENDS)("up to %s performance, venues, attribution and P&L tell the same net P&L: nothing of later counts, within the day neither", (to) => {
  const { net } = json<{ readonly total: { readonly net: string } }>("pnl", "--at", to).total;
  const told = json<PerformanceView>("performance", "--to", to);
  expect(told.totalPnl).toBe(net);
  expect(json<Attribution>("attribution", "--by", "signal", "--at", to).total).toMatchObject({ totalPnl: net, numTrades: told.totalTrades });
  expect(sumOf(json<VenuesView>("venues", "--to", to))).toBe(net);
});

test.each(BEGINNINGS)("from %s on, too: what was made before that moment is not of the span, though it was on the same day", (from) => {
  const to = "2024-03-03T12:00:00Z";
  const told = json<PerformanceView>("performance", "--from", from, "--to", to);
  expect(json<Attribution>("attribution", "--by", "venue", "--from", from, "--at", to).total).toMatchObject({ totalPnl: told.totalPnl, numTrades: told.totalTrades });
  expect(sumOf(json<VenuesView>("venues", "--from", from, "--to", to))).toBe(told.totalPnl);
  const { totalPnl } = json<PerformanceView>("performance", "--to", to);
  const before = json<{ readonly total: { readonly net: string } }>("pnl", "--at", new Date(Date.parse(from) - 1).toISOString()).total.net;
  expect(formatDecimal(addDecimals(decimalOf(told.totalPnl!), decimalOf(before)))).toBe(totalPnl);
});

test("a span that ends before it begins is refused, as command and as request", async () => {
  const [from, to] = ["2024-03-03", "2024-03-02"];
  for (const words of [["performance", "--from", from, "--to", to], ["venues", "--from", from, "--to", to], ["attribution", "--from", from, "--at", to], ["report", "--out", "never.html", "--from", from, "--to", to], ["performance", "--from", "2199-01-01"]]) {
    expect(fillbook(...words)).toMatchObject({ status: 2, err: expect.stringContaining("is later than") as string });
  }
  const serving = await Serving.begin({ dataDir: join(folder, "data") });
  try {
    for (const path of [`performance?from=${from}&to=${to}`, `venues?from=${from}&to=${to}`, `attribution?from=${from}&at=${to}`]) {
      expect((await serving.get(`/v1/${path}`))[0]).toBe(400);
    }
  } finally {
    await serving.close();
  }
});

test("what changed hands in an inverse contract is what its base comes to: volume and the rate of fees count it", () => {
  const to = "2024-03-02T21:00:00Z"; // 50 contracts of 100 at 50,000 are 0.1 BTC, at 50,500 now 5,050; the fee 5.05 is a thousandth of it
  const { venues, types } = json<VenuesView>("venues", "--to", to);
  expect(venues.find(({ venue }) => venue === "okx")).toMatchObject({ volume: "5050", fees: "5.05", effectiveFeeBasisPoints: 10, slippageCost: expect.closeTo(5050 * (100 / 49_900), 9) as number });
  expect(types).toMatchObject([{ venueType: "cex", volume: "6050", effectiveFeeBasisPoints: expect.closeTo((6.05 / 6050) * 10_000, 9) as number }]);
  const { fills } = json<{ readonly fills: readonly FillView[] }>("performance", "--to", to, "--fills", "1");
  expect(fills).toMatchObject([{ symbol: "BTC-PERP", signalId: "s2", executionScore: { from: "computed", parts: { fee: 0.5 } } }]);
});

test("a venue that made or lost something without a fill in the span is told of, and the venues add up", () => {
  const { venues, types } = json<VenuesView>("venues", "--from", "2024-03-04", "--to", "2024-03-04T21:00:00Z");
  expect(venues.map(({ venue, fills, score, pnl }) => [venue, fills, score, pnl === "0"])).toEqual([["kraken", 0, null, false], ["okx", 0, null, false]]);
  expect(types).toMatchObject([{ venueType: "cex", fills: 0 }]);
});

test("fills one by one, the last of the span: slippage in price and basis points, latency, the score with its parts, P&L", () => {
  const { fills } = json<{ readonly fills: readonly FillView[] }>("performance", "--to", "2024-03-03T12:00:00Z", "--fills", "2");
  expect(fills.map(({ id, venue, strategy, quantity, price, pnl }) => [id, venue, strategy, quantity, price, pnl])).toEqual([["2", "okx", "x", "50", "50000", "0"], ["3", "kraken", "y", "-4", "110", "40"]]);
  expect(fills[1]).toMatchObject({ slippage: { basisPoints: expect.closeTo(10_000 / 111, 9) as number, price: 1, from: "arrival" }, latencyMs: 80, executionScore: { from: "computed", parts: { latency: 2 ** (-80 / 250), fillRatio: null } } });
  expect(fillbook("performance", "--to", "2024-03-03T12:00:00Z", "--fills", "2").out).toMatch(/24-03-03 09:00:00 ACME +kraken +-4 +110 +90\.09/);
  expect(fillbook("performance", "--fills", "0").err).toContain("--fills");
});

test("the command shows the months and the worst drawdowns, and each ratio that its JSON has", () => {
  const { out } = fillbook("performance", "--to", "2024-03-05");
  for (const part of ["above 0 with probability", "tail ratio, stability", "Ulcer index", "skewness, excess kurtosis", "payoff ratio, Kelly", "turnover a year, in market"]) expect(out).toContain(part);
  expect(out).toMatch(/% +Jan +Feb +Mar.*year\n2024 +-?\d/);
  expect(out).toMatch(/worst drawdowns +trough.*\n2024-03-0\d +2024-03-0\d/);
});

test("without capital a line says so once, and what to do is said once", () => {
  const bare = (...args: string[]) => spawnSync(process.execPath, [command, ...args, "--database", "off", "--data", "bare"], { cwd: folder, encoding: "utf8" }).stdout;
  bare("import", file("few.csv", "id,venue,symbol,side,quantity,price,timestamp\n1,v,ACME,buy,10,100,2024-03-01T10:00:00Z\n2,v,ACME,sell,10,90,2024-03-01T11:00:00Z\n"));
  const out = bare("performance", "--to", "2024-03-05");
  expect(out).toMatch(/^ {2}Sharpe ratio +– no capital$/m);
  expect(out).toMatch(/^ {2}Sortino, Calmar, Omega +– no capital$/m);
  expect(out.match(/fillbook events/g)).toHaveLength(1);
  expect(out.split("\n").every((line) => line.length <= 80)).toBe(true);
});

test("a tear sheet of a book in bitcoin shows small amounts as they are", () => {
  expect(fillbook("report", "--out", "small.html", "--currency", "BTC", "--risk-free", "0.05", "--to", "2024-03-05")).toMatchObject({ status: 0 });
  fillbook("import", file("dust.csv", "id,venue,symbol,side,quantity,price,timestamp\n1,x,DUST,buy,1,0.0000001,2024-03-01T10:00:00Z\n2,x,DUST,sell,1,0.0000004,2024-03-02T10:00:00Z\n"), "--data", "dust");
  fillbook("marks", file("dust-marks.csv", "venue,symbol,price,timestamp\n,DUST,0.0000002,2024-03-01T20:00:00Z\n"), "--data", "dust");
  expect(fillbook("report", "--out", "dust.html", "--data", "dust")).toMatchObject({ status: 0 });
  expect(readFileSync(join(folder, "dust.html"), "utf8")).toMatch(/0\.00000030[\s\S]*0\.0000003</);
});

test("a service attributes the difference to a benchmark of weights as the command does", async () => {
  const to = "2024-03-04T23:59:59.999999999Z";
  const weights = [{ symbol: "ACME", weight: 0.5, segment: "stocks" }, { symbol: "BTC/USD", weight: 0.25 }];
  const { brinson } = json<{ readonly brinson: WeightsView }>("performance", "--to", to, "--weights", file("weights.csv", "symbol,weight,segment\nACME,0.5,stocks\nBTC/USD,0.25,\n"));
  expect(brinson.intervals).toBe(3);
  const serving = await Serving.begin({ dataDir: join(folder, "data") });
  try {
    const asked = (body: object) => serving.post(`/v1/performance?to=${to}`, body);
    expect(await asked({ weights })).toMatchObject([200, { brinson: JSON.parse(JSON.stringify(brinson)) as object }]);
    for (const bad of [{}, { weights: "ACME" }, { weights: [], more: 1 }, { weights: [] }, { weights: [1] }, { weights: [{ symbol: "ACME", weight: "half" }] }, { weights: [{ symbol: "", weight: 0.5 }] }, { weights: [{ symbol: "ACME", weight: 0.5, segment: [] }] }, { weights: [weights[0], weights[0]] }, { weights: [{ symbol: "ACME", weight: 1.5 }] }]) expect((await asked(bad))[0]).toBe(400);
  } finally {
    await serving.close();
  }
});

function sumOf({ venues }: VenuesView): string {
  return formatDecimal(venues.reduce((sum, { pnl }) => addDecimals(sum, decimalOf(pnl!)), zero));
}
