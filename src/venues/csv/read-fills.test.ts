import { appendFileSync, mkdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failureOf, readContent, readPath, withFile } from "../../../test/csv-kit.ts";
import { anyFills } from "../../../test/generators.ts";
import { formatTimeAs, type Fill } from "../../core/model/index.ts";
import { formatDecimal } from "../../core/num/index.ts";

const HEADER = "id,venue,symbol,side,quantity,price,timestamp";
const row = (id: number | string, rest = "kraken,ETH/EUR,buy,1.5,2000,2024-01-01T00:00:00Z") => `${id},${rest}`;
const three = `${HEADER}\n${row(1)}\n${row(2)}\n${row(3)}\n`;

describe("CSV", () => {
  test("a row becomes a fill, with defaults for what the file does not say", async () => {
    const { fills, lines, report } = await readContent(`${HEADER}\n${row("t-1")}\n`);
    expect(fills).toEqual([
      {
        id: "t-1", account: "default", venue: "kraken", symbol: "ETH/EUR", quantity: { mantissa: 15n, digits: 1 }, price: { mantissa: 2000n, digits: 0 },
        fee: { mantissa: 0n, digits: 0 }, feeCurrency: "", time: { ns: 1_704_067_200_000_000_000n, unit: "s" }, venueType: "unknown", liquidity: "", strategy: "", signalId: "",
      },
    ]);
    expect(lines).toEqual([2]);
    expect(report).toEqual({ rows: 1, refused: 0, units: ["s"], warnings: [] });
  });

  test("places in an export stay with their rows, also where a row among thousands must be read the plain way", async () => {
    const quoted = [7001, 7002, 8500];
    const ids = Array.from({ length: 9000 }, (_, k) => k + 1);
    const { fills, seqs } = await readContent(`seq,${HEADER}\n${ids.map((id) => `${id * 2},${row(quoted.includes(id) ? `"${id}"` : id)}`).join("\n")}\n`);
    expect(fills.map(({ id }) => id)).toEqual(ids.map(String));
    expect(seqs).toEqual(ids.map((id) => id * 2));
  });

  test.each([
    ["a last line without an end", three.trimEnd()],
    ["CRLF", three.replaceAll("\n", "\r\n")],
    ["a UTF-8 mark", `\ufeff${three}`],
    ["semicolons", three.replaceAll(",", ";")],
    ["tabs", three.replaceAll(",", "\t")],
    ["blank lines", `\n\n${three.replaceAll("\n", "\n\n  \n")}\n`],
    ["quotes", three.replace(/[^,\n]+/g, '"$&"')],
    ["spaces around values", three.replaceAll(",", " , ")],
    ["gzip", gzipSync(three)],
    ["gzip of two members", Buffer.concat([gzipSync(three.slice(0, 70)), gzipSync(three.slice(70))])],
    ["gzip with padding after it", Buffer.concat([gzipSync(three), Buffer.alloc(512)])],
  ])("with %s", async (_, content) => {
    const { fills, refused } = await readContent(content);
    expect(fills.map((fill) => fill.id)).toEqual(["1", "2", "3"]);
    expect(fills[2]!.venue).toBe("kraken");
    expect(refused).toEqual([]);
  });

  test("fills of any kind come back as they were written, from files longer than a batch too", async () => {
    await fc.assert(
      fc.asyncProperty(anyFills(30), fc.constantFrom("csv", "json", "ndjson"), fc.boolean(), async (fills, format, packed) => {
        fc.pre(fills.length > 0 || format !== "ndjson"); // which would be an empty file
        const text = written(fills, format);
        const { fills: read, refused } = await readContent(packed ? gzipSync(text) : text);
        expect(refused).toEqual([]);
        expect(read).toEqual(fills);
      }),
      { numRuns: 200 },
    );
    const many = Array.from({ length: 30_000 }, (_, i) => row(i)).join("\n");
    const { fills, lines } = await readContent(`${HEADER}\n${many}`);
    expect(fills.map((fill) => fill.id)).toEqual(Array.from({ length: 30_000 }, (_, i) => `${i}`));
    expect(lines).toEqual(Array.from({ length: 30_000 }, (_, i) => i + 2));
  });

  test("the account is the file's, else the one that was given; a venue is given only to a file without that column", async () => {
    const text = "id,account,symbol,side,quantity,price,timestamp\n1,,GPS,buy,1,1,2024-01-01\n2,b,GPS,buy,1,1,2024-01-01\n";
    const { fills } = await readContent(text, { account: "a", venue: "nyse" });
    expect(fills.map((fill) => [fill.account, fill.venue])).toEqual([["a", "nyse"], ["b", "nyse"]]);
    const withVenue = await readContent(three.replace("kraken", ""), { venue: "nyse" });
    expect(withVenue.refused).toMatchObject([{ line: 2, column: "venue", reason: "is empty" }]);
  });

  test("the place in an export goes along", async () => {
    const { seqs, fills, refused } = await readContent(`seq,${HEADER}\n9,${row(1)}\n5,${row(2)}\nx,${row(3)}\n`);
    expect(seqs).toEqual([9, 5]);
    expect(fills).toHaveLength(2);
    expect(refused).toMatchObject([{ line: 4, column: "seq" }]);
  });

  test("columns of a file of refusals are no mistake", async () => {
    expect((await readContent(`line,column,reason,${HEADER}\n7,price,bad,${row(1)}\n`)).fills).toHaveLength(1);
  });

  test("epochs of several sizes are read each by its own, and told", async () => {
    const text = [HEADER, ...["1704067200", "1704067200000", "1704067200000000", "2024-01-01T00:00:00.5Z"].map((time, i) => `${i},k,S,buy,1,1,${time}`)].join("\n");
    const { fills, report } = await readContent(text);
    expect(fills.slice(0, 3).map((fill) => fill.time)).toEqual(["s", "ms", "us"].map((unit) => ({ ns: 1_704_067_200_000_000_000n, unit })));
    expect(report.units).toEqual(["s", "ms", "us"]);
    expect(report.warnings).toEqual(["epoch times in s (first in line 2), ms (first in line 3) and us (first in line 4) stand in this file: each was read by its size"]);
  });
});

