import { expect, test } from "vitest";
import { decodeFacts, DEFAULT_LIMITS, Directory, encodeFacts, FillColumns, type CostMethod, type Fact, type Fill, type LimitedBy, type Limits, type OverrideChanges, type VenueType } from "../model/index.ts";
import { decimalOf } from "../num/index.ts";
import { Engine, fold, MemoryStore, readState, stateLines, type LimitChanges } from "./index.ts";

const amount = (text: string) => decimalOf(text);
const said = (limits: Limits) => Object.fromEntries(Object.entries(limits).map(([name, { mantissa, digits }]) => [name, `${mantissa}e-${digits}`]));
const begin = () => {
  const store = new MemoryStore();
  return { store, engine: new Engine(store, { currency: "USD" }) };
};
const limit = (engine: Engine, by: LimitedBy, changes: LimitChanges, timeNs: bigint) => engine.take([{ type: "limit", id: "", timeNs, by, changes }], timeNs)[0]!.is;
const DEFAULTS = said(DEFAULT_LIMITS);
const facts = (store: MemoryStore): Fact[] => [...store.blocks()].flatMap(({ sections }) => sections.flatMap((section) => (section.kind === "facts" ? section.facts : [])));

test("limits that are set are in force at once; those that are not named stay; the same again is no news, and begins no journal", () => {
  const { store, engine } = begin();
  expect(limit(engine, "configuration", { max_var: amount("5000"), max_daily_loss: "none" }, 1n)).toBe("known");
  expect(store.nextSeq).toBe(1);
  expect(limit(engine, "request", { max_var: amount("6000"), concentration_limit: amount("0.2") }, 2n)).toBe("news");
  expect(limit(engine, "request", { max_var: amount("6000") }, 3n)).toBe("known");
  expect(limit(engine, "request", { max_var: "none", max_portfolio_var: amount("7") }, 4n)).toBe("news");
  expect(engine.known.limitsOf()).toMatchObject({ seq: 3, fact: { timeNs: 4n, by: "request" } });
  const { max_var: _, ...others } = DEFAULTS;
  expect(said(engine.known.limitsOf()!.fact.limits)).toEqual({ ...others, max_portfolio_var: "7e-0" });
  expect(said(engine.known.limitsOf(undefined, 3n)!.fact.limits)).toEqual({ ...DEFAULTS, max_var: "6000e-0" }); // what was in force before
});

test("where nobody set any, the plan's defaults are in force; whoever sets one takes the others over, and none removes one for good", () => {
  const { store, engine } = begin();
  expect(engine.known.limitsInForce()).toEqual({ limits: DEFAULT_LIMITS, overrides: {}, by: "default", seq: undefined, timeNs: undefined });
  expect(DEFAULTS).toEqual({ max_position_value: "100000e-0", max_var: "5000e-0", max_portfolio_var: "20000e-0", max_drawdown_limit: "1e-1", concentration_limit: "2e-1", max_correlation_risk: "8e-1", warning_level: "8e-1" });
  expect(limit(engine, "request", Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, "none" as const])), 1n)).toBe("news");
  expect(engine.known.limitsInForce()).toMatchObject({ limits: {}, by: "request", seq: 2 });
  expect(new Engine(store, { currency: "USD" }).known.limitsInForce()).toEqual(engine.known.limitsInForce());
  expect(engine.known.limitsInForce(0n)).toMatchObject({ by: "default" }); // before it was set
});

test("a journal from before there were defaults means what it meant: a limit that is missing is none", () => {
  const old = '[{"type":"limited","id":"","timeNs":"5","by":"configuration","limits":{"max_var":"7"}}]';
  const { engine } = begin();
  expect(engine.take(decodeFacts(old) as never[], 6n)).toMatchObject([{ is: "news" }]);
  expect(said(engine.known.limitsInForce().limits)).toEqual({ max_var: "7e-0" });
  expect(encodeFacts(decodeFacts(old)).replaceAll("\n", "")).toBe(old);
});

