import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatDecimal } from "../../core/num/index.ts";
import type { Fill } from "../../core/model/index.ts";
import { decode, type VenueReport } from "./decode.ts";

const lines = (name: string) => readFileSync(new URL(`fixtures/${name}.ndjson`, import.meta.url), "utf8").trimEnd().split("\n");
const HEARD_NS = 1_800_000_000_000_000_000n;
const northgate = lines("northgate").map((line) => decode(line, { venue: "northgate", venueType: "cex" }, HEARD_NS));
const poolswap = lines("poolswap").map((line) => decode(line, { venue: "poolswap", venueType: "dex" }, HEARD_NS));

function fillIn(report: VenueReport | undefined): Fill {
  if (report?.is !== "fill") throw new Error(`no fill: ${JSON.stringify(report)}`);
  return report.fill;
}

test("a trade is read to the last digit, with its tags", () => {
  const fill = fillIn(northgate[0]);
  expect({ ...fill, quantity: formatDecimal(fill.quantity), price: formatDecimal(fill.price), fee: formatDecimal(fill.fee) }).toEqual({
    account: "demo", venue: "northgate", venueType: "cex", symbol: "BTC/USD", id: "NG-16", orderId: "NG-O12", quantity: "0.06341907", price: "63421.5", fee: "6.435365", feeCurrency: "USD",
    liquidity: "taker", arrivalPrice: "63419.95", latencyMs: "12.4", strategy: "momentum", signalId: "cross-up", time: { ns: 1_750_000_000_050_000_000n, unit: "ns" },
  });
});

test("amounts that a venue writes as numbers go through no float", () => {
  expect(poolswap.map(fillIn).map(({ quantity, price, fee }) => [quantity, price, fee].map(formatDecimal))).toEqual([
    ["1.600000123456789012", "3185.00000001", "0.004800000370370367"],
    ["-9007199254.740993", "9007199.254740993", "0.000000000000000001"],
  ]);
});

test("corrections name their fill, a quote is its exact middle, a heartbeat says how far it is", () => {
  const [, bust, amend, quote, heartbeat] = northgate;
  expect(bust).toMatchObject({ is: "correction", n: 18, report: { type: "bust", id: "correction-18", fill: { account: "demo", venue: "northgate", symbol: "BTC/USD", id: "NG-3" } } });
  expect(amend).toMatchObject({ is: "correction", n: 19, report: { type: "amend", changes: { quantity: { mantissa: 3_170_953n, digits: 8 }, fee: { mantissa: 3_217_682n, digits: 6 } } } });
  expect(quote).toMatchObject({ is: "mark", mark: { venue: "northgate", symbol: "ETH/USD", price: "3184.505" } });
  expect(heartbeat).toEqual({ is: "heartbeat", last: 19 });
});

describe("what cannot be read says why, and carries the raw text:", () => {
  const says = ["is not JSON", "quantity: a fill of 0 moves nothing", 'price: "63,421.5" is not a plain number', 'n: "1.5" is no whole number', 'bid: "NaN" is not a plain number', 'ch: "depth" is none of', "is no JSON object", "last: is neither text nor number", "timestamp: "];
  test.each(lines("refused").map((line, i) => [says[i]!, line] as const))("%s", (why, line) => {
    const report = decode(line, { venue: "northgate", venueType: "cex" }, HEARD_NS);
    expect(report).toEqual({ is: "unreadable", why: expect.stringContaining(why) as string, raw: line });
  });

  test("and of a text without end, its beginning", () => {
    expect(decode("x".repeat(100_000), { venue: "northgate", venueType: "cex" }, HEARD_NS)).toEqual({ is: "unreadable", why: "is not JSON", raw: "x".repeat(4096) });
  });
});
