import { mkdtempSync, rmSync, writeSync, fdatasyncSync, ftruncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { anyFills } from "../../test/generators.ts";
import { compareBooks, HistoryObserver, type HistoryRow } from "../core/engine/index.ts";
import { Directory, FillColumns, type Fill, type Instrument } from "../core/model/index.ts";
import { addDecimals, trimmed, zero, type Decimal } from "../core/num/index.ts";
import { positionsOf } from "../core/book/index.ts";
import { realDisk } from "../journal/disk.ts";
import type { Disk } from "../journal/index.ts";
import { Ledger, readBook } from "./index.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "fillbook-ledger-"));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

const clock = { nowNs: () => 1_700_000_000_000_000_000n };
const open = (disk?: Disk) => Ledger.open({ dataDir, currency: "USD", clock, ...(disk === undefined ? {} : { disk }) });
const contract: Instrument = { venue: "", symbol: "FUT", kind: "future", base: "FUT", quote: "EUR", settle: "EUR", multiplier: { mantissa: 5n, digits: 1 }, inverse: false, priceDigits: undefined, quantityDigits: undefined };

function columnsOf(fills: readonly Fill[], source: Directory): FillColumns {
  const columns = new FillColumns(Math.max(1, fills.length));
  for (const one of fills) columns.push(one, source);
  return columns;
}

function fill(id: string, quantity: bigint, price: bigint, symbol = "FUT"): Fill {
  return {
    account: "a", venue: "x", symbol, id, quantity: { mantissa: quantity, digits: 0 }, price: { mantissa: price, digits: 0 }, fee: zero, feeCurrency: "",
    time: { ns: BigInt(id), unit: "ns" }, venueType: "unknown", liquidity: "", strategy: "", signalId: "",
  };
}

function book(ledger: Ledger, ...fills: Fill[]) {
  const source = new Directory();
  const decision = ledger.bookFills(columnsOf(fills, source), source);
  return [decision.accepted.count, decision.duplicates, decision.refused.length];
}

function withLedger<T>(work: (ledger: Ledger) => T): T {
  const ledger = open();
  try {
    return work(ledger);
  } finally {
    ledger.close();
  }
}

test("the live book is the book that its journal tells of, by the columns and by the reference, in batches of any size", () => {
  fc.assert(
    fc.property(anyFills(60), fc.integer({ min: 1, max: 20 }), (fills, size) => {
      rmSync(dataDir, { recursive: true, force: true });
      withLedger((ledger) => {
        for (let i = 0; i < fills.length; i += size) book(ledger, ...fills.slice(i, i + size));
        ledger.sync();
        for (const readable of [false, true]) expect(compareBooks(ledger.book, readBook(dataDir, { readable }).book)).toEqual([]);
      });
    }),
    { numRuns: 40 },
  );
});

test("what the net row makes is what its venues make together, to the last digit", () => {
  fc.assert(
    fc.property(anyFills(60), fc.integer({ min: 1, max: 10 ** 9 }), (fills, mark) => {
      rmSync(dataDir, { recursive: true, force: true });
      withLedger((ledger) => {
        book(ledger, ...fills);
        for (const symbol of new Set(fills.map((one) => one.symbol))) ledger.book.mark({ venue: "", symbol, price: `${mark}`, timeNs: 0n });
        for (const { totalPnl, venues } of positionsOf(ledger.book, { nowNs: 0n })) {
          expect(decimal(totalPnl)).toEqual(venues.map((venue) => decimal(venue.totalPnl)).reduce(addDecimals));
        }
      });
    }),
    { numRuns: 40 },
  );
});

function decimal(text: string | null): Decimal {
  const [whole = "", fraction = ""] = text!.split(".");
  return trimmed(BigInt(whole + fraction), fraction.length);
}

test("a definition before the fills and one after them give one book and one history", () => {
  const fills = [fill("1", 4n, 10n), fill("2", -1n, 13n), fill("3", 1n, 5n, "OTHER")];
  withLedger((ledger) => {
    ledger.define([contract]);
    book(ledger, ...fills);
  });
  const historyOf = () => {
    const rows: HistoryRow[] = [];
    readBook(dataDir, {}, new HistoryObserver({}, (row) => rows.push(row) > 0));
    return rows.map(({ id, realizedPnl, positionAfter }) => [id, realizedPnl, positionAfter.quantity, positionAfter.currency]);
  };
  const before = readBook(dataDir, {}).book;
  const historyBefore = historyOf();
  rmSync(dataDir, { recursive: true });
  withLedger((ledger) => {
    book(ledger, ...fills);
    expect(ledger.define([contract])).toEqual([{ is: "news" }]);
    expect(compareBooks(ledger.book, before)).toEqual([]);
    expect(book(ledger, fills[0]!)).toEqual([0, 1, 0]);
    expect(ledger.define([contract])).toEqual([{ is: "known" }]);
  });
  expect(compareBooks(readBook(dataDir, {}).book, before)).toEqual([]);
  expect(historyOf()).toEqual(historyBefore);
  expect(historyBefore).toEqual([["1", "0", "4", "EUR"], ["2", "1.5", "3", "EUR"], ["3", "0", "1", "USD"]]);
});

test("a definition that makes a quanto contract is refused", () => {
  withLedger((ledger) => expect(ledger.define([{ ...contract, settle: "BTC" }])).toMatchObject([{ is: "refused" }]));
});

test("fills that could not be written are not known: given again, they are accepted", () => {
  let full = false;
  const disk: Disk = {
    ...realDisk,
    write: (fd, bytes, offset, length, position) => {
      if (full) throw Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "write" });
      return writeSync(fd, bytes, offset, length, position);
    },
    sync: fdatasyncSync,
    syncLater: (fd) => Promise.resolve(fdatasyncSync(fd)),
    truncate: ftruncateSync,
  };
  const ledger = open(disk);
  expect(book(ledger, fill("1", 1n, 10n))).toEqual([1, 0, 0]);
  full = true;
  expect(() => book(ledger, fill("1", 1n, 10n), fill("2", 1n, 10n))).toThrow(/space/);
  full = false;
  expect(book(ledger, fill("1", 1n, 10n), fill("2", 1n, 10n))).toEqual([1, 1, 0]);
  ledger.close();
  expect(positionsOf(readBook(dataDir, {}).book, { nowNs: 0n })).toMatchObject([{ quantity: "2", numTrades: 2 }]);
});

