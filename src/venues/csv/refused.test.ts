import { existsSync, readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { withFile } from "../../../test/csv-kit.ts";
import { RefusedFile, writeRefused } from "./index.ts";
import { rawText } from "./refused.ts";

test("what is written is read again, whatever the rows hold", async () => {
  const anyText = fc.oneof(fc.string({ unit: fc.constantFrom(...'=+-@a,"\r\n;é') }), fc.constantFrom("=1+1", '"', ""));
  const anyRow = fc.record({ line: fc.nat(), column: anyText, reason: anyText, raw: anyText });
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { minLength: 1 }), async (rows) => {
      await withFile("", (path) => {
        writeRefused(path, rows);
        const [header, ...cells] = parse(readFileSync(path), { record_delimiter: "\n", info: false });
        expect(header).toEqual(["line", "column", "reason", "row"]);
        expect(cells).toEqual(rows.map((row) => [`${row.line}`, row.column, row.reason, row.raw]));
      });
    }),
    { numRuns: 100 },
  );
});

test("a file is made only for rows", async () => {
  await withFile("", (path) => {
    const file = new RefusedFile(`${path}.refused.csv`);
    file.close();
    expect(existsSync(file.path)).toBe(false);
    for (let line = 1; line <= 3000; line += 1) file.add({ line, reason: "x".repeat(50), raw: "y" });
    file.close();
    expect(readFileSync(file.path, "utf8").split("\n")).toHaveLength(3002);
  });
});

test("a file that is taken back leaves nothing, however much was in it", async () => {
  for (const rows of [0, 1, 3000]) {
    await withFile("", (path) => {
      const file = new RefusedFile(`${path}.refused.csv`);
      for (let line = 1; line <= rows; line += 1) file.add({ line, reason: "x".repeat(50), raw: "y" });
      file.discard();
      file.close();
      expect([existsSync(file.path), file.count]).toEqual([false, 0]);
    });
  }
});

test("a long row is cut at 4 KiB, never through a character", () => {
  expect(rawText(Buffer.from("é".repeat(3000)))).toBe("é".repeat(2048));
  expect(rawText(Buffer.from(`a${"é".repeat(3000)}`))).toBe(`a${"é".repeat(2047)}`);
  expect(rawText(Buffer.from([97, 0xff, 98]))).toBe("a\ufffdb");
});
