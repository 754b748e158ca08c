import { describe, expect, test } from "vitest";
import { amount, Book, price, quantity, type Change, type NewEvent, type NewFill } from "./index.ts";

const quiet = (error: unknown) => { throw error; };
const T = "2024-03-01T10:00:00Z";
const bookOf = (options: Partial<ConstructorParameters<typeof Book>[0]> = {}) => new Book({ now: () => T, onListenerError: quiet, ...options });
const fill = (id: string, side: "buy" | "sell", units: string, at: string, rest: Partial<NewFill> = {}): NewFill => ({ id, venue: "x", symbol: "ABC", side, quantity: quantity(units), price: price(at), timestamp: T, ...rest });

describe("amounts", () => {
  test("are exact text, of whatever they were made", () => {
    expect([price("100.250"), price(-5), price(7n), quantity("1e-3"), amount("-0")]).toEqual(["100.25", "-5", "7", "0.001", "0"]);
  });
  test.each<[string, () => unknown, string]>([
    ["a float", () => price(100.25), 'price: 100.25 is a float, which may not be what was meant: write it as text, price("100.25")'],
    ["NaN", () => price(Number.NaN), "price: NaN is a float"],
    ["words", () => quantity("two"), 'quantity: "two" is not a plain number'],
    ["too many digits", () => amount("0.0000000000000000001"), "at most 18 are kept"],
    ["a quantity below 0", () => quantity("-1"), "quantity: -1 is below 0: give 1, and say buy or sell by the side"],
    ["a quantity of 0", () => quantity(0), "0 moves nothing"],
    ["no text at all", () => price(undefined as never), "takes decimal text or an integer, not undefined"],
  ])("%s is an error that says how to mend it", (_, make, says) => {
    expect(make).toThrow(says);
  });
});