test("limits in the place of common ones are set by name, stay until they inherit again, and are all said by the configuration", () => {
  const { store, engine } = begin();
  const set = (by: LimitedBy, overrides: OverrideChanges, timeNs: bigint) => engine.take([{ type: "limit", id: "", timeNs, by, changes: {}, overrides, areAll: by === "configuration" }], timeNs)[0]!.is;
  expect(set("configuration", {}, 1n)).toBe("known");
  expect(set("request", { account: new Map([["a", { max_var: amount("1"), max_order_rate: "none" }]]) }, 2n)).toBe("news");
  expect(set("request", { account: new Map([["a", { max_var: amount("1.0") }], ["b", { max_var: "inherit" }]]) }, 3n)).toBe("known");
  expect(set("request", { symbol: new Map([["__proto__", { max_var: "none" }]]), account: new Map([["a", { max_var: "inherit" }]]) }, 4n)).toBe("news");
  expect(engine.known.limitsInForce().overrides).toEqual({ account: new Map([["a", { max_order_rate: "none" }]]), symbol: new Map([["__proto__", { max_var: "none" }]]) });
  expect(limit(engine, "request", { max_var: amount("9") }, 5n)).toBe("news");
  expect(engine.known.limitsInForce().overrides.symbol?.size).toBe(1); // setting a common limit leaves them
  expect([...stateLines(readState(stateLines(engine), {}))]).toEqual([...stateLines(engine)]);
  expect(decodeFacts(encodeFacts(facts(store)))).toEqual(facts(store));
  expect(set("configuration", { venue: new Map([["x", { max_var: amount("3") }]]) }, 6n)).toBe("news");
  expect(engine.known.limitsInForce().overrides).toEqual({ venue: new Map([["x", { max_var: amount("3") }]]) });
});

test("who spoke last is obeyed: a request stays in force until the configuration says something new", () => {
  const { engine } = begin();
  const inForce = () => said(engine.known.limitsOf()!.fact.limits)["max_var"];
  limit(engine, "configuration", { max_var: amount("1") }, 1n);
  limit(engine, "request", { max_var: amount("2") }, 2n);
  expect([limit(engine, "configuration", { max_var: amount("1") }, 3n), inForce()]).toEqual(["known", "2e-0"]); // a restart with the same file
  expect([limit(engine, "configuration", { max_var: amount("2") }, 4n), inForce()]).toEqual(["news", "2e-0"]); // the file was changed to what is in force
  expect([limit(engine, "configuration", { max_var: amount("1") }, 5n), inForce()]).toEqual(["news", "1e-0"]);
});

test("a clock that goes back changes nothing about which limits are the last", () => {
  const { engine } = begin();
  limit(engine, "request", { max_var: amount("1") }, 100n);
  limit(engine, "request", { max_var: amount("2") }, 50n);
  limit(engine, "request", { max_var: amount("1") }, 100n);
  expect(engine.known.limitsOf()!.fact).toMatchObject({ timeNs: 102n, limits: { max_var: { mantissa: 1n } } });
});

test("limits of another journal hold from their own time on, in whichever order they come, and twice is once", () => {
  const { engine } = begin();
  const old = { type: "limited", id: "", timeNs: 5n, by: "configuration", limits: { max_var: amount("5") } } as const;
  limit(engine, "request", { max_var: amount("9") }, 9n);
  expect([engine.take([old], 10n), engine.take([old], 11n)]).toMatchObject([[{ is: "news" }], [{ is: "known" }]]);
  expect(engine.known.limitsOf()!.fact.limits.max_var).toEqual(amount("9"));
  expect(engine.known.limitsOf(undefined, 8n)!.fact.limits.max_var).toEqual(amount("5"));
});