describe("a row that is no fill is refused, with its column and why, and the rest goes on", () => {
  const header = `${HEADER},fee,liquidity,venue_type,slippage,order_id`;
  test.each([
    ["quantity", "0", "a fill of 0 moves nothing"],
    ["quantity", "-1", "is negative"],
    ["quantity", "", "is empty"],
    ["quantity", "NaN", "is not a plain number"],
    ["quantity", "1_000", "without thousands separators"],
    ["quantity", "1e400", "digits before the point"],
    ["quantity", "1".repeat(19), "19 digits before the point"],
    ["quantity", "0.0000000000000000001", "19 decimals"],
    ["price", "Infinity", "is not a plain number"],
    ["price", "", "is empty"],
    ["price", "١", "is not a plain number"],
    ["side", "hold", "is neither buy nor sell"],
    ["side", "", "is empty"],
    ["timestamp", "2023-02-29", "names a day that does not exist"],
    ["timestamp", "20240131", "looks like a date"],
    ["timestamp", "yesterday", "is neither ISO 8601"],
    ["timestamp", "", "is empty"],
    ["id", "", "is empty"],
    ["id", "a\u0000b", "cannot be printed"],
    ["id", "é".repeat(129), "longer than 256 bytes"],
    ["venue", "", "is empty"],
    ["symbol", "a\u0007", "cannot be printed"],
    ["fee", "free", "is not a plain number"],
    ["liquidity", "both", "is none of maker, taker"],
    ["venue_type", "bank", "is none of unknown, cex"],
    ["slippage", "a lot", "is not a plain number"],
    ["order_id", "a\u001fb", "cannot be printed"],
  ])("%s %j", async (column, text, why) => {
    const cells = { id: "1", venue: "k", symbol: "S", side: "buy", quantity: "1", price: "1", timestamp: "2024-01-01", fee: "", liquidity: "", venue_type: "", slippage: "", order_id: "", [column]: text };
    const line = header.split(",").map((name) => cells[name as keyof typeof cells]).join(",");
    const good = `2,k,S,sell,1,1,2024-01-01,,,,,`;
    const { fills, refused, report } = await readContent(`${header}\n${line}\n${good}\n`);
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ line: 2, column, raw: line });
    expect(refused[0]!.reason).toContain(why);
    expect(fills.map((fill) => fill.id)).toEqual(["2"]);
    expect(report).toMatchObject({ rows: 1, refused: 1 });
  });

  test("in a long file, where rows are read the fast way, as well", async () => {
    const bad = ["NaN", "1e400", "0", "-1", "", "1.2.3", "12345678901234567890"];
    const lines = Array.from({ length: 2000 }, (_, i) => row(i, `kraken,ETH/EUR,buy,${i % 100 === 99 ? bad[(i / 100) % bad.length | 0] : "1.5"},2000,2024-01-01T00:00:00Z`));
    const { fills, refused } = await readContent([HEADER, ...lines].join("\n"));
    expect(refused.map(({ line, column }) => [line, column])).toEqual(Array.from({ length: 20 }, (_, k) => [k * 100 + 101, "quantity"]));
    expect(fills).toHaveLength(1980);
  });

  test("bytes that are no UTF-8, too few cells, too many", async () => {
    const text = Buffer.concat([Buffer.from(`${HEADER}\n1,k,S`), Buffer.from([0xff]), Buffer.from(",buy,1,1,2024-01-01\n1,2,3\n"), Buffer.from(`${row(7)},\n${row(8)}\n`)]);
    const { fills, refused } = await readContent(text);
    expect(refused.map(({ line, column, reason }) => [line, column, reason])).toEqual([
      [2, "symbol", "is not UTF-8"],
      [3, undefined, "has 3 cells where the header has 7"],
      [4, undefined, "has 8 cells where the header has 7"],
    ]);
    expect(fills.map((fill) => fill.id)).toEqual(["8"]);
  });

  test("a line of 100 MB is passed over without holding it", async () => {
    const text = Buffer.concat([Buffer.from(`${HEADER}\n${row(1)}\n`), Buffer.alloc(100 << 20, "x"), Buffer.from(`\n${row(2)}\n`)]);
    const { fills, refused } = await withFile(gzipSync(text, { level: 1 }), (path) => readPath(path));
    expect(fills.map((fill) => fill.id)).toEqual(["1", "2"]);
    expect(refused).toEqual([{ line: 3, reason: "longer than 1048576 bytes", raw: "x".repeat(4096) }]);
  });
});

