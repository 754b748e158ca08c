import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { fillJson, until } from "../service-kit.ts";
import { root } from "../files.ts";
import { computedFee, own, yamlOf, type Effect } from "./effect.ts";
import { ANY_PORT, type Place } from "./place.ts";

/** Two venues, a asking 100 for what b bids 102 for; rules and fees as a test says otherwise. */
const LADDERS = [
  { venue: "a", symbol: "XYZ/USD", asks: [["100", "1"], ["101.5", "1"]], bids: [["99", "1"]] },
  { venue: "b", symbol: "XYZ/USD", asks: [["103", "1"]], bids: [["102", "2"]] },
];
const BOTH_CHARGE = "venues:\n  a: {taker_fees: 0.001}\n  b: {taker_fees: 0.001}\n";
interface FoundIn {
  readonly symbol: string;
  readonly kind: string;
  readonly quantity: string;
  readonly fees: string;
  readonly netProfit: string;
  readonly transferCost: string;
  readonly lifeMs: number;
}
/** What the replay of a record finds, by the configuration that is written as given. */
function replayed(at: Place, yaml: string, rows: readonly object[] = LADDERS): FoundIn[] {
  at.write("fillbook.yaml", yaml);
  at.write("books.ndjson", rows.map((row) => JSON.stringify({ type: "snapshot", timestamp: "2026-02-01T00:00:00Z", ...row })).join("\n"));
  return at.json(["opportunities", "--replay", "books.ndjson"])["opportunities"] as FoundIn[];
}
const yamlWith = (path: string, value: string) => `${BOTH_CHARGE}${yamlOf(path, value)}`;
/** A version of rules with these lines. */
const ruled = (lines: string, version = "v1") => `${BOTH_CHARGE}markets:\n  rules:\n    ${version}:\n${lines.split("\n").map((line) => `      ${line}`).join("\n")}\n`;
const renamed = (symbols: readonly [string, string]) => LADDERS.map((ladder, i) => ({ ...ladder, symbol: symbols[i]! }));