test("limits are part of the state: replayed, saved and read again they are the same, and change its lines", () => {
  const { store, engine } = begin();
  engine.mark([{ venue: "", symbol: "ABC", price: "1", timeNs: 0n }], 0n);
  const before = [...stateLines(engine)].slice(1);
  limit(engine, "request", { max_drawdown_limit: amount("0.3") }, 3n);
  const lines = [...stateLines(engine)];
  expect(lines.slice(1)).not.toEqual(before);
  expect([...stateLines(fold(() => store.blocks(), {}))]).toEqual(lines);
  const again = readState(lines, {});
  expect([...stateLines(again)]).toEqual(lines);
  expect(again.known.limitsOf()).toEqual(engine.known.limitsOf());
  expect(decodeFacts(encodeFacts(facts(store)))).toEqual(facts(store));
  expect(fold(() => store.blocks(), { untilSeq: 2 }).known.limitsOf()).toBeUndefined();
});

const price = (second: number) => ({ venue: "", symbol: "ABC", price: `${100 + second}`, timeNs: BigInt(second) * 1_000_000_000n });
const marked = (engine: Engine) => engine.book.marks.all().series.flatMap(({ prices }) => prices.map(({ timeNs }) => Number(timeNs / 1_000_000_000n)));

test.each([
  [undefined, [50, 110]],
  [60n, [50, 110]],
  [30n, [20, 50, 80, 110]],
  [3_600n, [110]],
])("of each symbol and %s seconds one mark is of record, and stays so when it is read again", (seconds, kept) => {
  const store = new MemoryStore();
  const engine = new Engine(store, { currency: "USD", marksEveryNs: seconds === undefined ? undefined : seconds * 1_000_000_000n });
  expect(engine.mark([...Array(12).keys()].map((i) => price(i * 10)), 0n)).toBe(kept.length);
  expect(marked(engine)).toEqual(kept);
  expect(engine.mark(kept.map(price), 0n)).toBe(0);
  const minutes = new Engine(store, { currency: "USD" }); // another setting from here on changes nothing of what is journaled
  expect(marked(minutes)).toEqual(kept);
  expect([...stateLines(minutes)]).toEqual([...stateLines(engine)]);
  expect([...stateLines(readState(stateLines(engine), {}))]).toEqual([...stateLines(engine)]);
  expect(decodeFacts(encodeFacts(facts(store)))).toEqual(facts(store));
});

test("a fill that states no type of its venue has the configured one in the journal; the same fill again is a plain duplicate", () => {
  const store = new MemoryStore();
  const engine = new Engine(store, { currency: "USD", venueTypes: new Map<string, VenueType>([["kraken", "cex"], ["uniswap", "dex"]]) });
  const fill = (id: string, venue: string, venueType: VenueType): Fill => ({ account: "a", venue, symbol: "ABC", id, quantity: amount("1"), price: amount("2"), fee: amount("0"), feeCurrency: "", time: { ns: 0n, unit: "ns" }, venueType, liquidity: "", strategy: "", signalId: "" });
  const batch = () => {
    const source = new Directory();
    const fills = new FillColumns(4);
    for (const one of [fill("1", "kraken", "unknown"), fill("2", "kraken", "broker"), fill("3", "elsewhere", "unknown"), fill("4", "uniswap", "unknown")]) fills.push(one, source);
    return [fills, source] as const;
  };
  engine.bookFills(...batch(), 0n);
  const [section] = [...store.blocks()].flatMap(({ sections }) => sections).filter(({ kind }) => kind === "fills");
  if (section?.kind !== "fills") throw new Error("no fills");
  expect([0, 1, 2, 3].map((row) => section.fills.read(row, engine.book.directory).venueType)).toEqual(["cex", "broker", "unknown", "dex"]);
  expect(engine.bookFills(...batch(), 0n)).toMatchObject({ duplicates: 4, differing: [], refused: [] });
});

test("a cost method is a fact once the account has another one", () => {
  const { engine } = begin();
  const choose = (method: CostMethod) => engine.take([{ type: "chosen", id: "", timeNs: 0n, account: "a", method }], 0n)[0]!.is;
  expect([choose("average"), choose("fifo"), choose("fifo")]).toEqual(["known", "news", "known"]);
});
