import { keptRaw, Payload, Unreadable } from "../model/index.ts";
import type { VenueReport } from "./venue-report.ts";

/** JSON whose numbers keep the text that they came as, such as lossless-json. */
export interface ExactJson {
  readonly parse: (text: string) => unknown;
  readonly stringify: (value: unknown) => string | undefined;
}

/** What the decoders of both venues do alike: what cannot be read is told with its reason and its text, and the rest goes on. */
export class VenueReader {
  readonly #json: ExactJson;

  constructor(json: ExactJson) {
    this.#json = json;
  }

  /** The reports of one text; of one that cannot be read that alone. Never throws. */
  reports(raw: string, reportsOf: (value: unknown) => readonly VenueReport[]): readonly VenueReport[] {
    const reports = orUnreadable(() => reportsOf(this.parsed(raw)), () => raw);
    return reports.map((report) => (report.is === "unreadable" && report.raw === "" ? { ...report, raw: keptRaw(raw) } : report));
  }

  /** The reports of its rows, each for itself. */
  rows(values: readonly unknown[], reportsOf: (row: Payload) => readonly VenueReport[]): readonly VenueReport[] {
    return values.flatMap((value) => orUnreadable(() => reportsOf(new Payload(value)), () => this.#textOf(value)));
  }

  /** @throws Unreadable */
  parsed(text: string): unknown {
    try {
      return this.#json.parse(text);
    } catch {
      throw new Unreadable("is not JSON");
    }
  }

  /** A row as it came. */
  #textOf(value: unknown): string {
    try {
      return this.#json.stringify(value) ?? "";
    } catch {
      return ""; // nested too deep to be written: then all of it is kept
    }
  }
}

function orUnreadable(read: () => readonly VenueReport[], textOf: () => string): readonly VenueReport[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unreadable) return [{ is: "unreadable", why: error.message, raw: keptRaw(textOf()) }];
    throw error;
  }
}