/** Markets, and the venues that they are on. */
export const marketEffects = (): readonly Effect[] => [
  { key: "markets.max_age", value: "2s", wrong: "2", isSeen: (at, value, key) => {
    const [a, b] = LADDERS as [object, object];
    const later = (seconds: number) => ({ ...b, timestamp: `2026-02-01T00:00:0${seconds}Z` });
    expect(replayed(at, yamlWith(key, value), [a, b, later(2), later(3)]).map(({ lifeMs }) => lifeMs)).toEqual([2_000]); // the third second is after two
    expect(replayed(at, BOTH_CHARGE, [a, b, later(2), later(3)]).map(({ lifeMs }) => lifeMs)).toEqual([3_000]);
  } },
  { key: "markets.min_basis_points", value: "50", wrong: "-1", isSeen: (at, value, key) => {
    expect(replayed(at, yamlWith(key, value)).map(({ quantity }) => quantity)).toEqual(["1"]); // what costs 101.5 brings less
    expect(replayed(at, BOTH_CHARGE).map(({ quantity }) => quantity)).toEqual(["2"]);
  } },
  { key: "markets.min_net_profit", value: "2.5", wrong: "some", isSeen: (at, value, key) => {
    expect(replayed(at, yamlWith(key, value))).toEqual([]);
    expect(replayed(at, yamlWith(key, "2"))).toMatchObject([{ netProfit: "2.0945" }]);
  } },
  { key: "markets.transfer_costs", value: "XYZ * b 7, XYZ a b 1.5, XYZ * * 5", wrong: "XYZ a b free", isSeen: (at, value, key) => {
    const net = (costs: string) => replayed(at, yamlWith(key, costs)).map(({ netProfit, transferCost }) => [netProfit, transferCost]);
    expect([net(value), net("none"), net("XYZ * * 2.5")]).toEqual([[["0.5945", "1.5"]], [["2.0945", "0"]], []]);
  } },
  { key: "markets.marks", value: "true", wrong: "maybe", isSeen: async (at) => {
    const service = await at.serve(...ANY_PORT);
    await service.send("/v1/fills", fillJson("1", { venue: "a", symbol: "XYZ/USD" }));
    await service.send("/v1/books", { type: "snapshot", timestamp: new Date().toISOString(), ...LADDERS[0] });
    const price = async () => ((await service.get("/v1/positions"))["positions"] as { markPrice: string | null }[])[0]!.markPrice;
    await until("the middle is the mark", async () => (await price()) === "99.5");
    await service.stop();
  } },
  { key: "markets.rules.v2.from", value: "2026-02-01", wrong: "soon", isSeen: (at) => {
    const rows = renamed(["XYZUSD", "XYZ/USD"]);
    expect(replayed(at, ruled("from: 2026-02-01\nsymbols: [a XYZUSD XYZ/USD]", "v2"), rows)).toHaveLength(1);
    expect(replayed(at, ruled("from: 2026-02-02\nsymbols: [a XYZUSD XYZ/USD]", "v2"), rows)).toEqual([]);
  } },
  { key: "markets.rules.v2.symbols", value: "a XYZPERP XYZ/USD perpetual x0.5, * ZYX XYZ/USD", wrong: "XYZPERP", isSeen: (at) => {
    const rows = renamed(["XYZPERP", "ZYX"]);
    expect(replayed(at, ruled("symbols: [a XYZPERP XYZ/USD perpetual x0.5, '* ZYX XYZ/USD']"), rows)).toMatchObject([{ kind: "basis", symbol: "XYZ/USD", quantity: "1" }]); // two contracts of a half
    expect(replayed(at, BOTH_CHARGE, rows)).toEqual([]);
  } },
  { key: "markets.rules.v2.conversions", value: "USDT USD 1", wrong: "USDT USD 0", isSeen: (at) => {
    const rows = renamed(["XYZ/USDT", "XYZ/USD"]);
    expect(replayed(at, ruled("conversions: [USDT USD 1]"), rows)).toMatchObject([{ symbol: "XYZ/USD" }]);
    expect(replayed(at, BOTH_CHARGE, rows)).toEqual([]);
  } },
  { key: "pairs.fee_schedules", value: join(root, "examples", "fee-schedules.yaml"), wrong: "nowhere.yaml", isSeen: (at) => {
    expect(computedFee(at)).toBe("50");
  } },
  { key: "venues.kraken.type", value: "dex", wrong: "shop", isSeen: (at) => {
    at.run(["import", at.fills(1)]);
    expect(at.positionOf()).toMatchObject({ venues: [{ venue: "kraken", venueType: "dex" }] });
    rmSync(join(at.folder, "fillbook.yaml"));
    expect(at.positionOf()).toMatchObject({ venues: [{ venueType: "dex" }] }); // it was journaled with the fill
  } },
  { key: "venues.a.taker_fees", value: "0.001, 0.0005 from 2026-01-01, 0.002 symbol OTHER", wrong: "10 %", isSeen: (at, value, key) => {
    const found = (fees: string) => replayed(at, `venues:\n  b: {taker_fees: 0}\n  a:\n    taker_fees: ${fees}\n`).map(({ fees: paid }) => paid);
    expect([key, found(value)]).toEqual(["venues.a.taker_fees", ["0.10075"]]); // of 201.5
    expect([found("0.001, 0.0005 from 2026-03-01"), found("none")]).toEqual([["0.2015"], []]);
  } },
  { key: "venues.a.fee_tier", value: "vip1", wrong: "vip 1", isSeen: (at, value) => {
    const fees = (tier: string) => replayed(at, `venues:\n  b: {taker_fees: 0}\n  a:\n    taker_fees: [0.001, 0.0002 tier vip1]\n${tier}`).map((one) => one.fees);
    expect([fees(`    fee_tier: ${value}\n`), fees("")]).toEqual([["0.0403"], ["0.2015"]]);
  } },
  ...own("venues", "kraken"),
];
