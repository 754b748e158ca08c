import { expect, test } from "vitest";
import { formatDecimal } from "../num/index.ts";
import { Book } from "./index.ts";

const at = { nowNs: 0n };
const marked = (...marks: [venue: string, symbol: string, price: string][]) => {
  const book = new Book();
  for (const [venue, symbol, price] of marks) book.mark({ venue, symbol, price, timeNs: 0n });
  return book;
};
const converted = (book: Book, units: bigint, digits: number, from: string, to: string) => {
  const amount = book.rates.convert({ mantissa: units, digits }, from, to, at);
  return amount && formatDecimal(amount);
};

test("an amount is multiplied by a mark, and divided by one that is turned over: rounded once, not through a reciprocal", () => {
  const book = marked(["", "EUR/USD", "1.08"]);
  expect(converted(book, 100n, 0, "EUR", "USD")).toBe("108");
  expect(converted(book, 999n, 1, "USD", "EUR")).toBe("92.5");
  expect(converted(book, 1n, 0, "USD", "EUR")).toBe("0.925925925925925926");
  expect(converted(book, 1n, 30, "USD", "EUR")).toBe("0");
  expect(converted(book, 1n, 0, "USD", "JPY")).toBeUndefined();
});

test("a venue that is marked later, and defines the symbol in its own way, is found", () => {
  const book = marked(["okx", "USDTUSD", "3"]);
  expect(converted(book, 1n, 0, "USDT", "USD")).toBeUndefined();
  book.define({ venue: "kraken", symbol: "USDTUSD", kind: "spot", base: "USDT", quote: "USD", settle: "USD", multiplier: { mantissa: 1n, digits: 0 }, inverse: false, priceDigits: undefined, quantityDigits: undefined });
  book.mark({ venue: "kraken", symbol: "USDTUSD", price: "0.99", timeNs: 0n });
  book.mark({ venue: "okx", symbol: "USDTUSD", price: "7", timeNs: 90_000_000_000n }); // something else there
  expect(converted(book, 100n, 0, "USDT", "USD")).toBe("99");
});
