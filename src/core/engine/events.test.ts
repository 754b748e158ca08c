import { expect, test } from "vitest";
import { columnsOf } from "../../../test/acts.ts";
import { positionsOf } from "../book/index.ts";
import { Directory, type Fill, type Instrument } from "../model/index.ts";
import { isProblem, readDecimal } from "../num/index.ts";
import { MemoryJournal } from "../../journal/index.ts";
import { compareBooks, Engine, fold, isEventProblem, readEvent, type EventDecision } from "./index.ts";

const decimal = (text: string) => {
  const read = readDecimal(text);
  if (isProblem(read)) throw new Error(read.why);
  return read;
};
const fill = (id: string, quantity: string, price: string, more: Partial<Fill> = {}): Fill => ({
  account: "default", venue: "x", symbol: "ABC", id, quantity: decimal(quantity), price: decimal(price), fee: decimal("0"), feeCurrency: "", time: { ns: 0n, unit: "ns" },
  venueType: "unknown", liquidity: "", strategy: "", signalId: "", ...more,
});
const future: Instrument = { venue: "", symbol: "ABC", kind: "future", base: "ABC", quote: "USD", settle: "USD", multiplier: decimal("1"), inverse: false, priceDigits: undefined, quantityDigits: undefined };
const inverse: Instrument = { ...future, kind: "perpetual", settle: "ABC", inverse: true };

