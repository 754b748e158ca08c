import fc from "fast-check";
import { expect, test } from "vitest";
import { amounts, Book, price, prices, quantities, quantity, type FillArrays, type NewFill } from "./index.ts";

const bookOf = () => new Book({ now: () => 0n, onListenerError: (error) => { throw error; } });

const anyNumber = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.integer({ min: -5, max: 99_999 }), fc.nat(4)).map(([units, digits]) => (units / 10 ** digits).toFixed(digits)) },
  { weight: 1, arbitrary: fc.constantFrom("0", "-0", "007.50", ".5", "5.", "1e-7", "1e3", " 2 ", "123456789012345678", "0.000000000000000001", "999999999999999", "9007199254740993") },
  { weight: 1, arbitrary: fc.constantFrom("", "-", ".", "1,000", "NaN", "1.2.3", "0x10", "1".repeat(70), "--1", "٣") },
);
const anyTime = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("2024-02-29T12:00:00Z", "2024-03-01 10:00:00.5Z", "2024-03-01T10:00:00.123456789Z", "1709208000", 1_709_208_000, 1_709_208_000_123, 1_709_208_000_123_456, 1_709_208_000_123_456_789n, new Date(1_709_208_000_123), "1999-12-31T23:59:59.9999999Z", -1n, 5n) },
  { weight: 1, arbitrary: fc.constantFrom("2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-03-01T24:00:00Z", "2024-03-01T10:00:00.Z", "2024-03-01T1x:00:00Z", "20240131", 20_240_131, "2024-03-01", "", "1709208000.5", -5, 99_999_999_999, 100_000_000_000, "0999-01-01T00:00:00Z", "2261-12-31T23:59:59Z", 2n ** 63n - 1n) },
);
const anyName = fc.oneof({ weight: 8, arbitrary: fc.constantFrom("a", "b", "BTC/USD", "注文") }, { weight: 1, arbitrary: fc.constantFrom("", " a ", "x\u0007", "n".repeat(257)) });
const anyRow = fc.record({
  id: fc.oneof({ weight: 6, arbitrary: fc.nat(30).map(String) }, { weight: 1, arbitrary: fc.constantFrom("", " 7 ", "naïve", "a b", "n".repeat(257), "n".repeat(256), "\u0000") }),
  account: anyName, venue: anyName, symbol: anyName, side: fc.constantFrom("buy", "sell", "buy", "Sell", "hold"),
  quantity: anyNumber, price: anyNumber, fee: anyNumber, timestamp: anyTime,
  feeCurrency: fc.constantFrom("", "BNB", "USD", " USD"), strategy: anyName, signalId: fc.constantFrom("", "s1"), venueType: fc.constantFrom("", "cex", "dex", "CEX", "moon"), liquidity: fc.constantFrom("", "maker", "taker", "none"),
});

test("a batch of columns comes to what its fills come to one by one", () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 30, size: "max" }), (rows) => {
      const one = bookOf();
      const answers = rows.map((row) => one.apply(row as unknown as NewFill));
      const many = bookOf();
      const batch = many.applyColumns(arraysOf(rows));
      expect(batch.results.map(({ status, reason }) => ({ status, reason }))).toEqual(answers.map(({ status, reason }) => ({ status, reason })));
      const count = (status: string) => answers.filter((answer) => answer.status === status).length;
      expect([batch.accepted, batch.duplicates, batch.refused]).toEqual([count("accepted"), count("duplicate"), count("refused")]);
      expect(batch.seqs.every((seq, i) => (seq === 0) === (answers[i]!.status === "refused"))).toBe(true);
      expect(many.positions()).toEqual(one.positions());
      const facts = (book: Book) => book.history().map(({ seq: _, ...row }) => row); // refusals stand between fills in one, after them in the other
      expect(facts(many)).toEqual(facts(one));
    }),
    { numRuns: 300 },
  );
});

function arraysOf(rows: readonly Record<string, unknown>[]): FillArrays {
  const column = (name: string) => rows.map((row) => row[name]) as string[];
  return {
    id: column("id"), account: column("account"), venue: column("venue"), symbol: column("symbol"), side: column("side") as "buy"[], quantity: quantities(column("quantity")), price: prices(column("price")), fee: amounts(column("fee")),
    timestamp: column("timestamp"), feeCurrency: column("feeCurrency"), strategy: column("strategy"), signalId: column("signalId"), venueType: column("venueType") as "cex"[], liquidity: column("liquidity") as "maker"[],
  };
}

