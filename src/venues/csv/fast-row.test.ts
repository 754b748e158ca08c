import fc from "fast-check";
import { expect, test } from "vitest";
import { Directory, FillColumns, type Fill } from "../../core/model/index.ts";
import { CsvScanner, type CsvRow } from "./csv-scanner.ts";
import { FAST_ROOM, FastRow } from "./fast-row.ts";
import { FILL_COLUMNS, isRowProblem, readFillRow, REQUIRED_FILL_COLUMNS, type FillColumn, type FillTexts } from "./fill-row.ts";
import { layoutOfHeader } from "./layout.ts";

/** What stands in columns: mostly what all files hold, now and then something odd. */
const plain: Record<FillColumn, fc.Arbitrary<string>> = {
  id: fc.stringMatching(/^[a-zA-Z0-9:-]{1,20}$/),
  venue: fc.constantFrom("binance", "kraken", "a venue"),
  symbol: fc.constantFrom("BTC/USDT", "ETH-EUR", "GPS"),
  side: fc.constantFrom("buy", "sell", "BUY", "Sell"),
  quantity: fc.stringMatching(/^\d{0,5}[1-9](\.\d{1,8})?$/),
  price: fc.stringMatching(/^-?\d{1,6}(\.\d{1,8})?$/),
  timestamp: fc.constantFrom("2024-02-29T12:34:56.789Z", "2024-02-29T12:34:56Z", "1709208000123", "1709208000", "2024-02-29 00:00:00+00:00", "1709208000123456789"),
  account: fc.constantFrom("main", "", "second"),
  venue_type: fc.constantFrom("cex", "dex", "", "CEX"),
  order_id: fc.constantFrom("", "o-1", "o 2"),
  fee: fc.constantFrom("", "0", "0.010", "-0.5"),
  fee_currency: fc.constantFrom("", "USDT", "BNB"),
  liquidity: fc.constantFrom("", "maker", "taker"),
  signal_id: fc.constantFrom("", "s1"),
  strategy: fc.constantFrom("", "mm", "arb 2"),
  arrival_price: fc.constantFrom("", "100.25"),
  slippage: fc.constantFrom("", "-1.5"),
  latency_ms: fc.constantFrom("", "12"),
  execution_score: fc.constantFrom("", "0.97"),
  seq: fc.constantFrom("1", "42", "900719925474099"),
};
const odd = fc.constantFrom("", " ", "0", "-1", "1e5", "NaN", "1,000", " kraken", "kraken ", "é", "\u0000", "x".repeat(257), "2023-02-29T00:00:00Z", "5.", "-0", "+3", "buyy", "makerr", "9".repeat(16), "0.1234567890123456", "20240101", "a\u001fb");

const anyTable = fc
  .tuple(fc.shuffledSubarray([...FILL_COLUMNS]), fc.constantFrom(",", ";", "\t"), fc.constantFrom("\n", "\r\n"))
  .map(([some, separator, newline]) => ({ header: [...new Set([...some, ...REQUIRED_FILL_COLUMNS])], separator, newline }))
  .chain(({ header, separator, newline }) => {
    const cell = (column: FillColumn) => fc.oneof({ weight: 100, arbitrary: plain[column] }, { weight: 1, arbitrary: odd });
    const row = fc.tuple(...header.map(cell)).filter((cells) => cells.every((text) => !text.includes(separator)));
    return fc.record({ header: fc.constant(header), separator: fc.constant(separator), newline: fc.constant(newline), rows: fc.array(row, { minLength: 40, maxLength: 60 }) });
  });

/** The row that a scanner makes of a line. */
function rowOf(line: Uint8Array, separator: number): CsvRow {
  let found: CsvRow | undefined;
  const scanner = new CsvScanner(separator, { row: (row) => (found = { ...row }), broken: () => undefined });
  scanner.push(line);
  return found!;
}

test("rows read the fast way are the rows read the plain way", () => {
  let fast = 0;
  let all = 0;
  fc.assert(
    fc.property(anyTable, ({ header, separator, newline, rows }) => {
      const layout = layoutOfHeader(header, {}, () => "x");
      const directory = new Directory();
      const columns = new FillColumns(200);
      const reader = new FastRow(layout, columns, separator.charCodeAt(0));
      expect(reader.possible).toBe(true);
      for (const cells of rows) {
        const texts = Object.fromEntries(header.map((column, cell) => [column, cells[cell]!])) as FillTexts;
        const expected = readFillRow({ ...texts, account: texts.account?.trim() ? texts.account : "default" }, layout);
        const line = Buffer.from(cells.join(separator) + newline);
        const padded = Buffer.concat([Buffer.from("before"), line, Buffer.alloc(FAST_ROOM, "9")]);
        const before = columns.count;
        const next = reader.read(padded, 6);
        all += 1;
        if (next < 0) {
          expect(columns.count).toBe(before);
          if (isRowProblem(expected)) continue;
          columns.push(expected.fill, directory);
          reader.learn(rowOf(line, separator.charCodeAt(0)));
          continue;
        }
        fast += 1;
        expect(next).toBe(6 + line.length);
        expect(columns.count).toBe(before + 1);
        expect(isRowProblem(expected)).toBe(false);
        const { fill, seq } = expected as { fill: Fill; seq: number | undefined };
        expect(columns.read(before, directory)).toEqual(fill);
        if (seq !== undefined) expect(reader.seq).toBe(seq);
      }
    }),
    { numRuns: 500 },
  );
  expect(fast / all).toBeGreaterThan(0.3); // the rest met a name for the first time, or something odd
});

test("once its names are known, an ordinary row is read the fast way", () => {
  const layout = layoutOfHeader([...REQUIRED_FILL_COLUMNS], {}, () => "x");
  const columns = new FillColumns(10);
  const reader = new FastRow(layout, columns, 44);
  const line = Buffer.from("7,kraken,ETH/EUR,sell,1.50,-20,2024-01-01T00:00:00Z\n");
  const padded = Buffer.concat([line, Buffer.alloc(FAST_ROOM)]);
  expect(reader.read(padded, 0)).toBe(-1);
  const directory = new Directory();
  const read = readFillRow({ id: "7", account: "default", venue: "kraken", symbol: "ETH/EUR", side: "sell", quantity: "1.50", price: "-20", timestamp: "2024-01-01T00:00:00Z" }, layout);
  if (isRowProblem(read)) throw new Error(read.reason);
  columns.push(read.fill, directory);
  reader.learn(rowOf(line, 44));
  expect(reader.read(padded, 0)).toBe(line.length);
  expect(columns.read(1, directory)).toEqual(columns.read(0, directory));
  expect(columns.quantity[1]).toBe(-15);
});