/** An engine over an encoding journal: what it accepts must be read again to the same book. */
class Told {
  readonly #journal = new MemoryJournal();
  readonly engine = new Engine(this.#journal, { currency: "USD" });
  readonly #source = new Directory();

  fills(...fills: Fill[]) {
    return this.engine.bookFills(columnsOf(fills, this.#source), this.#source, 0n);
  }
  events(...events: Record<string, string>[]): EventDecision[] {
    const reports = events.map((texts) => {
      const read = readEvent({ timestamp: "2024-01-01", ...texts }, 0n);
      if (isEventProblem(read)) throw new Error(read.reason);
      return read;
    });
    return this.engine.take(reports, 0n);
  }
  /** The positions, which the journal tells of in the same way. */
  positions() {
    const { book } = fold(() => this.#journal.blocks(), { currency: "USD" });
    expect(compareBooks(book, this.engine.book)).toEqual([]);
    return positionsOf(book, { nowNs: 0n });
  }
}
const answers = (decisions: readonly EventDecision[]) => decisions.map((decision) => (decision.is === "refused" ? decision.code : decision.is));

test("routes and names that only refused or repeated fills used are counted by every reader", () => {
  const told = new Told();
  told.engine.define([{ ...future, quantityDigits: 0, priceDigits: 2 }], 0n);
  expect(told.fills(fill("1", "1.5", "10")).refused).toHaveLength(1);
  told.events({ type: "deposit", currency: "USD", amount: "100" });
  told.fills(fill("2", "1", "10"), fill("3", "1", "10", { symbol: "Z" }));
  told.fills(fill("2", "1", "10", { strategy: "carry" }));
  told.events({ type: "funding", venue: "y", symbol: "ABC", amount: "1" });
  told.fills(fill("4", "1", "10", { strategy: "carry", feeCurrency: "BNB", fee: decimal("1") }), fill("5", "1", "10", { strategy: "trend", venue: "y" }));
  expect(told.positions().map(({ symbol, quantity, feesByCurrency }) => [symbol, quantity, feesByCurrency])).toEqual([["ABC", "3", { BNB: "1" }], ["Z", "1", {}]]);
});

test("a deposit worth more digits than are read is kept in those that are", () => {
  const told = new Told();
  told.engine.mark([{ venue: "", symbol: "ABC", price: "0.000012345678", timeNs: 0n }], 0n);
  expect(answers(told.events({ type: "deposit", venue: "x", symbol: "ABC", quantity: "1234567.1234567" }, { type: "deposit", venue: "y", symbol: "ABC", quantity: "999999999999999999" }))).toEqual(["news", "news"]);
  expect(told.positions()[0]!.venues[0]!.totalCost).toBe("15.241568175582665143");
  told.engine.mark([{ venue: "", symbol: "ABC", price: "123456789.01", timeNs: 60_000_000_000n }], 0n);
  expect(answers(told.events({ type: "deposit", venue: "x", symbol: "ABC", quantity: "10000000000" }))).toEqual(["too_large"]);
});

test("a late definition that settlements, amendments or renames contradict is refused, and the journal stays readable", () => {
  const settled = new Told();
  settled.fills(fill("1", "1", "0.5"));
  settled.events({ type: "settlement", symbol: "ABC", price: "0" });
  expect(settled.engine.define([inverse], 0n)).toMatchObject([{ is: "refused", why: expect.stringContaining("ABC was settled at 0") as string }]);
  const amended = new Told();
  amended.fills(fill("1", "1", "0.5"));
  amended.events({ type: "amend", venue: "x", symbol: "ABC", fill: "1", price: "0" });
  expect(amended.engine.define([inverse], 0n)).toMatchObject([{ is: "refused" }]);
  const renamed = new Told();
  renamed.fills(fill("1", "1", "100"));
  renamed.events({ type: "rename", symbol: "ABC", to: "NEW" });
  expect(renamed.engine.define([{ ...future, symbol: "NEW" }], 0n)).toMatchObject([{ is: "refused", why: expect.stringContaining("define both alike") as string }]);
  expect(renamed.engine.define([{ ...future, symbol: "NEW" }, future], 0n)).toEqual([{ is: "news" }, { is: "news" }]);
  for (const told of [settled, amended, renamed]) expect(told.positions()).toHaveLength(1);
});

test("equal events of one run are as many as they are, and none when they come again; what differs is news", () => {
  const told = new Told();
  const deposit = { type: "deposit", venue: "x", symbol: "ABC", quantity: "1", cost: "100" };
  const file = [deposit, deposit, { ...deposit, cost: "140" }, { type: "funding", venue: "x", symbol: "ABC", amount: "0.1" }, { type: "funding", venue: "x", symbol: "ABC", amount: "0.1", currency: "BNB" }, { ...deposit, id: "d" }, { type: "configure", method: "fifo" }, { type: "configure", method: "lifo" }];
  expect(answers(told.events(...file))).toEqual(file.map(() => "news"));
  expect(answers(told.events(...file))).toEqual(file.map(() => "known"));
  expect(answers(told.events({ ...deposit, id: "d", cost: "200" }))).toEqual(["conflicting_event"]);
  expect(told.positions()).toMatchObject([{ quantity: "4", totalCost: "440", method: "lifo", funding: null }]);
});

test("an amendment is told by its id, or its time, and what it comes to", () => {
  const told = new Told();
  told.fills(fill("1", "1", "100"));
  const amend = { type: "amend", venue: "x", symbol: "ABC", fill: "1" };
  expect(answers(told.events({ ...amend, id: "a", price: "90" }, { ...amend, id: "a", price: "90" }, { ...amend, id: "a", price: "95" }, { ...amend, id: "b", price: "95" }))).toEqual(["news", "known", "conflicting_event", "news"]);
  expect(told.positions()).toMatchObject([{ totalCost: "95" }]);
});

test("a settlement closes the net row once: a long and a short that nearly cancel do not turn it over", () => {
  const told = new Told();
  told.fills(fill("1", "-100", "10"), fill("2", "99", "10", { venue: "y" }));
  told.events({ type: "settlement", symbol: "ABC", price: "20" });
  expect(told.positions()).toMatchObject([{ quantity: "0", realizedPnl: "-10", openedAt: "1970-01-01T00:00:00Z", venues: [{ realizedPnl: "-1000" }, { realizedPnl: "990" }] }]);
});

test("a renamed position keeps the time it was opened and its venue's type, also where the new name was used before", () => {
  const told = new Told();
  const later = { time: { ns: 5_000_000_000n, unit: "s" as const } };
  told.fills(fill("1", "1", "10", { symbol: "NEW" }), fill("2", "-1", "10", { symbol: "NEW" }), fill("3", "2", "50", { ...later, venueType: "broker" }));
  told.events({ type: "rename", symbol: "ABC", to: "NEW" });
  expect(told.positions()).toMatchObject([{ symbol: "NEW", quantity: "2", openedAt: "1970-01-01T00:00:05Z", venues: [{ venueType: "broker" }] }]);
});

test("a fee in another currency is worth what marks of record say, not what a live one says", () => {
  const told = new Told();
  told.fills(fill("1", "1", "10", { fee: decimal("0.1"), feeCurrency: "BNB", time: { ns: 100n, unit: "ns" } }));
  const { book } = told.engine;
  book.marks.setLive({ venue: "", symbol: "BNB/USD", price: "400", timeNs: 50n });
  expect(positionsOf(book, { nowNs: 100n })[0]!.fees).toBeNull();
  told.engine.mark([{ venue: "", symbol: "BNB/USD", price: "410", timeNs: 60n }], 0n);
  expect(positionsOf(book, { nowNs: 100n })[0]!.fees).toBe("41");
});

test("many choices and corrections in one run end where they would one by one", () => {
  const told = new Told();
  told.fills(...Array.from({ length: 20 }, (_, i) => fill(`${i}`, i % 3 === 2 ? "-1" : "2", `${100 + i}`)));
  told.events({ type: "bust", venue: "x", symbol: "ABC", fill: "3" }, { type: "configure", method: "hifo" }, { type: "funding", venue: "x", symbol: "ABC", amount: "1" }, { type: "bust", venue: "x", symbol: "ABC", fill: "5" }, { type: "configure", method: "fifo" }, { type: "amend", venue: "x", symbol: "ABC", fill: "0", price: "90" });
  expect(told.positions()).toMatchObject([{ method: "fifo", numTrades: 18, funding: "1" }]);
});

test("a net row holds what its venues hold, also where a correction has made a split uneven", () => {
  const told = new Told();
  told.fills(fill("1", "3", "10"), fill("2", "3", "10", { venue: "y" }));
  told.events({ type: "split", symbol: "ABC", ratio: "1/3" }, { type: "amend", venue: "x", symbol: "ABC", fill: "1", quantity: "1" }, { type: "amend", venue: "y", symbol: "ABC", fill: "2", quantity: "1" });
  expect(told.positions()).toMatchObject([{ quantity: "0.666666666666666666", totalPnl: null, venues: [{ quantity: "0.333333333333333333" }, { quantity: "0.333333333333333333" }] }]);
  told.events({ type: "settlement", symbol: "ABC", price: "30" });
  expect(told.positions()).toMatchObject([{ status: "closed", quantity: "0", totalCost: "0", realizedPnl: "-0.00000000000000002" }]);
});

test("both forms of a fill that was amended and then busted are known", () => {
  const told = new Told();
  told.fills(fill("1", "1", "10"));
  told.events({ type: "amend", venue: "x", symbol: "ABC", fill: "1", price: "11" }, { type: "bust", venue: "x", symbol: "ABC", fill: "1" });
  expect(told.fills(fill("1", "1", "10"), fill("1", "1", "11"), fill("1", "1", "12"))).toMatchObject({ duplicates: 2, refused: [{ refusal: { code: "conflicting_fill" } }] });
});
