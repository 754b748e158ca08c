import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { Ladder, type LadderMessage } from "../../core/market/index.ts";
import { InputError } from "./input-error.ts";
import { readBooks, readBooksBody, type RefusedRow } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "fillbook-books-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Read {
  readonly messages: LadderMessage[];
  readonly refused: RefusedRow[];
}

async function read(text: string | Uint8Array): Promise<Read> {
  const path = join(folder, "books.ndjson");
  writeFileSync(path, text);
  const [messages, refused]: [LadderMessage[], RefusedRow[]] = [[], []];
  const report = await readBooks(path, { message: (one) => messages.push(one), refused: (row) => refused.push(row) });
  expect(report).toMatchObject({ messages: messages.length, refused: refused.length });
  return { messages, refused };
}

const SNAPSHOT = '{"type":"snapshot","venue":"kraken","symbol":"XBTUSD","timestamp":"2024-01-01T00:00:00.000001Z","sequence":7,"bids":[["42000.10","0.50"],[41999,"1e-8"]],"asks":[{"price":"42001","quantity":2}]}';
const UPDATE = '{"type":"update","venue":"kraken","symbol":"XBTUSD","timestamp":1704067200123,"sequence":9,"firstSequence":8,"asks":[["42001","0"]],"checksum":{"kind":"okx","value":-5},"depth":10}';

test("snapshots and updates are read exactly, in lists or objects, in snake_case too", async () => {
  const { messages, refused } = await read(`${SNAPSHOT}\n\n${UPDATE.replace("firstSequence", "first_sequence")}\n`);
  expect(refused).toEqual([]);
  const base = { venue: "kraken", symbol: "XBTUSD" };
  expect(messages).toEqual([
    {
      ...base, type: "snapshot", timeUs: 1_704_067_200_000_001, sequence: 7, digits: { price: 2, quantity: 8 },
      bids: [{ price: { mantissa: 420_001n, digits: 1 }, quantity: { mantissa: 5n, digits: 1 } }, { price: { mantissa: 41_999n, digits: 0 }, quantity: { mantissa: 1n, digits: 8 } }],
      asks: [{ price: { mantissa: 42_001n, digits: 0 }, quantity: { mantissa: 2n, digits: 0 } }],
    },
    {
      ...base, type: "update", timeUs: 1_704_067_200_123_000, sequence: 9, firstSequence: 8, digits: { price: 0, quantity: 0 }, bids: [],
      asks: [{ price: { mantissa: 42_001n, digits: 0 }, quantity: { mantissa: 0n, digits: 0 } }], checksum: { kind: "okx", value: -5 }, depth: 10,
    },
  ]);
  const ladder = new Ladder("kraken", "XBTUSD");
  expect(ladder.take(messages[0]!)).toEqual({ code: "taken" });
});

test("a ladder of more than a megabyte is read whole, from a file and a body, in JSON and NDJSON", async () => {
  const levels = Array.from({ length: 60_000 }, (_, i) => `["${41_000 - i}.25","0.12345678"]`).join(",");
  const deep = SNAPSHOT.replace('["42000.10","0.50"]', levels);
  expect(deep.length).toBeGreaterThan(1 << 20);
  for (const text of [deep, `[${SNAPSHOT},${deep}]`]) {
    const { messages, refused } = await read(text);
    expect([messages.at(-1)?.bids.length, refused]).toEqual([60_001, []]);
  }
  for (const format of ["json", "ndjson"] as const) {
    let bids = 0;
    const report = readBooksBody(new TextEncoder().encode(deep), format, { message: (one) => void (bids = one.bids.length), refused: () => undefined });
    expect([report, bids]).toEqual([{ messages: 1, refused: 0 }, 60_001]);
  }
});

test("gzip and JSON lists hold the same", async () => {
  const plain = (await read(`${SNAPSHOT}\n${UPDATE}`)).messages;
  expect((await read(gzipSync(`${SNAPSHOT}\n${UPDATE}`))).messages).toEqual(plain);
  expect((await read(`[${SNAPSHOT},\n${UPDATE}]`)).messages).toEqual(plain);
  expect((await read(`{"books": [${SNAPSHOT}, ${UPDATE}]}`)).messages).toEqual(plain);
});