describe("JSON", () => {
  const object = (id: string, more = "") => `{"id":${JSON.stringify(id)},"venue":"k","symbol":"S","side":"buy","quantity":0.10000000000000000001,"price":1e-7,"timestamp":1704067200000${more}}`;
  const good = (id: string, more = "") => object(id, more).replace("0.10000000000000000001", "123456789012345.678");

  test.each([
    ["a list", `[${good("1")},\n${good("2")}]`],
    ["a list in an object", `{"asOf":"x","fills": [${good("1")},${good("2")}], "next":null}`],
    ["a list in an object, over lines", `{\n "fills": [\n${good("1")}\n,\n${good("2")}]\n}`],
    ["lines", `${good("1")}\n\n${good("2")}\n`],
    ["lines without the last end", `${good("1")}\n${good("2")}`],
    ["a UTF-8 mark", `\ufeff[${good("1")},${good("2")}]`],
    ["gzip", gzipSync(`[${good("1")},${good("2")}]`)],
  ])("is found to be %s, and its numbers are exact", async (_, content) => {
    const { fills, refused } = await readContent(content);
    expect(refused).toEqual([]);
    expect(fills.map((fill) => fill.id)).toEqual(["1", "2"]);
    expect(fills[0]).toMatchObject({ quantity: { mantissa: 123_456_789_012_345_678n, digits: 3 }, price: { mantissa: 1n, digits: 7 }, time: { unit: "ms" } });
  });

  test("digits beyond what is kept are refused, not lost", async () => {
    expect((await readContent(`[${object("1")}]`)).refused).toMatchObject([{ line: 1, column: "quantity" }]);
  });

  test("keys are camelCase or snake_case, not both", async () => {
    const { fills, refused } = await readContent(`[${good("1", ',"venueType":"cex","order_id":"o"')},${good("2", ',"venueType":"cex","venue_type":"cex"')}]`);
    expect(fills).toMatchObject([{ id: "1", venueType: "cex", orderId: "o" }]);
    expect(refused).toMatchObject([{ column: "venue_type", reason: 'stands twice: as "venueType" and "venue_type"' }]);
  });

  test("broken elements are refused one by one", async () => {
    const { fills, refused } = await readContent([good("1"), '{"id":}', "7", '["a"]', good("3", ',"fee":{"a":1}'), good("4", ',"strategy":true'), good("5", ',"id":"6"'), good("7", ',"qty":1'), "[".repeat(100_000), good("2")].join("\n"));
    expect(fills.map((fill) => fill.id)).toEqual(["1", "2"]);
    expect(refused.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(refused.map(({ reason }) => reason).join("\n")).toMatch(/is not JSON.*\nis not an object.*\nis not an object.*\nis an object, not a text.*\nis true, not.*\n.*stands twice.*\nunknown key "qty": did you mean "quantity"\?\nis not JSON/);
  });

  test("the first object with an unknown key tells that the file is another one", async () => {
    expect(await failureOf(`[${good("1", ',"qty":1')}]`)).toBe('InputError FILE:1:1: unknown key "qty"; did you mean "quantity"? Rename it, pass --ignore-extra, or describe the file with a --map');
    expect((await readContent(`[${good("1", ',"qty":1')}]`, { ignoreExtra: true })).fills).toHaveLength(1);
  });

  test("an export's places go along, and must stand in all rows or in none", async () => {
    expect(await readContent(`[${good("1", ',"seq":4')},${good("2")}]`)).toMatchObject({ seqs: [4], refused: [{ column: "seq" }] });
    expect(await readContent(`[${good("1")},${good("2", ',"seq":4')}]`)).toMatchObject({ seqs: undefined, refused: [{ column: "seq" }] });
  });
});

describe("a file that ends early", () => {
  const lines = Array.from({ length: 5000 }, (_, i) => row(i));
  const packed = gzipSync([HEADER, ...lines].join("\n"));

  test.each([packed.length - 1, packed.length - 9, Math.floor(packed.length / 2), 5000])("gzip cut after %i bytes gives all whole rows and refuses the last", async (length) => {
    const { fills, refused } = await readContent(packed.subarray(0, length));
    expect(fills.length).toBeGreaterThan(0);
    expect(fills.map((fill) => fill.id)).toEqual(lines.slice(0, fills.length).map((_, i) => `${i}`));
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ line: fills.length + 2, reason: expect.stringContaining("gzip ends early") as string });
    expect(`${row(fills.length)}`.startsWith(refused[0]!.raw)).toBe(true);
  });

  test("gzip cut at its end keeps all rows but the last, for none was lost", async () => {
    expect((await readContent(packed.subarray(0, packed.length - 1))).fills).toHaveLength(4999);
  });

  test("damaged gzip is not believed at all", async () => {
    const damaged = Uint8Array.from(packed);
    damaged[packed.length - 6]! ^= 1;
    expect(await failureOf(damaged)).toMatch(/^InputError FILE: the gzip data is damaged .*; nothing was booked; fetch or pack the file again$/);
  });
});

