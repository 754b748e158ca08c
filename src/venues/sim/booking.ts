import type { EventReport } from "../../core/engine/index.ts";
import { Directory, FillColumns, type Fill, type Mark } from "../../core/model/index.ts";
import { FILL_ACCEPTED, FILL_DUPLICATE, type Service } from "../../runtime/index.ts";
import type { Sink, VenueRefusal } from "./feed.ts";

/** The part of a service that feeds need. */
export type Books = Pick<Service, "bookFills" | "take" | "mark">;

/** What became of all that was handed over. */
export interface Booked {
  accepted: number;
  duplicates: number;
  corrections: number;
  refused: number;
}

type Run = { readonly fills: Fill[] } | { readonly events: EventReport[] };

/** Gathers what feeds hand over, and books it in that order, many at a time. */
export class Booking implements Sink {
  readonly booked: Booked = { accepted: 0, duplicates: 0, corrections: 0, refused: 0 };
  readonly #onRefusal: (refusal: VenueRefusal) => void;
  readonly #source = new Directory();
  readonly #marks = new Map<string, Mark>(); // the latest by venue and symbol
  readonly #runs: Run[] = [];

  constructor(onRefusal: (refusal: VenueRefusal) => void = () => undefined) {
    this.#onRefusal = onRefusal;
  }

  fill(fill: Fill): void {
    const run = this.#runs.at(-1);
    if (run !== undefined && "fills" in run) run.fills.push(fill);
    else this.#runs.push({ fills: [fill] });
  }

  correct(report: EventReport): void {
    const run = this.#runs.at(-1);
    if (run !== undefined && "events" in run) run.events.push(report);
    else this.#runs.push({ events: [report] });
  }

  mark(mark: Mark): void {
    this.#marks.set(JSON.stringify([mark.venue, mark.symbol]), mark);
  }

  refuse(refusal: VenueRefusal): void {
    this.booked.refused += 1;
    this.#onRefusal(refusal);
  }

  /** Books all that was gathered. What is not booked yet when `books` fails stays, and comes first the next time: to book a fill twice is harmless. */
  async flush(books: Books): Promise<void> {
    for (let run = this.#runs.shift(); run !== undefined; run = this.#runs.shift()) {
      try {
        if ("fills" in run) await this.#bookFills(books, run.fills);
        else await this.#take(books, run.events);
      } catch (error) {
        this.#runs.unshift(run);
        throw error;
      }
    }
    const marks = [...this.#marks.values()];
    this.#marks.clear();
    if (marks.length > 0) await books.mark(marks);
  }

  async #bookFills(books: Books, fills: readonly Fill[]): Promise<void> {
    const columns = new FillColumns(fills.length);
    for (const fill of fills) columns.push(fill, this.#source);
    const { statuses, refused } = await books.bookFills(columns, this.#source);
    for (const status of statuses) {
      if (status === FILL_ACCEPTED) this.booked.accepted += 1;
      else if (status === FILL_DUPLICATE) this.booked.duplicates += 1;
    }
    for (const { row, refusal } of refused) this.refuse({ venue: fills[row]!.venue, why: refusal.why, raw: fills[row]!.id });
  }

  async #take(books: Books, events: readonly EventReport[]): Promise<void> {
    const decisions = await books.take(events);
    decisions.forEach((decision, i) => {
      const event = events[i]!;
      if (decision.is === "news") this.booked.corrections += 1;
      if (decision.is === "refused") this.refuse({ venue: "fill" in event ? event.fill.venue : "", why: decision.why, raw: event.id });
    });
  }
}
