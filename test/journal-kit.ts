import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { onTestFinished } from "vitest";
import { Directory, FillColumns, INSTRUMENT_KINDS, type Block, type Fact, type Fill, type Instrument, type Section } from "../src/core/model/index.ts";
import type { Journal } from "../src/journal/index.ts";
import { anyDecimal, anyFills, anyInstant } from "./generators.ts";

/** Entries in their readable form: what a section holds, whatever the numbers of its routes and names are. */
export type Entries = { readonly fills: readonly Fill[] } | { readonly facts: readonly Fact[] };
/** A block in its readable form. */
export interface ReadableBlock {
  readonly firstSeq: number;
  readonly count: number;
  readonly timeNs: bigint;
  readonly entries: readonly Entries[];
}
/** What one append is given. */
export interface Batch {
  readonly timeNs: bigint;
  readonly entries: readonly Entries[];
}

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "fillbook-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Appends in the readable form, with one directory over all that it appends. */
export class Scribe {
  readonly directory = new Directory();
  readonly journal: Journal;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  append({ timeNs, entries }: Batch): ReadableBlock {
    const { firstSeq, count } = this.journal.append(entries.map((of) => sectionOf(of, this.directory)), timeNs);
    return { firstSeq, count, timeNs, entries };
  }
  appendAll(batches: readonly Batch[]): ReadableBlock[] {
    const blocks = batches.map((batch) => this.append(batch));
    this.journal.sync();
    return blocks;
  }
}

/** Fills and the names they are the first to use, as columns. */
export function sectionOf(entries: Entries, directory: Directory): Section {
  if ("facts" in entries) return { kind: "facts", facts: entries.facts };
  const [names, routes] = [directory.nameCount, directory.routeCount];
  const fills = new FillColumns(entries.fills.length + 3); // columns have room to spare
  for (const fill of entries.fills) fills.push(fill, directory);
  return { kind: "fills", page: directory.since(names, routes), fills };
}

/** A block in its readable form, through the directory that its own page completes. */
export function readable({ firstSeq, count, timeNs, sections }: Block, directory: Directory): ReadableBlock {
  const entries = sections.map((section) => {
    if (section.kind === "facts") return { facts: section.facts };
    directory.add(section.page);
    return { fills: Array.from({ length: section.fills.count }, (_, row) => section.fills.read(row, directory)) };
  });
  return { firstSeq, count, timeNs, entries };
}

/** All blocks of a journal, in their readable form. */
export function readAll(journal: Journal): ReadableBlock[] {
  const directory = new Directory();
  return [...mapBlocks(journal.blocks(), (block) => readable(block, directory))];
}

function* mapBlocks<T>(blocks: Iterable<Block>, of: (block: Block) => T): Iterable<T> {
  for (const block of blocks) yield of(block);
}

/** A batch of `count` fills that are told apart by `name`. */
export function fillsOf(name: string, count = 1): Batch {
  return { timeNs: 1_700_000_000_000_000_000n, entries: [{ fills: Array.from({ length: count }, (_, i) => plainFill(`${name}-${i}`)) }] };
}

export function plainFill(id: string): Fill {
  const money = { mantissa: 12_345n, digits: 2 };
  const time = { ns: 1_709_208_000_500_000_000n, unit: "ms" } as const;
  const rest = { feeCurrency: "", time, venueType: "cex", liquidity: "taker", strategy: "carry", signalId: "" } as const;
  return { id, account: "default", venue: "kraken", symbol: "BTC/USD", quantity: { mantissa: 15n, digits: 1 }, price: money, fee: { mantissa: -1n, digits: 3 }, ...rest };
}

const anyText = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: "binary", maxLength: 6 }), fc.constantFrom("\ud800", "é注\u0000\"\\\n", "__proto__"));
const anyInstrument: fc.Arbitrary<Instrument> = fc
  .tuple(
    fc.record({
      venue: anyText,
      symbol: anyText,
      kind: fc.constantFrom(...INSTRUMENT_KINDS),
      base: anyText,
      quote: anyText,
      settle: anyText,
      multiplier: anyDecimal(18),
      inverse: fc.boolean(),
      priceDigits: fc.option(fc.nat(18), { nil: undefined }),
      quantityDigits: fc.option(fc.nat(18), { nil: undefined }),
    }),
    fc.record({ priceIncrement: fc.constant("0.05"), quantityIncrement: fc.constant("1e-8"), expiresNs: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }, { requiredKeys: [] }),
  )
  .map(([must, may]) => ({ ...must, ...may }));
const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  anyInstrument.map((instrument): Fact => ({ type: "defined", instrument })),
  anyText.map((currency): Fact => ({ type: "configured", currency })),
  fc.tuple(anyText, anyText, anyInstant).map(([venue, symbol, { ns }]): Fact => ({ type: "marked", mark: { venue, symbol, price: "-0.000000000000000001", timeNs: ns } })),
  fc.tuple(anyText, anyText, fc.nat()).map(([id, raw, firstSeq]): Fact => {
    return { type: "refused", identity: { account: "a", venue: "v", symbol: "s", id }, refusal: { code: "conflicting_fill", why: "other price", firstSeq }, raw };
  }),
);

/** Batches of fills (wide amounts included) and facts of every kind, mixed. */
export const anyBatches: fc.Arbitrary<Batch[]> = fc.array(
  fc.record({
    timeNs: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    entries: fc
      .array(fc.oneof(anyFills(8).map((fills): Entries => ({ fills })), fc.array(anyFact, { maxLength: 4 }).map((facts): Entries => ({ facts }))), { maxLength: 4 })
      .filter((entries) => entries.some((of) => ("fills" in of ? of.fills : of.facts).length > 0)),
  }),
  { maxLength: 6 },
);
