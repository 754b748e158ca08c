import type { EventReport, EventTexts, PriceRun } from "../core/engine/index.ts";
import { finished } from "../core/num/index.ts";
import { rowsAhead, type Directory, type FillColumns, type Instrument, type Mark } from "../core/model/index.ts";
import type { PairTexts } from "../core/pairs/index.ts";
import { JournalLocked, type Progress } from "../journal/index.ts";
import { Ledger } from "../runtime/index.ts";
import { configuredMethods } from "./config.ts";
import type { Context } from "./context.ts";
import { serverOf } from "./database-place.ts";
import { noteTorn } from "./progress.ts";
import { doorOf } from "./service-door.ts";

/** A row that was not taken. */
export interface RefusedRow {
  readonly row: number; // of those written together
  readonly column?: string | undefined;
  readonly reason: string;
}
/** What became of rows that were written together. */
export interface Written {
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: readonly RefusedRow[];
  readonly warnings: readonly { readonly row: number; readonly text: string }[];
}
export interface WrittenFills extends Written {
  readonly late: number; // accepted, though older than a fill of their position
  readonly ahead: number; // accepted, though dated later than the clock says
  readonly differing: number; // duplicates with another strategy, order id, …
}
/** An event and the texts that it was read from. */
export interface WritableEvent {
  readonly report: EventReport;
  readonly texts: EventTexts;
}

/** Where a command's facts go: into the journal, or to the service that writes it. */
export interface Writer {
  /** The last entry of the journal. */
  readonly seq: number;
  /** Whether no other process writes meanwhile. */
  readonly isSole: boolean;
  /** The quote currency that a symbol without a definition is given; undefined for one that is defined, or where a service knows. */
  assumedQuote(venue: string, symbol: string): string | undefined;
  /** Says that about so many fills will come. */
  expect(fills: number): void;
  /** @param source the directory that the fills' numbers are of */
  fills(fills: FillColumns, source: Directory): Promise<WrittenFills>;
  instruments(instruments: readonly Instrument[]): Promise<Written>;
  marks(marks: readonly Mark[]): Promise<Written>;
  /** Closes; a row is one of them, counted over all runs. */
  prices(runs: readonly PriceRun[]): Promise<Written>;
  events(events: readonly WritableEvent[]): Promise<Written>;
  /** What is reported of pairs: each row whole or not at all. */
  pairs(rows: readonly PairTexts[]): Promise<Written>;
  /** Done once all of it is on disk. */
  sync(): Promise<void>;
  /** Makes the next start quick, where much was written. Returns what kept it from that. */
  finish(): string | undefined;
  /** Lets go of the folder; the tables of a server are brought to the end of the journal. */
  close(): Promise<void>;
}

export interface WriterOptions {
  readonly currency?: string | undefined; // other than the configured one
  readonly onProgress?: Progress;
}

/**
 * Opens the data folder for writing; while a service runs on it, what is written goes through that service.
 * @throws JournalLocked when another process writes there that is no service, JournalCorrupt, CurrencyFixed, UsageError
 */
export async function openWriter(context: Context, { currency = context.config.currency, onProgress }: WriterOptions = {}): Promise<Writer> {
  const { dataDir, clock, config } = context;
  try {
    const ledger = Ledger.open({ dataDir, currency, marksMaxAgeNs: config.marksMaxAgeNs, marksEveryNs: config.marksEveryNs, venueTypes: config.venueTypes, pairFees: config.pairFees, clock, ...(onProgress === undefined ? {} : { onProgress }) });
    noteTorn(context, ledger.openReport);
    for (const note of ledger.recovered.notes) context.note(note);
    return LedgerWriter.over(ledger, context);
  } catch (error) {
    if (!(error instanceof JournalLocked) || error.address === undefined) throw error;
    return (await import("./service-writer.ts")).ServiceWriter.connect(doorOf(dataDir, error.address), currency, context);
  }
}

/** A command that ends leaves a snapshot after this many times as many entries as a service writes one after: fewer are read as quickly. */
const WORTH_A_SNAPSHOT = 2;

class LedgerWriter implements Writer {
  readonly isSole = true;
  readonly #ledger: Ledger;
  readonly #context: Context;

