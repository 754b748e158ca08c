import fc from "fast-check";
import { expect, test } from "vitest";
import { oddText, plainText } from "../../../test/fill-texts.ts";
import { Directory, FillColumns, type Fill } from "../../core/model/index.ts";
import { FAST_ROOM, FastRow } from "./fast-row.ts";
import { FILL_COLUMNS, isRowProblem, readFillRow, REQUIRED_FILL_COLUMNS, type FillColumn, type FillTexts } from "./fill-row.ts";
import { layoutOfHeader } from "./layout.ts";

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
      const reader = new FastRow(layout, columns, separator.charCodeAt(0), directory);
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
          reader.learn(texts);
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
  expect(fast / all).toBeGreaterThan(0.5); // the rest met a word for the first time, or something odd
});

/** Room behind a line, and the line. */
const padded = (line: string) => Buffer.concat([Buffer.from(line), Buffer.alloc(FAST_ROOM)]);

test("an ordinary row is read the fast way, also where its names are new", () => {
  const layout = layoutOfHeader([...REQUIRED_FILL_COLUMNS], {}, () => "x");
  const columns = new FillColumns(10);
  const directory = new Directory();
  const reader = new FastRow(layout, columns, 44, directory);
  const line = "7,kraken,ETH/EUR,sell,1.50,-20,2024-01-01T00:00:00Z\n";
  expect(reader.read(padded(line), 0)).toBe(line.length);
  expect(columns.read(0, directory)).toMatchObject({ account: "default", venue: "kraken", symbol: "ETH/EUR", id: "7" });
  expect(columns.quantity[0]).toBe(-15);
  expect(reader.read(padded(line.replace("kraken", "")), 0)).toBe(-1);
  expect(reader.read(padded(line.replace("ETH/EUR", "x".repeat(257))), 0)).toBe(-1);
  expect(columns.count).toBe(1);
});

test("a constant that is no name is left to the plain reader", () => {
  for (const [venue, next] of [["kraken", 47], [" kraken ", 47], ["", -1], ["a\u0000b", -1], ["x".repeat(257), -1]] as const) {
    const header = REQUIRED_FILL_COLUMNS.filter((column) => column !== "venue");
    const columns = new FillColumns(10);
    const directory = new Directory();
    const reader = new FastRow(layoutOfHeader(header, { venue }, () => "x"), columns, 44, directory);
    expect(reader.read(padded("7,ETH/EUR,sell,1.50,-20.5,2024-01-01T00:00:00Z\n"), 0)).toBe(next);
    if (next > 0) expect(columns.read(0, directory).venue).toBe("kraken");
  }
});

test("a word is learnt from a row that was read the plain way", () => {
  const header = [...REQUIRED_FILL_COLUMNS, "liquidity", "venue_type"] as const;
  const layout = layoutOfHeader([...header], {}, () => "x");
  const columns = new FillColumns(10);
  const directory = new Directory();
  const reader = new FastRow(layout, columns, 44, directory);
  const cells = ["7", "kraken", "ETH/EUR", "sell", "1.50", "-20", "2024-01-01T00:00:00Z", "Maker", "dex"];
  const line = `${cells.join(",")}\n`;
  expect(reader.read(padded(line), 0)).toBe(-1);
  const texts: FillTexts = Object.fromEntries(header.map((column, i) => [column, cells[i]]));
  const read = readFillRow({ ...texts, account: "default" }, layout);
  if (isRowProblem(read)) throw new Error(read.reason);
  columns.push(read.fill, directory);
  reader.learn(texts);
  expect(reader.read(padded(line), 0)).toBe(line.length);
  expect(columns.read(1, directory)).toEqual(columns.read(0, directory));
});
