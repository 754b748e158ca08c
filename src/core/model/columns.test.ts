import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyFill, anyFills } from "../../../test/generators.ts";
import { AssertionFailed } from "../num/index.ts";
import { FillColumns } from "./columns.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";
import { Directory } from "./directory.ts";
import type { Fill } from "./fill.ts";

const fill: Fill = {
  account: "default",
  venue: "kraken",
  symbol: "ETH/USD",
  id: "T-1",
  quantity: { mantissa: -15n, digits: 1 },
  price: { mantissa: 20_005n, digits: 1 },
  fee: { mantissa: -1n, digits: 3 },
  feeCurrency: "BNB",
  time: { ns: 1_709_208_000_500_000_000n, unit: "ms" },
  venueType: "prediction",
  liquidity: "taker",
  strategy: "carry",
  signalId: "",
  orderId: "o-1",
  executionScore: "0.97",
};

function columnsOf(fills: readonly Fill[], directory: Directory, capacity = fills.length): FillColumns {
  const columns = new FillColumns(capacity, 0);
  for (const one of fills) columns.push(one, directory);
  return columns;
}

function readAll(columns: FillColumns, directory: Directory): Fill[] {
  return Array.from({ length: columns.count }, (_, row) => columns.read(row, directory));
}

describe("a row", () => {
  test("reads as it was pushed", () => {
    const directory = new Directory();
    const columns = columnsOf([fill], directory);
    expect(columns.read(0, directory)).toEqual(fill);
    expect([columns.quantity[0], columns.price[0], columns.fee[0], columns.timeNs(0), columns.idOf(0)]).toEqual([-15, 20_005, -1, 1_709_208_000_500_000_000n, "T-1"]);
  });

  test("whatever the fill", () => {
    fc.assert(
      fc.property(anyFills(20), (fills) => {
        const directory = new Directory();
        expect(readAll(columnsOf(fills, directory), directory)).toEqual(fills);
      }),
      { numRuns: 200 },
    );
  });

  test.each([2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 10n ** 36n - 1n])("holds an amount of %s exactly, in whatever column", (amount) => {
    const directory = new Directory();
    for (const field of ["quantity", "price", "fee"] as const) {
      for (const mantissa of [amount, -amount]) {
        const wide = { ...fill, [field]: { mantissa, digits: 18 } };
        const columns = columnsOf([wide], directory);
        expect(columns.read(0, directory)).toEqual(wide);
        expect(columns.wide.has(0)).toBe(amount >= 2n ** 53n);
        expect(Number.isNaN(columns.quantity[0])).toBe(amount >= 2n ** 53n);
      }
    }
  });

  test.each([0n, -1n, 1n, -(2n ** 32n), 2n ** 32n - 1n, -9_214_560_000_000_000_000n, 9_214_646_399_999_999_999n])("holds the time %s", (ns) => {
    expect(columnsOf([{ ...fill, time: { ns, unit: "ns" } }], new Directory()).timeOf(0)).toEqual({ ns, unit: "ns" });
  });

  test.each(["", "₿-1", "a\u0000b", "💶", "x".repeat(10_000)])("holds the id %.20j", (id) => {
    const directory = new Directory();
    const fills = [fill, { ...fill, id }, fill];
    expect(readAll(columnsOf(fills, directory), directory)).toEqual(fills);
  });

  test.each(["\u001f", "\u001f\u001f", "a\u001fb"])("keeps the order id %j out of the other notes", (orderId) => {
    const directory = new Directory();
    const noted = { ...fill, orderId, latencyMs: "12" };
    expect(columnsOf([noted], directory).read(0, directory)).toEqual(noted);
  });
});

test("cleared columns are as good as new ones", () => {
  fc.assert(
    fc.property(anyFills(8), anyFills(8), (before, after) => {
      const directory = new Directory();
      const columns = columnsOf(before, directory, 8);
      columns.clear();
      expect([columns.textLength, columns.wide.size]).toEqual([0, 0]);
      for (const one of after) columns.push(one, directory);
      expect(readAll(columns, directory)).toEqual(after);
    }),
    { numRuns: 100 },
  );
});

test("a copied row is the same fill, by the numbers of another directory", () => {
  fc.assert(
    fc.property(anyFills(8), (fills) => {
      const [from, to] = [new Directory(), new Directory()];
      to.nameNumber("another");
      const columns = columnsOf(fills, from);
      const [copy, twin] = [new FillColumns(fills.length, 0), new FillColumns(fills.length, 0)];
      for (const row of fills.keys()) {
        const { account, venue, symbol, feeCurrency, strategy, signalId } = fills[row]!;
        copy.copyRow(columns, row, to.routeNumber(account, venue, symbol), to.nameNumber(feeCurrency), to.nameNumber(strategy), to.nameNumber(signalId));
      }
      expect(readAll(copy, to)).toEqual(fills);
      for (const row of fills.keys()) twin.copyRow(columns, row);
      expect(readAll(twin, from)).toEqual(fills);
    }),
    { numRuns: 100 },
  );
});

test("there is no row beyond the capacity", () => {
  const columns = columnsOf([fill], new Directory());
  expect(() => columns.push(fill, new Directory())).toThrow(AssertionFailed);
});

describe("UTF-8", () => {
  const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "\u007f\u0080\u07ff\u0800\uffff", "\u{10000}\u{10ffff}", "\ufeffid"));

  test("is the platform's, both ways", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const bytes = encodeUtf8(text);
        expect(bytes).toEqual(new Uint8Array(new TextEncoder().encode(text)));
        expect(decodeUtf8(bytes, 0, bytes.length)).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  test("of a part of the bytes", () => {
    expect(decodeUtf8(encodeUtf8("a€b💶c"), 1, 9)).toBe("€b💶");
  });

  test("half a character keeps its identity, although the platform would replace it", () => {
    const bytes = encodeUtf8("a\ud83db");
    expect(decodeUtf8(bytes, 0, bytes.length)).toBe("a\ud83db");
  });
});

test("generated fills are what a decoder lets through", () => {
  fc.assert(
    fc.property(anyFill, ({ quantity, price, fee }) => {
      expect(quantity.mantissa).not.toBe(0n);
      expect(price.mantissa).not.toBe(0n);
      for (const { mantissa, digits } of [quantity, price, fee]) {
        expect(digits >= 0 && digits <= 18).toBe(true);
        expect(digits === 0 || mantissa % 10n !== 0n).toBe(true);
      }
    }),
  );
});