describe("a row that is none is refused with its line, its key and a reason, and the others are read", () => {
  const change = (from: string, to: string) => SNAPSHOT.replace(from, to);
  test.each([
    [change('"snapshot"', '"full"'), "type", 'is "full": write snapshot or update'],
    [change('"venue":"kraken",', ""), "venue", "is missing"],
    [change('"kraken"', '""'), "venue", "is empty"],
    [change('"kraken"', "[1]"), "venue", "is a list, not a text"],
    [change("2024-01-01T", "2024-02-30T"), "timestamp", "names a day that does not exist"],
    [change('"sequence":7', '"sequence":-7'), "sequence", "write a whole number of at least 0"],
    [change('"sequence":7', '"sequence":9007199254740993'), "sequence", "below 2^53"],
    [change('"sequence":7', '"previousSequence":6'), "sequence", "is missing: other numbers refer to it"],
    [change('"sequence":7', '"depth":0'), "depth", "at least one level"],
    [change('"0.50"', '"-0.50"'), "bids[0] quantity", "is below 0"],
    [change("[41999", '["41,999"'), "bids[1] price", "without thousands separators"],
    [change("[41999", "[null"), "bids[1] price", "is null, not a number"],
    [change(",\"1e-8\"", ""), "bids[1] quantity", "is missing: a level is"],
    [change('"quantity":2', '"size":2'), "asks[0] quantity", "is missing"],
    [change('[{"price":"42001","quantity":2}]', '"42001"'), "asks", "not a list of levels"],
    [change('"sequence":7', '"checksum":{"kind":"md5","value":1}'), "checksum", "write kraken or okx"],
    [change('"sequence":7', '"checksum":{"kind":"okx","value":4294967296}'), "checksum", "more than 32 bits"],
    [change('"sequence":7', '"checksum":5'), "checksum", 'write {"kind"'],
    [change('"sequence":7', '"seqence":7'), undefined, 'unknown key "seqence": did you mean "sequence"?'],
    [change('"sequence":7', '"venue":"b"'), undefined, "stands twice"],
    ["7", undefined, "is not an object"],
    ['{"type":', undefined, "is not JSON"],
  ])("%s", async (line, column, reason) => {
    const { messages, refused } = await read(`${SNAPSHOT}\n${line}\n${UPDATE}\n`);
    expect(messages).toHaveLength(2);
    expect(refused).toEqual([{ line: 2, ...(column === undefined ? {} : { column }), reason: expect.stringContaining(reason) as string, raw: line }]);
  });
});

test("a file that holds no ladders at all is told at once", async () => {
  await expect(read("venue,symbol\na,b\n")).rejects.toThrow(/books\.ndjson:1:1: is no JSON; write ladders as NDJSON/);
  await expect(read("")).rejects.toThrow(InputError);
});

test("a body of a request is read by the same rules", () => {
  const messages: LadderMessage[] = [];
  const refused: RefusedRow[] = [];
  const sink = { message: (one: LadderMessage) => messages.push(one), refused: (row: RefusedRow) => refused.push(row) };
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(readBooksBody(bytes(`${SNAPSHOT}\nnonsense\n`), "ndjson", sink)).toEqual({ messages: 1, refused: 1 });
  expect(readBooksBody(bytes(`[${SNAPSHOT}]`), "json", sink)).toEqual({ messages: 1, refused: 0 });
  expect(readBooksBody(bytes(`[${SNAPSHOT}`), "json", sink)).toMatchObject({ problem: expect.any(String) as string });
  expect([messages.length >= 2, refused.length]).toEqual([true, 1]);
});

test("any bytes are messages or are told why not, and nothing else happens", () => {
  const bytes = new TextEncoder().encode(`${SNAPSHOT}\n${UPDATE}\n`);
  const anyDamage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(anyDamage, (damage) => {
      const damaged = bytes.slice();
      for (const [at, byte] of damage) damaged[at] = byte;
      let rows = 0;
      const sink = {
        message: (one: LadderMessage) => {
          rows += 1;
          new Ladder(one.venue, one.symbol).take(one);
        },
        refused: ({ reason, raw }: RefusedRow) => {
          rows += 1;
          expect(reason.length).toBeGreaterThan(3);
          expect(raw.length).toBeLessThanOrEqual(4096);
        },
      };
      readBooksBody(damaged, "ndjson", sink);
      expect(rows).toBeGreaterThan(0);
    }),
    { numRuns: 1_000 },
  );
});
