import fc from "fast-check";
import { expect, test } from "vitest";
import { oddText, plainText } from "../../../test/fill-texts.ts";
import { Directory, FillColumns, type Fill } from "../../core/model/index.ts";
import { FAST_ROOM, FastRows } from "./fast-rows.ts";
import { FILL_COLUMNS, isRowProblem, readFillRow, REQUIRED_FILL_COLUMNS, type FillColumn, type FillTexts } from "./fill-row.ts";
import { layoutOfHeader } from "./layout.ts";
import { UnitsSeen } from "./units.ts";

const anyTable = fc
  .tuple(fc.shuffledSubarray([...FILL_COLUMNS]), fc.constantFrom(",", ";", "\t"), fc.constantFrom("\n", "\r\n"))
  .map(([some, separator, newline]) => ({ header: [...new Set([...some, ...REQUIRED_FILL_COLUMNS])], separator, newline }))
  .chain(({ header, separator, newline }) => {
    const cell = (column: FillColumn) => fc.oneof({ weight: 100, arbitrary: plainText[column] }, { weight: 1, arbitrary: oddText });
    const row = fc.tuple(...header.map(cell)).filter((cells) => cells.every((text) => !text.includes(separator)));
    return fc.record({ header: fc.constant(header), separator: fc.constant(separator), newline: fc.constant(newline), rows: fc.array(row, { minLength: 40, maxLength: 60 }) });
  });

test("rows read the fast way are the rows read the plain way", () => {
  let fast = 0;
  let all = 0;
  fc.assert(
    fc.property(anyTable, ({ header, separator, newline, rows }) => {
      const layout = layoutOfHeader(header, {}, () => "x");
      const directory = new Directory();
      const columns = new FillColumns(200);
      const reader = new FastRows(layout, columns, separator.charCodeAt(0), directory);
      expect(reader.possible).toBe(true);
      for (const cells of rows) {
        const texts = Object.fromEntries(header.map((column, cell) => [column, cells[cell]!])) as FillTexts;
        const expected = readFillRow({ ...texts, account: texts.account?.trim() ? texts.account : "default" }, layout);
        const line = Buffer.from(cells.join(separator) + newline);
        const padded = Buffer.concat([Buffer.from("before"), line, Buffer.alloc(FAST_ROOM, "9")]);
        const before = columns.count;
        const next = reader.read(padded, 6, 1, new UnitsSeen());
        all += 1;
        if (next === 6) {
          expect(columns.count).toBe(before);
          if (isRowProblem(expected)) continue;
          columns.push(expected.fill, directory);
          reader.learn(texts);
          continue;
        }
        fast += 1;
        expect(next).toBe(6 + line.length);
        expect(columns.count).toBe(before + 1);
        expect(isRowProblem(expected)).toBe(false);
        const { fill, seq } = expected as { fill: Fill; seq: number | undefined };
        expect(columns.read(before, directory)).toEqual(fill);
        if (seq !== undefined) expect(reader.seqs[0]).toBe(seq);
      }
    }),
    { numRuns: 300 },
  );
  expect(fast / all).toBeGreaterThan(0.5); // the rest met a word for the first time, or something odd
});

/** Room behind a line, and the line. */
const padded = (line: string) => Buffer.concat([Buffer.from(line), Buffer.alloc(FAST_ROOM)]);
const units = new UnitsSeen();

test("an ordinary row is read the fast way, also where its names are new", () => {
  const layout = layoutOfHeader([...REQUIRED_FILL_COLUMNS], {}, () => "x");
  const columns = new FillColumns(10);
  const directory = new Directory();
  const reader = new FastRows(layout, columns, 44, directory);
  const line = "7,kraken,ETH/EUR,sell,1.50,-20,2024-01-01T00:00:00Z\n";
  expect(reader.read(padded(line), 0, 1, units)).toBe(line.length);
  expect(columns.read(0, directory)).toMatchObject({ account: "default", venue: "kraken", symbol: "ETH/EUR", id: "7" });
  expect(columns.quantity[0]).toBe(-15);
  expect(reader.read(padded(line.replace("kraken", "")), 0, 1, units)).toBe(0);
  expect(reader.read(padded(line.replace("ETH/EUR", "x".repeat(257))), 0, 1, units)).toBe(0);
  expect(columns.count).toBe(1);
});

