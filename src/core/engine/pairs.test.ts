import fc from "fast-check";
import { expect, test } from "vitest";
import { anyAct, lived, young } from "../../../test/acts.ts";
import { anyPairReports } from "../../../test/pair-acts.ts";
import { decodeFacts, encodeFacts } from "../model/index.ts";
import { PairBook, pairFactTexts, readPairFact, recordPairs, type PairReport } from "../pairs/index.ts";
import { fold, foldOn } from "./fold.ts";
import { readState, stateLines } from "./state.ts";
import { MemoryStore } from "./store.ts";

const shown = (pairs: PairBook) => [...pairs.pairs()].map((pair) => ({ pair, facts: pairs.factsOf(pair.pairId), accounts: [...pairs.accountsOf(pair.pairId)], confirmed: pairs.confirmed(pair.pairId) }));
const runs = fc.array(anyPairReports, { minLength: 1, maxLength: 6 });

test("a book of pairs that is told directly, the engine's, and that of a fold of its journal are the same", () => {
  fc.assert(
    fc.property(runs, (days) => {
      const direct = new PairBook();
      const store = new MemoryStore();
      const engine = young(store);
      for (const reports of days) {
        const told = reports.map((report) => recordPairs(direct, report));
        expect(engine.pair(reports, 0n).map(({ is }) => is)).toEqual(told.map(({ is }) => is));
      }
      expect(shown(engine.pairs)).toEqual(shown(direct));
      expect(shown(fold(() => store.blocks(), { currency: "USD" }).pairs)).toEqual(shown(direct));
      const again = young(store);
      expect(days.flatMap((reports) => again.pair(reports, 0n)).filter(({ is }) => is === "news").length).toBeLessThanOrEqual(days.flat().length);
    }),
  );
});

test("a state holds the pairs: read again it is the same, and the entries after it lead to the same end", () => {
  fc.assert(
    fc.property(runs, runs, fc.array(anyAct, { maxLength: 4 }), (before, after, acts) => {
      const { engine, store } = lived(acts);
      for (const reports of before) engine.pair(reports, 0n);
      const lines = [...stateLines(engine)];
      const { seq } = engine;
      for (const reports of after) engine.pair(reports, 0n);
      const state = readState(lines, {});
      expect([...stateLines(state)]).toEqual(lines);
      const onward = foldOn({ ...state, timeNs: undefined }, seq === engine.seq ? [] : store.blocks(seq + 1))!;
      expect([...stateLines({ ...onward, seq: engine.seq })]).toEqual([...stateLines(engine)]);
    }),
  );
});

test("what a store refuses to hold was never booked, and may be given again", () => {
  fc.assert(
    fc.property(anyPairReports, anyPairReports, (before, reports) => {
      const store = new MemoryStore();
      const failing = { isFull: false };
      const engine = young({
        get nextSeq() {
          return store.nextSeq;
        },
        append: (sections, timeNs) => {
          if (failing.isFull) throw new Error("no space");
          return store.append(sections, timeNs);
        },
        blocks: (fromSeq) => store.blocks(fromSeq),
        blockOf: (seq) => store.blockOf(seq),
      });
      engine.pair(before, 0n);
      const lines = [...stateLines(engine)];
      failing.isFull = true;
      let isRefused = false;
      try {
        engine.pair(reports, 0n);
      } catch {
        isRefused = true;
      }
      expect([...stateLines(engine)]).toEqual(lines);
      failing.isFull = false;
      expect(engine.pair(reports, 0n).some(({ is }) => is === "news")).toBe(isRefused);
    }),
  );
});

test("a fact of a pair is the same after a journal, and after an export", () => {
  fc.assert(
    fc.property(runs, (days) => {
      const pairs = new PairBook();
      for (const report of days.flat()) recordPairs(pairs, report);
      const facts = [...pairs.pairs()].flatMap(({ pairId }) => pairs.factsOf(pairId));
      expect(decodeFacts(encodeFacts(facts))).toEqual(facts);
      expect(facts.map((fact) => readPairFact(pairFactTexts(fact)))).toEqual(facts);
    }),
  );
});

test("a journal without pairs has the state lines that it always had", () => {
  fc.assert(
    fc.property(fc.array(anyAct.filter((act) => act.do !== "pairs"), { maxLength: 6 }), (acts) => {
      expect([...stateLines(lived(acts).engine)].filter((line) => line.startsWith('{"pairs"'))).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

test("a report is booked whole or not at all", () => {
  const pairs = new PairBook();
  const row = (more: object): PairReport => ({ pair_id: "P", id: "1", arb_type: "poly_yes_kalshi_no", timestamp: "2026-02-08", kalshi_side: "no", kalshi_price_cents: "40", kalshi_quantity: "5", polymarket_side: "yes", polymarket_price_cents: "50", polymarket_quantity: "5", ...more });
  expect(recordPairs(pairs, row({})).is).toBe("news");
  const before = shown(pairs);
  expect(recordPairs(pairs, row({ polymarket_quantity: "4", id: "2" })).is).toBe("news");
  expect(recordPairs(pairs, row({ id: "2", kalshi_quantity: "0", polymarket_quantity: "3" }))).toMatchObject({ is: "refused", code: "conflicting_fill" });
  const other = new PairBook();
  recordPairs(other, row({ id: "x", kalshi_quantity: "0" }));
  const stands = shown(other);
  expect(recordPairs(other, row({ id: "x", polymarket_quantity: "9" }))).toMatchObject({ is: "refused", code: "conflicting_fill" }); // though its Kalshi leg would be news
  expect(shown(other)).toEqual(stands);
  expect(before).toHaveLength(1);
});
