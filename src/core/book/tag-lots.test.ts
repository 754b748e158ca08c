import fc from "fast-check";
import { expect, test } from "vitest";
import { FillColumns } from "../model/index.ts";
import { anyStory, COIN_SYMBOLS, DOLLAR_SYMBOLS, told } from "../../../test/stories.ts";
import { Book, followerOf, pnlBy, PNL_VIEWS, TagLots } from "./index.ts";

test("law: lots that take fills straight from columns have what those have that are told of each change, in every view and to the last digit", () => {
  for (const symbols of [DOLLAR_SYMBOLS, COIN_SYMBOLS]) {
    fc.assert(
      fc.property(anyStory(symbols), fc.constantFrom("strategy" as const, "signal" as const), fc.constantFrom(...PNL_VIEWS), fc.constantFrom("average" as const, "fifo" as const, "hifo" as const), (steps, by, view, method) => {
        const { rates } = told(steps);
        const shown = (readable: boolean) => {
          const watcher = followerOf(view, by, rates);
          return pnlBy(told(steps, { watcher, method, readable }), by, { nowNs: 0n }, undefined, view, watcher);
        };
        expect(shown(false)).toEqual(shown(true));
      }),
    );
  }
});

test("law: how fills are batched changes nothing of what a tag has", () => {
  fc.assert(
    fc.property(anyStory(DOLLAR_SYMBOLS, false), fc.integer({ min: 1, max: 9 }), (steps, most) => {
      const { rates } = told(steps);
      const of = (batch: number) => {
        const watcher = new TagLots(rates, ({ isNet }) => isNet, ({ strategy }) => strategy);
        const book = told([], { watcher });
        const fills = steps.flatMap((step) => ("fill" in step ? [step.fill] : []));
        for (let from = 0; from < fills.length; from += batch) {
          const columns = new FillColumns(batch);
          for (const fill of fills.slice(from, from + batch)) columns.push(fill, book.directory);
          book.apply(columns);
        }
        return pnlBy(book, "strategy", { nowNs: 0n }, undefined, "lots", watcher);
      };
      expect(of(most)).toEqual(of(1));
    }),
  );
});

test("a book whose watcher takes fills itself goes the quick way, and tells it of all else only", () => {
  const heard: string[] = [];
  const note = (what: string) => () => void heard.push(what);
  const book = new Book({ watcher: { filled: (_book, _fills, from, to) => void heard.push(`${from} to ${to}`), changed: note("changed"), split: note("split"), funded: note("funded"), renamed: note("renamed") } });
  const columns = new FillColumns(3);
  const fill = { account: "a", venue: "x", symbol: "ABC", quantity: { mantissa: 1n, digits: 0 }, price: { mantissa: 5n, digits: 0 }, fee: { mantissa: 0n, digits: 0 }, feeCurrency: "", time: { ns: 0n, unit: "ns" }, venueType: "unknown", liquidity: "", strategy: "", signalId: "" } as const;
  for (const id of ["1", "2", "3"]) columns.push({ ...fill, id }, book.directory);
  book.apply(columns);
  book.applyFill({ ...fill, id: "4" });
  expect(heard).toEqual(["0 to 3", "changed", "changed"]); // of venue and net row
  expect(book.table.read(book.netRowOf(0).row).quantity).toBe(4n);
});