test("a conflict is journaled once, however often the file comes", () => {
  withLedger((ledger) => {
    book(ledger, fill("1", 1n, 10n));
    expect(book(ledger, fill("1", 1n, 11n))).toEqual([0, 0, 1]);
    expect(ledger.seq).toBe(3);
    expect(book(ledger, fill("1", 1n, 11n), fill("1", 1n, 11n))).toEqual([0, 0, 2]);
    expect(ledger.seq).toBe(3);
  });
  withLedger((ledger) => {
    expect(book(ledger, fill("1", 1n, 11n))).toEqual([0, 0, 1]);
    expect(ledger.seq).toBe(3);
  });
});

test("a fee in another currency is worth the same whether its marks came before the fill or after it", () => {
  const minute = (n: number) => BigInt(n) * 60_000_000_000n;
  const paid = (at: number, id: string): Fill => ({ ...fill(id, 1n, 100n, "BTC/USDT"), fee: { mantissa: 1n, digits: 1 }, feeCurrency: "BNB", time: { ns: minute(at), unit: "ns" } });
  const marks = [[0, "390"], [60, "400"], [75, "410"], [120, "420"]].map(([at, price]) => ({ venue: "", symbol: "BNB/USDT", price: price as string, timeNs: minute(at as number) }));
  const fills = [paid(30, "1"), paid(90, "2"), paid(150, "3")];
  const fees = (...steps: ((ledger: Ledger) => unknown)[]) => {
    rmSync(dataDir, { recursive: true, force: true });
    return withLedger((ledger) => {
      for (const step of steps) step(ledger);
      return positionsOf(ledger.book, { nowNs: 0n }).map((position) => position.fees);
    });
  };
  const bookAll = (ledger: Ledger) => book(ledger, ...fills);
  expect(fees((l) => l.mark(marks), bookAll)).toEqual(["122"]); // 39 + 41 + 42
  expect(fees(bookAll, (l) => l.mark(marks))).toEqual(["122"]);
  expect(fees((l) => l.mark(marks.slice(2)), bookAll, (l) => l.mark(marks.slice(0, 2)))).toEqual(["122"]);
  expect(fees(bookAll)).toEqual([null]);
});
