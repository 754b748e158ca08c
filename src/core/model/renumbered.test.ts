import fc from "fast-check";
import { expect, test } from "vitest";
import { anyFills } from "../../../test/generators.ts";
import { encodedFillsSize, encodeFills } from "./codec.ts";
import { FillColumns } from "./columns.ts";
import { Directory } from "./directory.ts";
import { renumbered } from "./renumbered.ts";

test("a batch in other numbers is the batch that is copied row by row into them, also in columns used before", () => {
  const into = new FillColumns(0);
  fc.assert(
    fc.property(anyFills(12), anyFills(4), (fills, before) => {
      const [from, to] = [new Directory(), new Directory()];
      const columns = new FillColumns(fills.length + 2);
      for (const fill of fills) columns.push(fill, from);
      for (const { account, venue, symbol, strategy } of before) {
        to.routeNumber(account, venue, symbol);
        to.nameNumber(strategy);
      }
      const numbers = {
        route: (number: number) => to.routeNumber(from.route(number).account, from.route(number).venue, from.route(number).symbol),
        name: (number: number) => to.nameNumber(from.name(number)),
      };
      const copied = new FillColumns(fills.length);
      copied.copyRows(columns, 0, columns.count, numbers);
      expect(bytesOf(renumbered(columns, numbers, into))).toEqual(bytesOf(copied));
    }),
  );
});

function bytesOf(fills: FillColumns): Uint8Array {
  const bytes = new Uint8Array(encodedFillsSize(fills));
  encodeFills(fills, bytes, 0);
  return bytes;
}