describe("a file that cannot be read at all says what, where and how to mend it", () => {
  test.each([
    ["empty", "", {}, "FILE: is empty; check that it was written to the end"],
    ["blank", " \n\n", {}, "FILE: is empty; check that it was written to the end"],
    ["UTF-16", Buffer.from(`\ufeff${three}`, "utf16le"), {}, "FILE:1:1: is UTF-16 text; save it as UTF-8"],
    ["UTF-16 without a mark", Buffer.from(three, "utf16le"), {}, "FILE:1:2: is not text: a NUL byte stands in its first line; save it as UTF-8 text"],
    ["Excel", Buffer.from("PK\u0003\u0004rest"), {}, "FILE:1:1: is a ZIP or Excel file; save the sheet as CSV (UTF-8), or unpack it"],
    ["a misspelt column", three.replace("quantity", "qty"), {}, 'FILE:1:22: unknown column "qty"; did you mean "quantity"? Rename it, pass --ignore-extra, or describe the file with a --map'],
    ["an unknown column", three.replace("price", "price,zzzzzzzzz"), {}, /^InputError FILE:1:37: unknown column "zzzzzzzzz"; known are id, venue.*pass --ignore-extra/],
    ["a column twice", three.replace("symbol", "venue"), {}, 'FILE:1:10: the column "venue" stands twice; remove or rename one of them'],
    ["a missing column", three.replace(",timestamp", ""), {}, 'FILE:1:1: the column "timestamp" is missing; add it or describe the file with a --map'],
    ["a missing column, others ignored", three.replace("quantity", "qty"), { ignoreExtra: true }, 'FILE:1:1: the column "quantity" is missing; is it "qty"? add it or describe the file with a --map'],
    ["no venue", three.replace("venue", "strategy"), {}, 'FILE:1:1: the column "venue" is missing; add it or pass --venue'],
    ["no header", `${row(1)}\n${row(2)}\n`, {}, /no column of a fill stands in the first line \("1", "kraken", "ETH\/EUR", "buy", …\); start the file with a header like id,venue/],
    ["a broken header", `id,"venue\n${row(1)}\n`, {}, "FILE:1:1: the header cannot be read: a quote opened in cell 2 is never closed; mend the first line"],
    ["a header without UTF-8", Buffer.concat([Buffer.from("id,"), Buffer.from([0xe9, 0x0a])]), {}, "FILE:1:4: is not UTF-8 text; save the file as UTF-8"],
    ["a column without a name", three.replace("\n", ",\n"), {}, "FILE:1:47: a column has no name; name it, pass --ignore-extra, or describe the file with a --map"],
  ])("%s", async (_, content, options, message) => {
    const failure = await failureOf(content, options);
    if (typeof message === "string") expect(failure).toBe(`InputError ${message}`);
    else expect(failure).toMatch(message);
  });

  test("missing, or a directory", async () => {
    await withFile("", async (path) => {
      await expect(readPath(`${path}.no`)).rejects.toThrow(`${path}.no: there is no such file; check the path`);
      mkdirSync(`${path}.d`);
      await expect(readPath(`${path}.d`)).rejects.toThrow(`${path}.d: is a directory; name the file in it`);
    });
  });

  test("one that changes while it is read", async () => {
    await withFile(three, async (path) => {
      const reading = readPath(path, { onProgress: () => appendFileSync(path, row(4)) });
      await expect(reading).rejects.toThrow(`${path}: changed while it was read; nothing was booked; import it again`);
    });
  });
});