test("integers with their digits say what texts say, at every time", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), { minLength: 1, maxLength: 20 }), fc.nat(18), (rows, digits) => {
      const text = (value: number) => `${value < 0 ? "-" : ""}${`${Math.abs(value)}`.padStart(digits + 1, "0").replace(new RegExp(`(\\d{${digits}})$`), ".$1")}`;
      const fixed = { id: rows.map((_, i) => `${i}`), venue: "x", symbol: "ABC", timestamp: BigInt64Array.from(rows, ([, , ns]) => ns) };
      const [a, b] = [bookOf(), bookOf()];
      const integers = a.applyColumns({ ...fixed, quantity: quantities(Float64Array.from(rows, ([q]) => q), digits), price: prices(Float64Array.from(rows, ([, p]) => p), digits) });
      const texts = b.applyColumns({ ...fixed, quantity: quantities(rows.map(([q]) => text(q))), price: prices(rows.map(([, p]) => text(p))), timestamp: rows.map(([, , ns]) => ns) });
      expect(integers.results.map(({ status }) => status)).toEqual(texts.results.map(({ status }) => status));
      expect(a.history()).toEqual(b.history());
    }),
  );
});

const batch = { id: ["1", "2"], venue: "x", symbol: "ABC", quantity: [quantity(1), quantity(2)], price: [price(10), price(11)], timestamp: ["2024-03-01", "2024-03-02"] } satisfies FillArrays;

test("constants stand for all fills; without sides a negative quantity is sold", () => {
  const book = bookOf();
  const answer = book.applyColumns({ ...batch, quantity: quantities(["5", "-2"]), strategy: "carry" });
  expect(answer).toMatchObject({ accepted: 2, duplicates: 0, refused: 0, seq: 3 });
  expect([...answer.seqs]).toEqual([2, 3]);
  expect(book.position("default", "ABC")).toMatchObject({ quantity: "3", realizedPnl: "2" });
  expect(book.history()[1]).toMatchObject({ action: "sell", quantity: "2", strategy: "carry" });
  expect(book.applyColumns({ ...batch, quantity: quantities(["5", "-2"]), strategy: ["carry", "other"] })).toMatchObject({ duplicates: 2, differing: 1 });
});

test("a batch larger than is booked at once is one batch", () => {
  const book = bookOf();
  const count = 40_000;
  const ids = Array.from({ length: count }, (_, i) => (i === 20_001 ? "" : `${i % 39_990}`));
  const heard: number[] = [];
  book.subscribe(({ seq, positions }) => heard.push(seq, positions.length));
  const answer = book.applyColumns({ id: ids, venue: "x", symbol: "ABC", quantity: quantities(new Float64Array(count).fill(1), 0), price: prices(new Float64Array(count).fill(5), 0), timestamp: new Float64Array(count).fill(1_709_208_000) });
  expect(answer).toMatchObject({ accepted: 39_989, duplicates: 10, refused: 1, seq: 39_990, refusals: [{ index: 20_001, field: "id", reason: "id: is empty" }] });
  expect(answer.results.slice(39_990).map(({ status, seq }) => [status, seq])).toEqual(Array.from({ length: 10 }, (_, i) => ["duplicate", i + 2]));
  expect(book.position("default", "ABC")?.quantity).toBe("39989");
  expect(heard).toEqual([39_990, 1]);
});

test.each<[string, object, string]>([
  ["a column that is shorter", { price: [price(1)] }, "price has 1 values, id has 2: give one for each fill"],
  ["a swapped column", { quantity: prices(["1", "2"]) }, "quantity is a column of price: make it with quantities(…)"],
  ["no column", { price: 5 }, "price is the number 5: make it with prices(…)"],
  ["a missing column", { symbol: undefined }, "symbol is undefined"],
  ["an unknown column", { qty: [] }, "there is no field qty"],
  ["times in no array", { timestamp: "2024" }, "timestamp takes an array of times"],
  ["ids in no array", { id: "1" }, "id takes an array of texts"],
])("%s is a TypeError, and nothing is booked", (_, wrong, says) => {
  const book = bookOf();
  expect(() => book.applyColumns({ ...batch, ...wrong })).toThrow(TypeError);
  expect(() => book.applyColumns({ ...batch, ...wrong })).toThrow(says);
  expect(book.seq).toBe(0);
});

test("a value of the wrong type refuses its row alone", () => {
  const book = bookOf();
  const answer = book.applyColumns({ ...batch, id: [1, "2"], strategy: ["s", 5] } as unknown as FillArrays);
  expect(answer.refusals.map(({ index, reason }) => [index, reason])).toEqual([[0, "id: is the number 1: write text"], [1, "strategy: is the number 5: write text"]]);
  const floats = book.applyColumns({ ...batch, quantity: quantities(Float64Array.of(0.5, 2 ** 60), 2) });
  expect(floats.refusals.map(({ field }) => field)).toEqual(["quantity", "quantity"]);
});