  private constructor(ledger: Ledger, context: Context) {
    this.#ledger = ledger;
    this.#context = context;
  }

  /** Has accounts count as configured before anything else is written. */
  static over(ledger: Ledger, context: Context): LedgerWriter {
    const { config, clock } = context;
    try {
      const methods = configuredMethods(config, (account) => ledger.book.methodOf(account), clock.nowNs());
      if (methods.length > 0) ledger.take(methods);
      return new LedgerWriter(ledger, context);
    } catch (error) {
      ledger.close();
      throw error;
    }
  }

  get seq(): number {
    return this.#ledger.seq;
  }

  assumedQuote(venue: string, symbol: string): string | undefined {
    const { instruments } = this.#ledger.book;
    return (instruments.definition(venue, symbol) ?? instruments.definition("", symbol)) === undefined ? instruments.of(venue, symbol).quote : undefined;
  }

  expect(fills: number): void {
    this.#ledger.expect(fills);
  }

  fills(fills: FillColumns, source: Directory): Promise<WrittenFills> {
    const { accepted, duplicates, differing, late, refused } = this.#ledger.bookFills(fills, source);
    return Promise.resolve({
      accepted: accepted.count,
      duplicates,
      differing: differing.length,
      late,
      ahead: rowsAhead(accepted, this.#context.clock.nowNs()).length,
      warnings: [],
      refused: refused.map(({ row, refusal }) => ({ row, column: "field" in refusal ? refusal.field : undefined, reason: `${refusal.code}: ${refusal.why}` })),
    });
  }

  instruments(instruments: readonly Instrument[]): Promise<Written> {
    return Promise.resolve(written(this.#ledger.define(instruments)));
  }

  marks(marks: readonly Mark[]): Promise<Written> {
    const accepted = this.#ledger.mark(marks);
    return Promise.resolve({ accepted, duplicates: marks.length - accepted, refused: [], warnings: [] });
  }

  prices(runs: readonly PriceRun[]): Promise<Written> {
    const decisions = this.#ledger.price(runs).flat();
    const refused = decisions.flatMap((decision, row) => (typeof decision === "string" ? [] : [{ row, column: decision.column, reason: decision.why }]));
    return Promise.resolve({ accepted: decisions.filter((decision) => decision === "news").length, duplicates: decisions.filter((decision) => decision === "known").length, refused, warnings: [] });
  }

  events(events: readonly WritableEvent[]): Promise<Written> {
    return Promise.resolve(written(this.#ledger.take(events.map(({ report }) => report))));
  }

  pairs(rows: readonly PairTexts[]): Promise<Written> {
    return Promise.resolve(written(this.#ledger.pair(rows)));
  }

  sync(): Promise<void> {
    this.#ledger.sync();
    return Promise.resolve();
  }

  finish(): string | undefined {
    if (this.#ledger.seq - this.#ledger.recovered.snapshotSeq < this.#context.config.snapshotEntries * WORTH_A_SNAPSHOT) return undefined;
    try {
      finished(this.#ledger.snapshot());
      return undefined;
    } catch (error) {
      return `no snapshot was written, so that the next start takes longer: ${(error as Error).message}`;
    }
  }

  async close(): Promise<void> {
    this.#ledger.close();
    if (serverOf(this.#context) !== undefined) await (await import("./tables.ts")).followOnServer(this.#context);
  }
}

type Decision =
  | { readonly is: "news"; readonly warning?: string | undefined }
  | { readonly is: "known" }
  | { readonly is: "refused"; readonly code?: string; readonly field?: string; readonly why: string };

function written(decisions: readonly Decision[]): Written {
  return {
    accepted: decisions.filter(({ is }) => is === "news").length,
    duplicates: decisions.filter(({ is }) => is === "known").length,
    refused: decisions.flatMap((decision, row) => (decision.is === "refused" ? [{ row, column: decision.field, reason: decision.code === undefined || decision.code === "unreadable" ? decision.why : `${decision.code}: ${decision.why}` }] : [])),
    warnings: decisions.flatMap((decision, row) => (decision.is === "news" && decision.warning !== undefined ? [{ row, text: decision.warning }] : [])),
  };
}
