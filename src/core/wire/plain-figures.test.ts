import fc from "fast-check";
import { expect, test } from "vitest";
import { Engine, MemoryStore } from "../engine/index.ts";
import { Directory, FillColumns, type Fill, type Instrument } from "../model/index.ts";
import { decodeUtf8 } from "../model/index.ts";
import { JsonBytes, rowPrefix, writePosition } from "./index.ts";
import { plainPart, plainRowsOf, positionPart, rowViewsOf } from "../book/index.ts";

const decimal = (mantissa: number, digits: number) => ({ mantissa: BigInt(mantissa), digits });
const expiring: Instrument = { venue: "", symbol: "FUT", kind: "future", base: "FUT", quote: "USD", settle: "USD", multiplier: { mantissa: 1n, digits: 0 }, inverse: false, priceDigits: undefined, quantityDigits: undefined };
const anyFill = fc.record({ symbol: fc.constantFrom("A/USD", "FUT"), venue: fc.constantFrom("x", "y"), quantity: fc.constantFrom(-2, -1, 1, 1, 2, -1), digits: fc.constantFrom(0, 0, 0, 2), price: fc.integer({ min: -3, max: 40 }), fee: fc.integer({ min: -2, max: 5 }) });
const anyMarks = fc.array(fc.record({ symbol: fc.constantFrom("A/USD", "FUT"), venue: fc.constantFrom("", "x", "y"), price: fc.integer({ min: -5, max: 60 }), second: fc.integer({ min: 1, max: 3 }) }), { maxLength: 4 });

test("law: plain figures are those of the readable view, whatever is held, flat, short, or bought for less than nothing", () => {
  let plain = 0;
  fc.assert(
    fc.property(fc.array(anyFill, { minLength: 1, maxLength: 8 }), anyMarks, fc.option(fc.bigInt({ min: 0n, max: 3n }), { nil: undefined }), (acts, marks, maxAgeS) => {
      const engine = new Engine(new MemoryStore(), { currency: "USD" });
      engine.define([expiring], 0n);
      const directory = new Directory();
      const fills = new FillColumns(acts.length);
      acts.forEach(({ symbol, venue, quantity, digits, price, fee }, i) => fills.push(fillOf({ symbol, venue, id: `${i}`, quantity: decimal(quantity, digits), price: decimal(price, 1), fee: decimal(fee, 2) }), directory));
      engine.bookFills(fills, directory, 0n);
      engine.mark(marks.map(({ symbol, venue, price, second }) => ({ symbol, venue, price: `${price / 10}`, timeNs: BigInt(second) * 1_000_000_000n })), 0n);
      const moment = { nowNs: 4_500_000_000n, maxAgeNs: maxAgeS === undefined ? undefined : maxAgeS * 1_000_000_000n };
      for (const net of engine.book.nets()) {
        if (plainRowsOf(engine.book, net, moment) === undefined) continue;
        plain += 1;
        const views = rowViewsOf(engine.book, net, moment);
        const written = new JsonBytes();
        const { rows } = writePosition(written, engine.book, net, (venue, about) => rowPrefix(JSON.stringify(venue), about), moment);
        const values = rows.map(({ from, to }) => (JSON.parse(decodeUtf8(written.bytes, from, to)) as unknown[]).slice(4));
        const expected = [{ view: views.net, markTimeNs: views.markTimeNs }, ...views.venues].map(({ view, markTimeNs }) => [
          view.status, view.quantity, view.avgPrice, view.totalCost, view.realizedPnl, view.fees, view.feesByCurrency, view.unvaluedFees, view.funding, view.netRealizedPnl, view.markPrice, markTimeNs === undefined ? null : `1970-01-01T00:00:0${markTimeNs / 1_000_000_000n}Z`,
          view.unrealizedPnl, view.totalPnl, view.netTotalPnl, view.pnlPercentage, view.positionValue, view.maxLoss, view.numTrades, view.totalVolume, view.openedAt, view.lastUpdated,
        ]);
        expect(values).toEqual(expected);
        for (const row of net.venues) {
          const part = plainPart(engine.book, net, row, moment)!;
          const { position: { account: _account, symbol: _symbol, kind: _kind, method: _method, ...position }, part: { venue: _venue, ...own } } = positionPart(engine.book, net, row, moment);
          expect([JSON.parse(`{${part.position}}`), JSON.parse(`{${part.part}}`), part.unrealizedPnl]).toEqual([position, own, position.unrealizedPnl]);
        }
      }
    }),
    { numRuns: 600 },
  );
  expect(plain).toBeGreaterThan(500);
});

function fillOf(of: Pick<Fill, "symbol" | "venue" | "id" | "quantity" | "price" | "fee">): Fill {
  return { ...of, account: "main", feeCurrency: "USD", time: { ns: 1_000_000_000n, unit: "s" }, venueType: "cex", liquidity: "", strategy: "", signalId: "" };
}
