import fc from "fast-check";
import { expect, test } from "vitest";
import { eventCells } from "../src/cli/exported.ts";
import { compareBooks, Engine, isEventProblem, MemoryStore, readEvent } from "../src/core/engine/index.ts";
import { Directory, isEvent, type Mark } from "../src/core/model/index.ts";
import { anyActs, columnsOf, lived } from "./acts.ts";

test("definitions, marks, and then fills and events in their order give an equal book: what an export holds is enough", () => {
  let events = 0;
  let tripped = 0;
  fc.assert(
    fc.property(anyActs, (acts) => {
      const { engine, store } = lived(acts);
      const again = new Engine(new MemoryStore(), { currency: "USD" });
      again.define(engine.book.instruments.definitions(), 0n);
      const marks: Mark[] = [];
      for (const { firstSeq, sections } of store.blocks()) {
        let seq = firstSeq;
        for (const section of sections) {
          if (section.kind === "fills") {
            const source = new Directory();
            const fills = Array.from({ length: section.fills.count }, (_, row) => section.fills.read(row, engine.book.directory));
            again.bookFills(columnsOf(fills, source), source, 0n);
          } else {
            section.facts.forEach((fact, i) => {
              if (fact.type === "marked") marks.push(fact.mark);
              if (!isEvent(fact)) return;
              const { seq: _, ...texts } = eventCells(fact, seq + i);
              const report = readEvent(texts, 1_000_000_000_000n);
              if (isEventProblem(report)) throw new Error(`${report.column}: ${report.reason}`);
              const [decision] = again.take([report], 0n);
              if (decision?.is === "refused") throw new Error(`${fact.type}: ${decision.why}`);
              events += 1;
            });
          }
          seq += section.kind === "fills" ? section.fills.count : section.facts.length;
        }
      }
      again.mark(marks, 0n);
      again.price([...engine.risk.prices.facts()], 0n);
      expect(compareBooks(again.book, engine.book)).toEqual([]);
      expect(again.known.limitsOf()?.fact).toEqual(engine.known.limitsOf()?.fact);
      expect([again.risk.breaker, again.risk.breaches().map(({ fact }) => fact), [...again.risk.prices.facts()]]).toEqual([engine.risk.breaker, engine.risk.breaches().map(({ fact }) => fact), [...engine.risk.prices.facts()]]);
      tripped += again.risk.breaker.state === "closed" ? 0 : 1;
    }),
    { numRuns: 300 },
  );
  expect(events).toBeGreaterThan(300);
  expect(tripped).toBeGreaterThan(30);
});