test("a constant that is no name is left to the plain reader", () => {
  for (const [venue, next] of [["kraken", 47], [" kraken ", 47], ["", 0], ["a\u0000b", 0], ["x".repeat(257), 0]] as const) {
    const header = REQUIRED_FILL_COLUMNS.filter((column) => column !== "venue");
    const columns = new FillColumns(10);
    const directory = new Directory();
    const reader = new FastRows(layoutOfHeader(header, { venue }, () => "x"), columns, 44, directory);
    expect(reader.read(padded("7,ETH/EUR,sell,1.50,-20.5,2024-01-01T00:00:00Z\n"), 0, 1, units)).toBe(next);
    if (next > 0) expect(columns.read(0, directory).venue).toBe("kraken");
  }
});

test("a word is learnt from a row that was read the plain way", () => {
  const header = [...REQUIRED_FILL_COLUMNS, "liquidity", "venue_type"] as const;
  const layout = layoutOfHeader([...header], {}, () => "x");
  const columns = new FillColumns(10);
  const directory = new Directory();
  const reader = new FastRows(layout, columns, 44, directory);
  const cells = ["7", "kraken", "ETH/EUR", "sell", "1.50", "-20", "2024-01-01T00:00:00Z", "Maker", "dex"];
  const line = `${cells.join(",")}\n`;
  expect(reader.read(padded(line), 0, 1, units)).toBe(0);
  const texts: FillTexts = Object.fromEntries(header.map((column, i) => [column, cells[i]]));
  const read = readFillRow({ ...texts, account: "default" }, layout);
  if (isRowProblem(read)) throw new Error(read.reason);
  columns.push(read.fill, directory);
  reader.learn(texts);
  expect(reader.read(padded(line), 0, 1, units)).toBe(line.length);
  expect(columns.read(1, directory)).toEqual(columns.read(0, directory));
});

test("many rows are read at once: until one is out of the ordinary, the columns are full, or the bytes come to their end", () => {
  const layout = layoutOfHeader([...REQUIRED_FILL_COLUMNS, "seq"], {}, () => "x");
  const symbols = 5000; // so that the memory for names must grow, twice
  const times = ["2024-01-01T00:00:00Z", "1704067200", "1704067200123"];
  const lines = Array.from({ length: 20_000 }, (_, k) => `t${k},kraken,${`SYM${k % symbols}/`.padEnd(100, "LONG")},${k % 3 ? "buy" : "sell"},${k + 1}.50,0.000${k + 1}0,${times[k < 9 ? 0 : k % 3]},${k + 1}\n`);
  lines[12_345] = "no row\n";
  const bytes = padded(lines.join(""));
  const directory = new Directory();
  const seen = new UnitsSeen();
  const reader = new FastRows(layout, new FillColumns(0), 44, directory);
  let at = 0;
  let row = 0;
  while (at < bytes.length - FAST_ROOM) {
    const fills = (reader.fills = new FillColumns(7000));
    const next = reader.read(bytes, at, row + 1, seen);
    for (let k = 0; k < fills.count; k += 1) {
      const [id, , symbol, side, quantity, price, timestamp] = lines[row + k]!.split(",");
      expect(fills.read(k, directory), lines[row + k]).toEqual((readFillRow({ id, venue: "kraken", symbol, side, quantity, price, timestamp, account: "default" }, layout) as { fill: Fill }).fill);
      expect(reader.seqs[k]).toBe(row + k + 1);
    }
    expect(next - at).toBe(lines.slice(row, row + fills.count).join("").length);
    row += fills.count;
    at = next;
    if (fills.count > 0) continue;
    expect(row).toBe(12_345);
    at += lines[row]!.length;
    row += 1;
  }
  expect(row).toBe(lines.length);
  expect(seen.state.firstLines).toEqual([[0, 11], [1, 12]]); // the unit, and the line
});
