import { setTimeout as wait } from "node:timers/promises";
import type { PriceRun } from "../core/engine/index.ts";
import type { Directory, FillColumns, Instrument, Mark } from "../core/model/index.ts";
import type { PairTexts } from "../core/pairs/index.ts";
import type { Context } from "./context.ts";
import { fillCells, instrumentCells, markCells, priceCellsOf } from "./exported.ts";
import { ask, type ServiceDoor } from "./service-request.ts";
import { UsageError } from "./usage-error.ts";
import type { WritableEvent, Writer, Written, WrittenFills } from "./writer.ts";

/** Fills of one request. */
const FILLS_AT_ONCE = 8_192;
/** Of a body of facts: the service takes twice that at once. */
const MOST_BYTES = 8 * 1_048_576;
/** Of one of prices, which are many: so that fills wait little for it. */
const MOST_PRICE_BYTES = 1_048_576;
const RETRY_MS = 200;

/** What the service answers to a POST. */
interface Answer {
  readonly results: readonly { readonly index: number; readonly status: "accepted" | "duplicate" | "refused"; readonly reason?: string | null; readonly column?: string; readonly warning?: string }[];
  readonly seq: number;
}

/** Sends what a command writes to the running service, which answers once it is on disk. */
export class ServiceWriter implements Writer {
  readonly isSole = false;
  readonly #door: ServiceDoor;
  #seq: number;

  private constructor(door: ServiceDoor, seq: number) {
    this.#door = door;
    this.#seq = seq;
  }

  /** Waits until the service is ready. @throws UsageError when it does not answer, or counts in another currency */
  static async connect(door: ServiceDoor, currency: string, context: Context): Promise<ServiceWriter> {
    const { address } = door;
    context.note(`a service runs on this folder: what is written goes to ${address}`);
    for (;;) {
      const { status, json } = await ask(door, "/readyz");
      const ready = (json ?? {}) as { readonly currency?: string; readonly state?: string; readonly reason?: string; readonly seq?: number };
      if (ready.currency !== undefined && ready.currency !== currency) throw new UsageError(`the service at ${address} counts in ${ready.currency}, this command in ${currency}: set base_currency to ${ready.currency}`);
      if (status === 200) return new ServiceWriter(door, ready.seq ?? 0);
      if (ready.state !== "recovering") throw new UsageError(`the service at ${address} takes no writes: ${ready.reason ?? ready.state ?? `it answers ${status}`}`);
      await wait(RETRY_MS);
    }
  }

  get seq(): number {
    return this.#seq;
  }

  assumedQuote(): undefined {}

  expect(): void {}

  async fills(fills: FillColumns, source: Directory): Promise<WrittenFills> {
    const parts: Written[] = [];
    for (let from = 0; from < fills.count; from += FILLS_AT_ONCE) {
      const rows = Array.from({ length: Math.min(FILLS_AT_ONCE, fills.count - from) }, (_, i) => filled(fillCells(fills.read(from + i, source), 0), "seq"));
      const { refused, ...counts } = await this.#post("fills", rows);
      parts.push({ ...counts, refused: refused.map((one) => ({ ...one, row: one.row + from })) });
    }
    const sum = (of: (part: Written) => number) => parts.reduce((total, part) => total + of(part), 0);
    return { accepted: sum(({ accepted }) => accepted), duplicates: sum(({ duplicates }) => duplicates), refused: parts.flatMap(({ refused }) => refused), warnings: [], ahead: sum(warned("future_time")), late: 0, differing: sum(warned("other_columns")) };
  }

  instruments(instruments: readonly Instrument[]): Promise<Written> {
    return this.#postAll("instruments", instruments.map((one) => filled(instrumentCells(one))));
  }

  marks(marks: readonly Mark[]): Promise<Written> {
    return this.#postAll("marks", marks.map((one) => filled(markCells(one))));
  }

  prices(runs: readonly PriceRun[]): Promise<Written> {
    return this.#postAll("prices", runs.flatMap((run) => [...priceCellsOf(run)]), MOST_PRICE_BYTES);
  }

  events(events: readonly WritableEvent[]): Promise<Written> {
    return this.#postAll("events", events.map(({ texts }) => filled(texts)));
  }

  pairs(rows: readonly PairTexts[]): Promise<Written> {
    return this.#postAll("pairs/fills", rows.map((texts) => filled(texts)));
  }

  /** Nothing to wait for: every answer came after its facts were on disk. */
  sync(): Promise<void> {
    return Promise.resolve();
  }

  finish(): undefined {
    return undefined; // the service writes its snapshots itself
  }

  close(): Promise<void> {
    return Promise.resolve(); // the service keeps its tables itself
  }

  /** Posts rows in as many requests as it takes: one of facts has a bound. They are taken in their order. */
  async #postAll(route: string, rows: readonly object[], mostBytes = MOST_BYTES): Promise<Written> {
    const all: Written = { accepted: 0, duplicates: 0, refused: [], warnings: [] };
    let from = 0;
    const parts: Written[] = [];
    for (const lines of partsOf(rows, mostBytes)) {
      const start = from;
      const { refused, warnings, ...counts } = await this.#postLines(route, lines);
      parts.push({ ...counts, refused: refused.map((one) => ({ ...one, row: one.row + start })), warnings: warnings.map((one) => ({ ...one, row: one.row + start })) });
      from += lines.length;
    }
    return parts.reduce((sum, part) => ({ accepted: sum.accepted + part.accepted, duplicates: sum.duplicates + part.duplicates, refused: [...sum.refused, ...part.refused], warnings: [...sum.warnings, ...part.warnings] }), all);
  }

  #post(route: string, rows: readonly object[]): Promise<Written> {
    return this.#postLines(route, rows.map((row) => JSON.stringify(row)));
  }

  async #postLines(route: string, lines: readonly string[]): Promise<Written> {
    const body = lines.join("\n");
    for (;;) {
      const { status: answered, json } = await ask(this.#door, `/v1/${route}`, body);
      if (answered === 429) {
        await wait(RETRY_MS);
        continue;
      }
      if (answered !== 200 && answered !== 207) throw new UsageError(`the service at ${this.#door.address} refused: ${(json as { detail?: string } | undefined)?.detail ?? `it answers ${answered}`}`);
      const { results, seq } = json as Answer;
      this.#seq = seq;
      return {
        accepted: results.filter(({ status }) => status === "accepted").length,
        duplicates: results.filter(({ status }) => status === "duplicate").length,
        refused: results.flatMap(({ index, status, column, reason }) => (status === "refused" ? [{ row: index, column, reason: reason ?? "refused" }] : [])),
        warnings: results.flatMap(({ index, warning }) => (warning === undefined ? [] : [{ row: index, text: warning }])),
      };
    }
  }
}

/** Rows as lines, in parts that each fit into one request. */
function* partsOf(rows: readonly object[], mostBytes: number): Iterable<string[]> {
  let part: string[] = [];
  let bytes = 0;
  for (const row of rows) {
    const line = JSON.stringify(row);
    const size = Buffer.byteLength(line) + 1;
    if (part.length > 0 && bytes + size > mostBytes) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(line);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

/** How many rows of a part have a warning of a kind: what it begins with. */
function warned(kind: "future_time" | "other_columns"): (part: Written) => number {
  return ({ warnings }) => warnings.filter(({ text }) => text.startsWith(`${kind}:`)).length;
}

/** Cells without the empty ones, and without `but`. */
function filled(cells: Readonly<Record<string, string | undefined>>, but?: string): object {
  return Object.fromEntries(Object.entries(cells).filter(([column, text]) => column !== but && text !== undefined && text !== ""));
}
