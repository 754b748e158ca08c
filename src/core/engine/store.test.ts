import fc from "fast-check";
import { expect, test } from "vitest";
import { Directory, FillColumns, type Section } from "../model/index.ts";
import { anyFills } from "../../../test/generators.ts";
import { MemoryStore } from "./store.ts";

test("what was appended is read again under its numbers, however it was batched", () => {
  fc.assert(
    fc.property(anyFills(40), fc.array(fc.nat(3), { minLength: 40, maxLength: 40 }), (fills, sizes) => {
      const store = new MemoryStore();
      const directory = new Directory();
      const expected: unknown[] = [];
      let names = 0;
      let routes = 0;
      for (let from = 0, turn = 0; from < fills.length; turn += 1) {
        const size = Math.max(1, sizes[turn]!);
        const columns = new FillColumns(size);
        for (const fill of fills.slice(from, from + size)) columns.push(fill, directory);
        const sections: Section[] = [{ kind: "fills", page: directory.since(names, routes), fills: columns }];
        if (sizes[turn] === 0) sections.push({ kind: "facts", facts: [{ type: "configured", currency: `C${turn}` }] });
        expected.push(...fills.slice(from, from + size).map(({ id }) => id), ...(sizes[turn] === 0 ? [`C${turn}`] : []));
        const block = store.append(sections, BigInt(turn));
        expect(block.firstSeq + block.count).toBe(store.nextSeq);
        [names, routes] = [directory.nameCount, directory.routeCount];
        from += size;
      }
      const read = new Directory();
      const found: unknown[] = [];
      for (const { firstSeq, sections } of store.blocks()) {
        expect(firstSeq).toBe(found.length + 1);
        for (const section of sections) {
          if (section.kind === "facts") found.push(...section.facts.map((fact) => fact.type === "configured" && fact.currency));
          else {
            read.add(section.page);
            for (let row = 0; row < section.fills.count; row += 1) found.push(section.fills.read(row, read).id);
          }
        }
      }
      expect(found).toEqual(expected);
      expect(read.since(0, 0)).toEqual(directory.since(0, 0));
      for (let seq = 1; seq < store.nextSeq; seq += 1) expect(store.blockOf(seq).firstSeq <= seq && seq < store.blockOf(seq).firstSeq + store.blockOf(seq).count).toBe(true);
    }),
  );
});

test("fills that come one by one take one block", () => {
  const store = new MemoryStore();
  const columns = new FillColumns(1);
  columns.push(fc.sample(anyFills(1), { numRuns: 20 }).find(({ length }) => length > 0)![0]!, new Directory());
  for (let i = 0; i < 9_000; i += 1) store.append([{ kind: "fills", page: { names: [], routes: [] }, fills: columns }], 0n);
  expect([...store.blocks()].map(({ firstSeq, count }) => [firstSeq, count])).toEqual([[1, 8_192], [8_193, 808]]);
});
