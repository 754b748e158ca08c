import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { root } from "../../../test/files.ts";
import { readPath, withFile } from "../../../test/csv-kit.ts";
import type { Strips } from "./read-ahead.ts";
import type { Strip } from "./strip.ts";
import { readStrip } from "./strip-reader.ts";
import { StripThread } from "./strip-thread.ts";

const HEADER = "id,account,venue,symbol,side,quantity,price,timestamp,fee,fee_currency,strategy,order_id,liquidity";
const text = fc.constantFrom("", "", "a", "b2", "x y", '"two\nlines"', '"a ""quote"" and\r\nmore"', "é");
const anyRow = fc
  .record({
    account: fc.constantFrom("main", "", "second"),
    venue: fc.constantFrom("kraken", "binance"),
    symbol: fc.constantFrom("ETH/EUR", "BTC/USD", '"BTC/USD"'),
    side: fc.constantFrom("buy", "sell", "Sell"),
    quantity: fc.constantFrom("1.5", "20", "0.001", "123456789012345678.5"),
    price: fc.constantFrom("2000", "0.25", "1e3"),
    timestamp: fc.constantFrom("2024-01-01T00:00:00Z", "2024-01-01T00:00:00.123Z", "1709208000", "1709208000123", "1709208000123456"),
    fee: fc.constantFrom("", "0.1"),
    feeCurrency: fc.constantFrom("", "BNB", "EUR"),
    strategy: text,
    orderId: text,
    liquidity: fc.constantFrom("", "maker", "Taker"),
  })
  .map((row) => Object.values(row).join(","));
/** Rows that are none, and some that swallow those behind them until their quote is seen to be wrong. */
const anyBroken = fc.constantFrom("", "  ", "too,few", '"open', 'x"y,"z"w', "1,main,kraken,ETH/EUR,hold,1,1,1709208000,,,,,", '"', "\u0000");
const anyLine = fc.oneof({ weight: 40, arbitrary: anyRow }, { weight: 1, arbitrary: anyBroken });
const anyFile = fc
  .record({ lines: fc.array(anyLine, { minLength: 10, maxLength: 40, size: "max" }), times: fc.constantFrom(1, 12), end: fc.constantFrom("\n", "\r\n"), seq: fc.boolean(), last: fc.constantFrom("", "\n") })
  .map(({ lines, times, end, seq, last }) => {
    const all = Array.from({ length: times }, () => lines).flat().map((line, i) => `${seq ? `${i},` : ""}t${i},${line}`);
    return [`${seq ? "seq," : ""}${HEADER}`, ...all].join(end) + last;
  });

/** Strips read in this thread, through what goes between threads. */
function stripsHere(bytes: { leastBytes: number; mostBytes: number; chunk: number }, seen: (strip: Strip | undefined) => void): Strips {
  const read = (task: Parameters<typeof readStrip>[0]) => {
    const strip = structuredClone(readStrip(structuredClone(task)));
    seen(strip);
    return Promise.resolve(strip);
  };
  return { ...bytes, open: () => ({ read, close: () => undefined }) };
}

test("a file read in strips holds the same rows as one read in one go", async () => {
  let taken = 0;
  let files = 0;
  await fc.assert(
    fc.asyncProperty(anyFile, fc.record({ leastBytes: fc.integer({ min: 1, max: 400 }), mostBytes: fc.integer({ min: 50, max: 10_000 }), chunk: fc.integer({ min: 200, max: 1500 }) }), async (content, bytes) => {
      await withFile(content, async (path) => {
        const whole = await readPath(path);
        let strips = 0;
        const split = await readPath(path, { strips: stripsHere(bytes, (strip) => (strips += strip === undefined ? 0 : 1)) });
        expect(split).toEqual(whole);
        taken += strips;
        files += strips > 0 ? 1 : 0;
      });
    }),
    { numRuns: 300 },
  );
  expect(taken).toBeGreaterThan(200);
  expect(files).toBeGreaterThan(100);
});

const plain = (i: number) => `t${i},main,kraken,S${i % 50}/USD,buy,1.5,${i + 1},${1_709_208_000 + i},,,mm,,`;
const many = `${HEADER}\n${Array.from({ length: 2000 }, (_, i) => plain(i)).join("\n")}\n`;
const SMALL = { leastBytes: 1000, mostBytes: 10_000, chunk: 3000 };

test("a strip is thrown away where a quoted cell reaches into it", async () => {
  const lines = many.split("\n");
  lines[1000] = `t999,main,kraken,S/USD,buy,1,1,1709208000,,,mm,"${"no row\n".repeat(9000)}",`;
  await withFile(lines.join("\n"), async (path) => {
    const seen: (Strip | undefined)[] = [];
    const split = await readPath(path, { strips: stripsHere({ ...SMALL, mostBytes: 60_000 }, (strip) => void seen.push(strip)) });
    expect(seen.length).toBeGreaterThan(0);
    expect(split).toEqual(await readPath(path));
    expect(split.refused).toMatchObject([{ line: 1001, column: "order_id" }]);
  });
});

test("strips that nobody can read, or that hold too many refused rows, are read like the rest", async () => {
  await withFile(many, async (path) => {
    const whole = await readPath(path);
    const nobody: Strips = { ...SMALL, open: () => ({ read: () => Promise.resolve(undefined), close: () => undefined }) };
    expect(await readPath(path, { strips: nobody })).toEqual(whole);
  });
  await withFile(`${many}${"x\n".repeat(30_000)}`, async (path) => {
    const seen: (Strip | undefined)[] = [];
    const { report } = await readPath(path, { strips: stripsHere({ ...SMALL, mostBytes: 1_000_000 }, (strip) => void seen.push(strip)) });
    expect(seen).toEqual([undefined]);
    expect(report).toMatchObject({ rows: 2000, refused: 30_000 });
  });
});

test("progress goes from strip to strip up to the end", async () => {
  await withFile(many, async (path) => {
    const told: number[] = [];
    await readPath(path, { strips: stripsHere(SMALL, () => undefined), onProgress: (read, total) => { told.push(read); expect(total).toBe(many.length); } });
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(many.length);
  });
});

test("a second thread reads strips, and one that cannot begin is no harm", async () => {
  const worker = join(root, "dist/src/venues/csv/strip-worker.js");
  expect(existsSync(worker)).toBe(true);
  await withFile(many, async (path) => {
    const whole = await readPath(path);
    for (const url of [pathToFileURL(worker), new URL("./no-such-worker.js", import.meta.url)]) {
      let strips = 0;
      const open = () => {
        const thread = new StripThread(url);
        return {
          read: async (task: Parameters<StripThread["read"]>[0]) => {
            const strip = await thread.read(task);
            strips += strip === undefined ? 0 : 1;
            return strip;
          },
          close: () => thread.close(),
        };
      };
      expect(await readPath(path, { strips: { ...SMALL, open } })).toEqual(whole);
      expect(strips > 0).toBe(url.pathname.endsWith("strip-worker.js"));
    }
  });
});