describe("what is told is decided as by the commands", () => {
  test("a fill is accepted, the same one a duplicate of it, another one of its id refused", () => {
    const book = bookOf();
    expect(book.apply(fill("1", "buy", "2", "10"))).toEqual({ status: "accepted", seq: 2 });
    expect(book.apply(fill("2", "buy", "2", "10"))).toEqual({ status: "accepted", seq: 3 });
    expect(book.apply(fill("1", "buy", "2", "10"))).toEqual({ status: "duplicate", seq: 2 });
    expect(book.apply(fill("1", "sell", "2", "10"))).toEqual({ status: "refused", seq: null, code: "conflicting_fill", reason: expect.stringContaining("already booked as entry 2") as string });
    expect(book.apply(fill("1", "buy", "2", "10", { strategy: "carry" }))).toEqual({ status: "duplicate", seq: 2, warning: expect.stringMatching(/^other_columns: .* entry 2: the first stays$/) as string });
    expect(book.position("default", "ABC")).toMatchObject({ quantity: "4", numTrades: 2, avgPrice: "10" });
    expect(book.position("default", "XYZ")).toBeUndefined();
  });

  test("bad data is refused with its field, a wrong type is a TypeError that says how to mend it", () => {
    const book = bookOf();
    expect(book.apply(fill("1", "buy", "2", "10", { timestamp: "2023-02-29" }))).toEqual({ status: "refused", seq: null, code: "unreadable", field: "timestamp", reason: 'timestamp: "2023-02-29" names a day that does not exist' });
    expect(book.apply(fill("1", "buy", "2", "10", { feeCurrency: "a\u0007" }))).toMatchObject({ field: "feeCurrency" });
    expect(book.apply({ ...fill("1", "buy", "2", "10"), symbol: undefined as never })).toMatchObject({ reason: "symbol: is missing" });
    expect(() => book.apply({ ...fill("1", "buy", "2", "10"), price: 10 as never })).toThrow(new TypeError('a fill: price is the number 10: write price("…") with its exact decimal text'));
    expect(() => book.apply({ ...fill("1", "buy", "2", "10"), qty: "1" } as never)).toThrow("a fill: there is no field qty; there are id, venue,");
    expect(() => book.apply(5 as never)).toThrow("a fill: takes an object, not the number 5");
    expect(() => book.apply(fill("1", "buy", "2", "10", { timestamp: new Date(Number.NaN) }))).toThrow("a fill: timestamp: a Date is no time");
    expect(book.seq).toBe(0);
  });

  test("a definition says digits and multiplier, and one that fits nothing booked is refused", () => {
    const book = bookOf();
    expect(book.define({ symbol: "ABC", kind: "future", quote: "USD", multiplier: 50, priceIncrement: "0.25", quantityIncrement: 1 })).toMatchObject({ status: "accepted" });
    expect(book.define({ symbol: "ABC", kind: "future", quote: "USD", multiplier: 50, priceIncrement: "0.25", quantityIncrement: 1 })).toMatchObject({ status: "duplicate" });
    expect(book.apply(fill("1", "buy", "1.5", "10"))).toMatchObject({ code: "too_precise", field: "quantity" });
    book.apply(fill("2", "buy", "1", "10.25"));
    expect(book.position("default", "ABC")).toMatchObject({ totalCost: "512.5", kind: "future" });
    expect(book.define({ symbol: "ABC", kind: "future", quote: "USD", multiplier: 50, priceIncrement: 1 })).toMatchObject({ status: "refused", code: "bad_definition", reason: expect.stringContaining("fill 2 on x is booked already") as string });
    expect(book.define({ symbol: "ABC", kind: "spot", quote: "USD", inverse: true })).toMatchObject({ field: "inverse" });
    expect(book.define({ symbol: "ABC", kind: "spot" } as never)).toMatchObject({ reason: "quote: is missing" });
  });

  const at = { venue: "x", symbol: "ABC", timestamp: T } as const;
  test.each<[string, NewEvent, object]>([
    ["funding", { type: "funding", ...at, amount: amount("1.5") }, { funding: "1.5", netRealizedPnl: "1.5" }],
    ["a deposit of units", { type: "deposit", ...at, quantity: quantity(2), cost: amount(30) }, { quantity: "6", totalCost: "70" }],
    ["a withdrawal of units", { type: "withdrawal", ...at, quantity: quantity(1) }, { quantity: "3", totalCost: "30", realizedPnl: "0" }],
    ["a split", { type: "split", symbol: "ABC", timestamp: T, ratio: "3/2" }, { quantity: "6", totalCost: "40" }],
    ["a settlement", { type: "settlement", symbol: "ABC", timestamp: T, price: price(12) }, { quantity: "0", realizedPnl: "8", status: "closed" }],
    ["a bust", { type: "bust", venue: "x", symbol: "ABC", fill: "2" }, { quantity: "1", numTrades: 1 }],
    ["an amendment", { type: "amend", venue: "x", symbol: "ABC", fill: "2", price: price(20), side: "sell" }, { quantity: "-2", realizedPnl: "10" }],
    ["a cost method", { type: "configure", method: "fifo" }, { method: "fifo", lots: [{ quantity: "1" }, { quantity: "3" }] }],
  ])("%s", (_, event, expected) => {
    const book = bookOf();
    book.apply(fill("1", "buy", "1", "10"));
    book.apply(fill("2", "buy", "3", "10"));
    expect(book.event(event)).toMatchObject({ status: "accepted", seq: 4 });
    expect(book.position("default", "ABC")).toMatchObject(expected);
    expect(book.event(event).status).toBe(event.type === "bust" ? "refused" : "duplicate");
  });

  test("an event that cannot be, or not be read, is refused with its field", () => {
    const book = bookOf();
    expect(book.event({ type: "bust", venue: "x", symbol: "ABC", fill: "9" })).toMatchObject({ code: "unknown_fill", field: "fill" });
    expect(book.event({ type: "split", symbol: "ABC", timestamp: T, ratio: "2:1" })).toMatchObject({ code: "unreadable", field: "ratio" });
    expect(book.event({ type: "amend", venue: "x", symbol: "ABC", fill: "1", fillTimestamp: "never" })).toMatchObject({ field: "fillTimestamp" });
    expect(book.event({ type: "deposit", currency: "USD", amount: amount(5), timestamp: T })).toMatchObject({ status: "accepted" });
  });

  test("times are text, a Date, nanoseconds or an epoch: the same fill in each is the same", () => {
    const book = bookOf();
    const ms = Date.UTC(2024, 2, 1, 10);
    book.apply(fill("1", "buy", "2", "10"));
    for (const timestamp of [new Date(ms), ms, ms / 1000, BigInt(ms) * 1_000_000n]) expect(book.apply(fill("1", "buy", "2", "10", { timestamp }))).toEqual({ status: "duplicate", seq: 2 });
  });
});

