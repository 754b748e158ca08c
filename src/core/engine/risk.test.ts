import fc from "fast-check";
import { expect, test } from "vitest";
import { anyActs, lived } from "../../../test/acts.ts";
import { decodeFacts, encodeFacts, type Fact } from "../model/index.ts";
import { Engine, fold, foldOn, MemoryStore, readState, stateLines, type EventReport, type RiskReport } from "./index.ts";

const DAY = 86_400_000_000_000n;
const begin = () => {
  const store = new MemoryStore();
  return { store, engine: new Engine(store, { currency: "USD" }) };
};
const facts = (store: MemoryStore): Fact[] => [...store.blocks()].flatMap(({ sections }) => sections.flatMap((section) => (section.kind === "facts" ? section.facts : [])));
const report = (engine: Engine, of: object, timeNs: bigint) => engine.take([{ id: "", timeNs, ...of } as RiskReport], timeNs)[0]!.is;
const breach = (is: "begun" | "ended", scope = "portfolio", limit = "max_portfolio_var") => ({ type: "breach", is, limit, scope, account: "", value: "21000.5", threshold: "20000" });
const trip = { type: "trip", by: "portfolio_var", who: "fillbook", why: "portfolio VaR 21000.5 is above 20000" };
const release = (to: "closed" | "half_open", sinceNs?: bigint) => ({ type: "release", to, who: "me", why: "looked at", ...(sinceNs === undefined ? {} : { sinceNs }) });
const probe = (most: number) => ({ type: "probe", who: "desk", why: "buy 1 ABC", most });

test("closes are journaled once, in runs; the same again is no news, and another one for a day takes its place", () => {
  const { store, engine } = begin();
  const run = { symbol: "SPY", days: [3, 1, 2], closes: ["3", "1.0", "2"] };
  expect(engine.price([run], 10n * DAY)).toEqual([["news", "news", "news"]]);
  expect(facts(store).at(-1)).toEqual({ type: "priced", symbol: "SPY", period: "1d", days: [1, 2, 3], closes: ["1.0", "2", "3"] });
  const { seq } = engine;
  expect(engine.price([run, { symbol: "SPY", days: [1], closes: ["1"] }], 10n * DAY)).toEqual([["known", "known", "known"], ["known"]]);
  expect(engine.seq).toBe(seq);
  expect(engine.price([{ symbol: "SPY", days: [2, 2], closes: ["2.5", "2.6"] }], 10n * DAY)).toEqual([["news", "news"]]);
  expect([engine.seq, engine.risk.prices.closeOf("SPY", 2)]).toEqual([seq + 1, "2.6"]);
});

test("what is no close is refused with its reason, and the others are taken", () => {
  const { engine } = begin();
  const [first, second] = engine.price([{ symbol: "SPY", days: [1, 2, 11, 0.5, 3], closes: ["1", "0", "1", "1", "1,000"] }, { symbol: "", days: [1], closes: ["1"] }], 10n * DAY);
  const refused = (column: string, why: string) => ({ column, why: expect.stringContaining(why) as string });
  expect(first).toEqual(["news", refused("close", "is not above 0"), refused("date", "future_time: 1970-01-12 has not begun"), refused("date", "is no day"), refused("close", "is not a price")]);
  expect(second).toEqual([refused("symbol", "is empty")]);
});

test("a fact holds some thousand closes at most", () => {
  const { store, engine } = begin();
  const days = Array.from({ length: 10_000 }, (_, i) => i - 9_999);
  engine.price([{ symbol: "SPY", days, closes: days.map((day) => `${20_000 + day}`) }], 0n);
  expect(facts(store).flatMap((fact) => (fact.type === "priced" ? [fact.days.length] : []))).toEqual([4_096, 4_096, 1_808]);
  expect(fold(() => store.blocks(), {}).risk.prices.seriesOf("SPY")?.days.length).toBe(10_000);
});

test("as of a time closes of days are known that were over by then, and facts that had happened; as of an entry, what it knew", () => {
  const { store, engine } = begin();
  engine.price([{ symbol: "SPY", days: [1, 2, 3], closes: ["1", "2", "3"] }], 10n * DAY);
  report(engine, trip, 4n * DAY);
  const at = (atNs: bigint) => fold(() => store.blocks(), { atNs }).risk;
  expect(at(3n * DAY).prices.seriesOf("SPY")?.days).toEqual(Int32Array.of(1, 2));
  expect(at(3n * DAY - 1n).prices.seriesOf("SPY")?.days).toEqual(Int32Array.of(1));
  expect([at(4n * DAY).breaker.state, at(4n * DAY - 1n).breaker.state]).toEqual(["open", "closed"]);
  expect(fold(() => store.blocks(), { untilSeq: 1 }).risk.prices.count).toBe(0);
});

test("a breach is news when it begins and when it ends, by limit and scope; in between whoever looks may say so again", () => {
  const { engine } = begin();
  const said = [breach("ended"), breach("begun"), breach("begun"), breach("begun", "account:a"), breach("ended"), breach("ended"), breach("begun")].map((of, i) => report(engine, of, BigInt(i)));
  expect(said).toEqual(["known", "news", "known", "news", "news", "known", "news"]);
  expect(engine.risk.breaches().map(({ seq, fact }) => [seq, fact.scope, fact.timeNs])).toEqual([[3, "account:a", 3n], [5, "portfolio", 6n]]);
});

