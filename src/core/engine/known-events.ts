import { isEvent, type Correction, type Event, type Fact } from "../model/index.ts";
import { amended, type EventReport } from "./event-report.ts";

/**
 * Which events the journal holds, so that the same file again changes nothing. An event is the same when it has the same
 * id, in the same account and symbol, or, without an id, the same time and content: then equal rows of one file are told
 * apart by how often they stand there. A bust without an id is told by its fill, not here.
 */
export class KnownEvents {
  readonly #byId = new Map<string, Event>();
  readonly #counts = new Map<string, number>(); // of events without an id, by all they say

  add(fact: Fact): void {
    if (!isEvent(fact)) return;
    if (fact.id !== "" || fact.type === "amended") return void this.#byId.set(identityOf(fact), fact);
    for (const content of contentsOf(fact)) this.#counts.set(content, (this.#counts.get(content) ?? 0) + 1);
  }

  /** Told of the reports of one run in their order, says of each whether it is known; "other" when its id is known with other content. */
  asking(): (report: EventReport) => "same" | "other" | undefined {
    const known = new Map(this.#counts);
    return (report) => {
      if ((report.type === "bust" && report.id === "") || isNow(report)) return undefined;
      if (report.id !== "" || report.type === "amend") {
        const event = this.#byId.get(identityOf(report));
        if (event === undefined) return undefined;
        if (saysTheSame(event, report)) return "same";
        return report.id === "" ? undefined : "other";
      }
      const content = contentOf(report);
      const left = known.get(content) ?? 0;
      if (left === 0) return undefined;
      known.set(content, left - 1);
      return "same";
    };
  }
}

/** What is found or set now: whether it is news is decided by what stands, and not by what was ever said. */
function isNow({ type }: EventReport): boolean {
  return type === "limit" || type === "breach" || type === "trip" || type === "release" || type === "probe";
}

function saysTheSame(known: Event, report: EventReport): boolean {
  if (known.type === "amended" && report.type === "amend") return text(amended(known.fill, report.changes)) === text(known.fill);
  if (known.type === "busted" && report.type === "bust") return true;
  return isEventReport(known) && contentsOf(known).includes(contentOf(report));
}

/** Events that are reported in the words in which they are kept. */
type Kept = Exclude<Event, Correction>;
function isEventReport(event: Event): event is Kept {
  return event.type !== "busted" && event.type !== "amended";
}

function identityOf(event: Event | EventReport): string {
  const { id, type, timeNs } = event;
  const own = id === "" ? ["at", timeNs] : ["id", id];
  switch (type) {
    case "bust":
    case "busted":
    case "amend":
    case "amended":
      return text([type === "bust" || type === "busted" ? "bust" : "amend", event.fill.account, event.fill.venue, event.fill.symbol, event.fill.id, ...own]);
    case "funded":
    case "moved":
      return text([type, event.account, event.venue, event.symbol, ...own]);
    case "capital":
    case "chosen":
      return text([type, event.account, ...own]);
    case "split":
    case "renamed":
      return text([type, event.symbol, ...own]);
    case "settled":
      return text([type, event.account, event.venue, event.symbol, ...own]);
    case "limit":
    case "limited":
      return text(["limited", ...own]);
    case "breach":
    case "breached":
      return text(["breached", event.limit, event.scope, ...own]);
    case "trip":
    case "tripped":
    case "release":
    case "reset":
    case "probe":
    case "probed":
      return text([type, ...own]);
  }
}

/** All that an event says. */
function contentOf(event: Event | EventReport): string {
  const { id: _, ...said } = event;
  return text(Object.entries(said).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As it may have been reported: also without the currency or the cost that was worked out for it. */
function contentsOf(event: Event): string[] {
  if (event.type === "funded") return [contentOf(event), contentOf({ ...event, currency: "" })];
  if (event.type === "moved" && event.cost !== undefined) return [contentOf(event), contentOf({ ...event, cost: undefined })];
  return [contentOf(event)];
}

function text(of: unknown): string {
  return JSON.stringify(of, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value instanceof Map ? [...(value as Map<string, unknown>)].sort(([a], [b]) => (a < b ? -1 : 1)) : value));
}