describe("figures", () => {
  test("a mark of record is an entry, a live one is not; both value, and get too old", () => {
    let now = T;
    const book = bookOf({ now: () => now, marksMaxAge: 60 });
    book.apply(fill("1", "buy", "2", "10"));
    expect(book.mark({ symbol: "ABC", price: price(11) })).toEqual({ status: "accepted", seq: 3 });
    expect(book.mark({ symbol: "ABC", price: price(11) })).toEqual({ status: "duplicate", seq: 3 });
    expect(book.position("default", "ABC")).toMatchObject({ unrealizedPnl: "2", markAge: 0 });
    expect(book.setLive({ symbol: "ABC", price: price(12) })).toEqual({ status: "accepted", seq: 3 });
    expect(book.position("default", "ABC")?.unrealizedPnl).toBe("4");
    book.define({ symbol: "ABC", kind: "equity", quote: "USD" }); // folds the book anew
    expect(book.position("default", "ABC")).toMatchObject({ unrealizedPnl: "4", kind: "equity" });
    expect(book.pnl({ by: "venue" })).toMatchObject({ currency: "USD", groups: [{ key: "x", net: "4" }] });
    now = "2024-03-01T10:02:00Z";
    expect(book.position("default", "ABC")?.unrealizedPnl).toBeNull();
    expect(book.mark({ symbol: "", price: price(1) })).toMatchObject({ status: "refused", field: "symbol" });
    expect(() => book.pnl({ by: "colour" as never })).toThrow("by: \"colour\" is none of account, venue, symbol");
  });

  test("a mark of a time that has not come is refused; a fill or an event of one is booked, and warned of", () => {
    const book = bookOf();
    const later = "2099-01-01T00:00:00Z";
    for (const mark of [book.mark({ symbol: "ABC", price: price(11), timestamp: later }), book.setLive({ symbol: "ABC", price: price(11), timestamp: later })]) expect(mark).toMatchObject({ status: "refused", code: "future_time", field: "timestamp" });
    expect(book.apply(fill("1", "buy", "2", "10", { timestamp: later }))).toMatchObject({ status: "accepted", warning: expect.stringMatching(/^future_time: dated 2099/) as string });
    expect(book.apply(fill("1", "buy", "2", "10", { timestamp: later }))).toEqual({ status: "duplicate", seq: 2 });
    expect(book.event({ type: "split", symbol: "ABC", ratio: "2", timestamp: "2098-01-01" })).toMatchObject({ status: "accepted", warning: expect.stringMatching(/^future_time: dated 2098.*dated then or later is booked already/) as string });
    const batch = book.applyColumns({ id: ["2", "3"], venue: "x", symbol: "ABC", side: ["buy", "buy"], quantity: [quantity("1"), quantity("1")], price: [price("10"), price("10")], timestamp: [T, later] });
    expect(batch).toMatchObject({ accepted: 2, ahead: 1 });
    expect(book.position("default", "ABC")).toMatchObject({ quantity: "6", markPrice: null });
  });

  test("P&L by strategy adds up to all of it, in every view, with live marks", () => {
    const book = bookOf();
    book.apply(fill("1", "buy", "2", "10", { strategy: "carry", fee: amount(1) }));
    book.apply(fill("2", "buy", "1", "13", { strategy: "trend" }));
    book.apply(fill("3", "sell", "2", "14"));
    book.setLive({ symbol: "ABC", price: price(15) });
    expect(book.pnl({ by: "strategy" }).groups.map(({ key, net }) => [key, net])).toEqual([["carry", "7"], ["trend", "2"]]);
    for (const view of ["gross", "net", "exit", "lots", "tax"] as const) expect(book.pnl({ by: "account", view }).total.net).toBe("9");
    expect(() => book.pnl({ view: "odd" as never })).toThrow('view: "odd" is none of gross');
  });

  test("a book of the past is what its facts were by their own time", () => {
    const book = bookOf();
    book.apply(fill("1", "buy", "2", "10", { timestamp: "2024-01-01" }));
    book.apply(fill("2", "buy", "5", "10", { timestamp: "2024-02-01" }));
    expect(book.positions({ at: "2024-01-31" }).map((one) => one.quantity)).toEqual(["2"]);
    expect(book.positions({ status: "open", symbol: "ABC" }).map((one) => one.quantity)).toEqual(["7"]);
    expect(book.history({ from: "2024-01-15" }).map(({ id, positionAfter }) => [id, positionAfter.quantity])).toEqual([["2", "7"]]);
  });
});

