import { setTimeout as wait } from "node:timers/promises";
import type { FillColumns} from "../core/model/index.ts";
import { type Directory, type Instrument, type Mark } from "../core/model/index.ts";
import type { Context } from "./context.ts";
import { fillCells, instrumentCells, markCells } from "./exported.ts";
import { UsageError } from "./usage-error.ts";
import type { WritableEvent, Writer, Written, WrittenFills } from "./writer.ts";

/** Fills of one request. */
const FILLS_AT_ONCE = 8_192;
const RETRY_MS = 200;

/** What the service answers to a POST. */
interface Answer {
  readonly results: readonly { readonly index: number; readonly status: "accepted" | "duplicate" | "refused"; readonly reason?: string | null; readonly column?: string; readonly warning?: string }[];
  readonly seq: number;
}

/** Sends what a command writes to the running service, which answers once it is on disk. */
export class ServiceWriter implements Writer {
  readonly isSole = false;
  readonly #address: string;
  #seq: number;

  private constructor(address: string, seq: number) {
    this.#address = address;
    this.#seq = seq;
  }

  /** Waits until the service is ready. @throws UsageError when it does not answer, or counts in another currency */
  static async connect(address: string, currency: string, context: Context): Promise<ServiceWriter> {
    context.note(`a service runs on this folder: what is written goes to ${address}`);
    for (;;) {
      const response = await reach(`${address}/readyz`);
      const ready = (await response.json()) as { readonly currency?: string; readonly state?: string; readonly reason?: string; readonly seq?: number };
      if (ready.currency !== undefined && ready.currency !== currency) throw new UsageError(`the service at ${address} counts in ${ready.currency}, this command in ${currency}: set base_currency to ${ready.currency}`);
      if (response.ok) return new ServiceWriter(address, ready.seq ?? 0);
      if (ready.state !== "recovering") throw new UsageError(`the service at ${address} takes no writes: ${ready.reason ?? ready.state ?? response.statusText}`);
      await wait(RETRY_MS);
    }
  }

  get seq(): number {
    return this.#seq;
  }

  expect(): void {}

  async fills(fills: FillColumns, source: Directory): Promise<WrittenFills> {
    const parts: Written[] = [];
    for (let from = 0; from < fills.count; from += FILLS_AT_ONCE) {
      const rows = Array.from({ length: Math.min(FILLS_AT_ONCE, fills.count - from) }, (_, i) => filled(fillCells(fills.read(from + i, source), 0), "seq"));
      const { refused, ...counts } = await this.#post("fills", rows);
      parts.push({ ...counts, refused: refused.map((one) => ({ ...one, row: one.row + from })) });
    }
    const sum = (of: (part: Written) => number) => parts.reduce((total, part) => total + of(part), 0);
    return { accepted: sum(({ accepted }) => accepted), duplicates: sum(({ duplicates }) => duplicates), refused: parts.flatMap(({ refused }) => refused), warnings: [], ahead: sum(({ warnings }) => warnings.length), late: 0, differing: 0 };
  }

  instruments(instruments: readonly Instrument[]): Promise<Written> {
    return this.#post("instruments", instruments.map((one) => filled(instrumentCells(one))));
  }

  marks(marks: readonly Mark[]): Promise<Written> {
    return this.#post("marks", marks.map((one) => filled(markCells(one))));
  }

  events(events: readonly WritableEvent[]): Promise<Written> {
    return this.#post("events", events.map(({ texts }) => filled(texts)));
  }

  /** Nothing to wait for: every answer came after its facts were on disk. */
  sync(): Promise<void> {
    return Promise.resolve();
  }

  finish(): undefined {
    return undefined; // the service writes its snapshots itself
  }

  close(): void {}

  async #post(route: string, rows: readonly object[]): Promise<Written> {
    if (rows.length === 0) return { accepted: 0, duplicates: 0, refused: [], warnings: [] };
    const body = rows.map((row) => JSON.stringify(row)).join("\n");
    for (;;) {
      const response = await reach(`${this.#address}/v1/${route}`, { method: "POST", headers: { "content-type": "application/x-ndjson", "fillbook-acknowledge": "durable" }, body });
      if (response.status === 429) {
        await response.body?.cancel();
        await wait(RETRY_MS);
        continue;
      }
      const answer: unknown = await response.json();
      if (!response.ok) throw new UsageError(`the service at ${this.#address} refused: ${(answer as { detail?: string }).detail ?? response.statusText}`);
      const { results, seq } = answer as Answer;
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

async function reach(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new UsageError(`the service of this folder does not answer at ${url}: ${((error as Error).cause as Error | undefined)?.message ?? (error as Error).message}; what was answered before is safe: run the same command again`);
  }
}

/** Cells without the empty ones, and without `but`. */
function filled(cells: Readonly<Record<string, string | undefined>>, but?: string): object {
  return Object.fromEntries(Object.entries(cells).filter(([column, text]) => column !== but && text !== undefined && text !== ""));
}