test("the breaker: a trip while it is open and a reset while it is closed are known; probes are counted; a trip reopens", () => {
  const { engine } = begin();
  const steps: [object, string, string][] = [
    [release("closed"), "known", "closed"], [probe(1), "known", "closed"], [trip, "news", "open"], [trip, "known", "open"], [probe(1), "refused", "open"],
    [release("half_open"), "news", "half_open"], [release("half_open"), "known", "half_open"], [probe(2), "news", "half_open"], [probe(2), "news", "half_open"], [probe(2), "refused", "half_open"],
    [trip, "news", "open"], [release("half_open"), "news", "half_open"], [probe(1), "news", "half_open"], [release("closed"), "news", "closed"], [release("half_open"), "known", "closed"],
  ];
  expect(steps.map(([of], i) => [of, report(engine, of, BigInt(i)), engine.risk.breaker.state])).toEqual(steps);
});

test("a cool-down that was reckoned for an earlier trip resets nothing", () => {
  const { engine } = begin();
  report(engine, trip, 1n);
  report(engine, release("closed"), 2n);
  report(engine, trip, 3n);
  expect([report(engine, release("half_open", 1n), 4n), report(engine, release("half_open", 3n), 4n)]).toEqual(["known", "news"]);
});

test("a clock that stands still or goes back gives each of them a later time, so that none is taken for another", () => {
  const { store, engine } = begin();
  for (const of of [trip, release("closed"), trip, release("closed"), breach("begun")]) expect(report(engine, of, 5n)).toBe("news");
  const times = facts(store).flatMap((fact) => ("timeNs" in fact ? [fact.timeNs] : []));
  expect(times).toEqual([5n, 6n, 7n, 8n, 9n]);
  const other = new Engine(new MemoryStore(), { currency: "USD" });
  for (const fact of facts(store)) if ("timeNs" in fact) expect(other.take([fact as EventReport], 10n)).toMatchObject([{ is: "news" }]);
  expect(other.risk.breaker).toEqual(engine.risk.breaker);
});

test.each([
  [{ ...trip, who: "" }, "who"], [{ ...trip, by: "a\u0007" }, "by"], [{ ...trip, why: "x".repeat(1_025) }, "why"], [{ ...breach("begun"), value: "NaN" }, "value"], [{ ...breach("begun"), threshold: "1,000" }, "threshold"], [{ ...breach("begun"), scope: "" }, "scope"],
])("what could not be shown or read again is refused: %j", (of, field) => {
  const { store, engine } = begin();
  expect(engine.take([{ id: "", timeNs: 1n, ...of } as RiskReport], 1n)).toMatchObject([{ is: "refused", field }]);
  expect(store.nextSeq).toBe(1);
});

test("risk is part of the state: replayed, saved, read again and gone on from it is the same; where nothing was said of it the state reads as it always did", () => {
  const { store, engine } = begin();
  engine.mark([{ venue: "", symbol: "ABC", price: "1", timeNs: 0n }], 0n);
  expect([...stateLines(engine)].join()).not.toMatch(/\{"(prices|breaker|breaches)"/);
  engine.price([{ symbol: "__proto__", days: [-3, 2], closes: ["0.10", "1e2"] }, { symbol: "ABC", days: [1], closes: ["7"] }], 10n * DAY);
  for (const of of [breach("begun"), trip, release("half_open"), probe(3)]) report(engine, of, 5n);
  const lines = [...stateLines(engine)];
  expect(lines).toContain('{"prices":["__proto__","-3 5","0.10 1e2"]}');
  expect([...stateLines(fold(() => store.blocks(), {}))]).toEqual(lines);
  const again = readState(lines, {});
  expect([...stateLines(again)]).toEqual(lines);
  expect([again.risk.breaker, again.risk.lastNs, again.risk.breaches()]).toEqual([engine.risk.breaker, engine.risk.lastNs, engine.risk.breaches()]);
  report(engine, trip, 6n);
  expect([...stateLines(foldOn(again, [...store.blocks()].slice(-1))!)]).toEqual([...stateLines(engine)]);
  expect(decodeFacts(encodeFacts(facts(store)))).toEqual(facts(store));
});

test("whatever a journal holds, a state of it anywhere and what follows give the state of all, risk and all", () => {
  let withRisk = 0;
  fc.assert(
    fc.property(anyActs, fc.nat(100), (acts, part) => {
      const { engine, store } = lived(acts);
      const blocks = [...store.blocks()];
      const cut = Math.floor((blocks.length * part) / 101);
      const until = cut === 0 ? 0 : blocks[cut - 1]!.firstSeq + blocks[cut - 1]!.count - 1;
      const state = readState(stateLines({ ...fold(() => blocks.slice(0, cut), {}), seq: until }), {});
      const onward = foldOn(state, blocks.slice(cut));
      const whole = fold(() => blocks, {});
      expect([...stateLines(whole)]).toEqual([...stateLines(engine)]);
      if (onward !== undefined) expect([...stateLines(onward)]).toEqual([...stateLines(whole)]);
      withRisk += onward !== undefined && whole.risk.lastNs !== undefined ? 1 : 0;
    }),
    { numRuns: 200 },
  );
  expect(withRisk).toBeGreaterThan(5);
});