describe("listeners", () => {
  const listening = () => {
    const book = bookOf();
    const changes: Change[] = [];
    const end = book.subscribe((change) => changes.push(change));
    const heard = () => changes.splice(0).map(({ seq, positions, removed }) => [seq, positions.map((one) => `${one.account} ${one.quantity} ${one.symbol}`).join(), removed.map((one) => one.symbol).join()]);
    return { book, heard, end };
  };

  test("hear what changed, and only that", () => {
    const { book, heard, end } = listening();
    book.apply(fill("1", "buy", "2", "10"));
    book.apply(fill("1", "buy", "2", "10")); // known
    book.apply(fill("1", "sell", "2", "10")); // refused
    book.apply(fill("2", "buy", "1", "10", { symbol: "XYZ", account: "b" }));
    book.mark({ symbol: "ABC", price: price(1) });
    book.setLive({ symbol: "XYZ", price: price(1) });
    expect(heard()).toEqual([[2, "default 2 ABC", ""], [4, "b 1 XYZ", ""], [5, "default 2 ABC", ""], [5, "b 1 XYZ", ""]]);
    book.event({ type: "split", symbol: "ABC", ratio: "2", timestamp: T });
    book.event({ type: "rename", symbol: "ABC", to: "DEF", timestamp: T });
    book.event({ type: "deposit", currency: "USD", amount: amount(1), timestamp: T });
    book.event({ type: "bust", account: "b", venue: "x", symbol: "XYZ", fill: "2" });
    expect(heard()).toEqual([[6, "default 4 ABC", ""], [7, "default 4 DEF", "ABC"], [8, "", ""], [9, "", "XYZ"]]);
    end();
    book.apply(fill("3", "buy", "2", "10"));
    expect(heard()).toEqual([]);
  });

  test("hear of positions whose fees a mark of another symbol values", () => {
    const { book, heard } = listening();
    book.apply(fill("1", "buy", "2", "10", { fee: amount(1), feeCurrency: "BNB" }));
    book.mark({ symbol: "BNB/USD", price: price(300) });
    expect(heard()).toEqual([[2, "default 2 ABC", ""], [3, "default 2 ABC", ""]]);
    expect(book.position("default", "ABC")?.fees).toBe("300");
  });

  test("one that throws is reported, and keeps nobody from hearing and nothing from being booked", () => {
    const errors: unknown[] = [];
    const book = bookOf({ onListenerError: (error) => errors.push(error) });
    const heard: number[] = [];
    book.subscribe(() => { throw new Error("no"); });
    book.subscribe(({ seq }) => heard.push(seq));
    expect(book.apply(fill("1", "buy", "2", "10"))).toEqual({ status: "accepted", seq: 2 });
    expect(book.apply(fill("2", "buy", "2", "10"))).toEqual({ status: "accepted", seq: 3 });
    expect([errors.length, heard, book.position("default", "ABC")?.quantity]).toEqual([2, [2, 3], "4"]);
  });

  test("one that trades on is heard by all in the order of the entries", () => {
    const { book, heard } = listening();
    const later: number[] = [];
    book.subscribe(({ seq }) => { if (seq < 5) book.apply(fill(`${seq}`, "buy", "1", "10")); });
    book.subscribe(({ seq }) => later.push(seq));
    book.apply(fill("first", "buy", "1", "10"));
    expect([heard().map(([seq]) => seq), later]).toEqual([[2, 3, 4, 5], [2, 3, 4, 5]]);
  });
});

test("options of the wrong kind are TypeErrors", () => {
  expect(() => bookOf({ currency: "" })).toThrow("currency");
  expect(() => bookOf({ marksMaxAge: -1 })).toThrow("marksMaxAge");
  expect(() => bookOf({ now: 5 as never })).toThrow("now: takes a function");
  expect(() => bookOf({ now: () => "later" }).apply(fill("1", "buy", "1", "1"))).toThrow("now: \"later\" is neither");
  expect(() => bookOf().subscribe(5 as never)).toThrow("subscribe: takes a function, not the number 5");
});