test("progress counts the bytes of the file", async () => {
  const told: [number, number][] = [];
  await readContent(three, { onProgress: (read, total) => told.push([read, total]) });
  expect(told).toEqual([[three.length, three.length]]);
});

const WORDS = { id: "id", venue: "venue", symbol: "symbol", account: "account", venueType: "venue_type", orderId: "order_id", feeCurrency: "fee_currency", liquidity: "liquidity", signalId: "signal_id", strategy: "strategy", arrivalPrice: "arrival_price", slippage: "slippage", latencyMs: "latency_ms", executionScore: "execution_score" } as const;

/** Fills as a file of the format. */
function written(fills: readonly Fill[], format: string): string {
  const tables = fills.map((fill) => ({
    ...Object.fromEntries(Object.keys(WORDS).map((key) => [key, fill[key as keyof typeof WORDS] ?? ""])),
    side: fill.quantity.mantissa < 0n ? "sell" : "buy",
    quantity: formatDecimal(fill.quantity).replace("-", ""),
    price: formatDecimal(fill.price),
    fee: formatDecimal(fill.fee),
    timestamp: formatTimeAs(fill.time.ns, fill.time.unit),
  })) as Record<string, string>[];
  if (format === "json") return JSON.stringify(tables);
  if (format === "ndjson") return tables.map((table) => `${JSON.stringify(table)}\n`).join("");
  const keys = [...Object.keys(WORDS), "side", "quantity", "price", "fee", "timestamp"];
  const header = keys.map((key) => (WORDS as Record<string, string>)[key] ?? key).join(",");
  return [header, ...tables.map((table) => keys.map((key) => (/[",\n]/.test(table[key]!) ? `"${table[key]!.replaceAll('"', '""')}"` : table[key])).join(","))].join("\n");
}
