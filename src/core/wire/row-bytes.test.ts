import fc from "fast-check";
import { expect, test } from "vitest";
import { anyActs, lived } from "../../../test/acts.ts";
import { positionsOf } from "../book/index.ts";
import { figuresOf } from "../book/figures.ts";
import { formatDecimal, type Decimal } from "../num/index.ts";
import { decodeUtf8 } from "../model/index.ts";
import { JsonBytes, positionKeyText, Replica, rowPrefix, ROW_FIELDS, writePosition } from "./index.ts";

const moment = { nowNs: 200_000_000_000n, maxAgeNs: undefined };

test("a position on one venue has the figures of that venue, to the last digit", () => {
  const said = ({ quantity, cost, realized, fees, funding, value, unrealized, valuation, position }: ReturnType<typeof figuresOf>["net"]) => {
    const shown = (one: Decimal | undefined) => one && formatDecimal(one);
    return [[quantity, cost, realized, fees, funding, value, unrealized].map(shown), valuation?.markPrice, valuation?.markTimeNs, position.trades, position.openedNs, position.lastNs];
  };
  fc.assert(
    fc.property(anyActs, (acts) => {
      const { book } = lived(acts).engine;
      for (const net of book.nets()) {
        const { net: whole, venues } = figuresOf(book, net, moment);
        if (net.venues.length === 1) expect(said(venues[0]!.figures)).toEqual(said(whole));
      }
    }),
    { numRuns: 200 },
  );
});

test("a row as bytes says what the position says, field by field", () => {
  fc.assert(
    fc.property(anyActs, (acts) => {
      const { book } = lived(acts).engine;
      const written = new JsonBytes(16);
      const rows = [...book.nets()].flatMap((net) => {
        written.clear();
        return writePosition(written, book, net, (venue, about) => rowPrefix(`${positionKeyText(net)},${JSON.stringify(venue)}`, about), moment).rows.map(({ from, to }) => decodeUtf8(written.bytes, from, to));
      });
      const replica = new Replica();
      replica.receive(`{"fields":${JSON.stringify(ROW_FIELDS)},"snapshot":{"rows":[${rows.join(",")}]},"seq":7,"run":"r"}`);
      expect(JSON.stringify(replica.positions(moment.nowNs))).toBe(JSON.stringify(positionsOf(book, moment)));
      expect(replica.seq).toBe(7);
    }),
    { numRuns: 100 },
  );
});
