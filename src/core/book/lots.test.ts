import { expect, test } from "vitest";
import { FillColumns, type CostMethod, type Fill, type Instrument } from "../model/index.ts";
import { applyEvent, Book, positionsOf } from "./index.ts";

const whole = (units: number) => ({ mantissa: BigInt(units), digits: 0 });
const linear: Instrument = { venue: "", symbol: "ABC", kind: "perpetual", base: "ABC", quote: "USD", settle: "USD", multiplier: whole(1), inverse: false, priceDigits: undefined, quantityDigits: undefined };

/** A book with trades of whole units, [quantity, price in tenths]. */
function booked(instrument: Instrument, method: CostMethod, ...trades: [quantity: number, tenths: number][]): Book {
  const book = new Book();
  book.define(instrument);
  book.choose("default", method);
  const fills = new FillColumns(trades.length);
  trades.forEach(([quantity, tenths], i) => {
    const fill: Fill = { account: "default", venue: "x", symbol: "ABC", id: `${i}`, quantity: whole(quantity), price: { mantissa: BigInt(tenths), digits: 1 }, fee: whole(0), feeCurrency: "", time: { ns: BigInt(i), unit: "ns" }, venueType: "unknown", liquidity: "", strategy: "", signalId: "" };
    fills.push(fill, book.directory);
  });
  book.apply(fills);
  return book;
}
const lotsIn = (book: Book) => positionsOf(book, { nowNs: 0n })[0]?.lots?.map(({ quantity, price }) => [quantity, price]);

test("a split that leaves the whole even and a lot not takes the digits of the lot", () => {
  const book = booked(linear, "fifo", [1, 10], [3, 20]);
  applyEvent(book, { type: "split", id: "", timeNs: 9n, symbol: "ABC", over: 1n, under: 4n }, () => true);
  expect(lotsIn(book)).toEqual([["0.25", "4"], ["0.75", "8"]]);
});

test("lots of an inverse contract at one price are equals, however their base values were rounded: the oldest closes first", () => {
  const book = booked({ ...linear, settle: "ABC", inverse: true, multiplier: whole(10) }, "hifo", [1, 1000], [2, 995], [5, 995], [-4, 10]);
  expect(lotsIn(book)).toEqual([["4", "99.5"]]);
});

test("what a split rounds away is lost with its cost, so that a flat row never has one", () => {
  for (const method of ["average", "fifo"] as const) {
    const book = booked(linear, method, [3, 20]);
    applyEvent(book, { type: "split", id: "", timeNs: 9n, symbol: "ABC", over: 1n, under: 10n ** 20n }, () => true);
    expect(positionsOf(book, { nowNs: 0n })[0]).toMatchObject({ quantity: "0", totalCost: "0", realizedPnl: "-6" });
  }
});
