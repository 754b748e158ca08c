import { isEvent, type Event, type Fact } from "../model/index.ts";
import { amended, type EventReport } from "./event-report.ts";

/**
 * Which events the journal holds, so that the same file again changes nothing. An event is the same when it has the same
 * id, in the same account and symbol, or, without an id, the same time and content. A bust without an id is told by its
 * fill, not here.
 */
export class KnownEvents {
  readonly #events = new Map<string, Event>(); // by identity

  add(fact: Fact): void {
    if (!isEvent(fact)) return;
    const key = identityOf(fact);
    if (key !== undefined) this.#events.set(key, fact);
  }

  /** Whether a report is known; "other" when its id is known with other content. */
  has(report: EventReport): "same" | "other" | undefined {
    const key = identityOf(report);
    const known = key === undefined ? undefined : this.#events.get(key);
    if (known === undefined) return undefined;
    if (saysTheSame(known, report)) return "same";
    return report.id === "" ? undefined : "other";
  }
}

function saysTheSame(known: Event, report: EventReport): boolean {
  if (known.type === "amended" && report.type === "amend") return text(amended(known.fill, report.changes)) === text(known.fill);
  return text([known.timeNs, contentOf(known)]) === text([report.timeNs, contentOf(report)]) || (known.type === "busted" && report.type === "bust");
}

function identityOf(event: Event | EventReport): string | undefined {
  const { id, type, timeNs } = event;
  const own = id === "" ? ["at", timeNs] : ["id", id];
  switch (type) {
    case "bust":
    case "busted":
    case "amend":
    case "amended": {
      const { fill } = event;
      const kind = type === "bust" || type === "busted" ? "bust" : "amend";
      return kind === "bust" && id === "" ? undefined : text([kind, fill.account, fill.venue, fill.symbol, fill.id, ...own]);
    }
    case "funded":
    case "moved":
      return text([type, event.account, event.venue, event.symbol, ...own, ...(id === "" ? contentOf(event) : [])]);
    case "capital":
      return text([type, event.account, ...own, ...(id === "" ? contentOf(event) : [])]);
    case "split":
    case "renamed":
      return text([type, event.symbol, ...own, ...(id === "" ? contentOf(event) : [])]);
    case "settled":
      return text([type, event.account, event.venue, event.symbol, ...own, ...(id === "" ? contentOf(event) : [])]);
    case "chosen":
      return text([type, event.account, ...own, ...(id === "" ? contentOf(event) : [])]);
  }
}

/** What an event says beside its identity and its time: not what was worked out for it. */
function contentOf(event: Event | EventReport): readonly unknown[] {
  switch (event.type) {
    case "funded":
      return [event.amount];
    case "capital":
      return [event.amount, event.currency];
    case "moved":
      return [event.quantity];
    case "split":
      return [event.over, event.under];
    case "renamed":
      return [event.to];
    case "settled":
      return [event.price];
    case "chosen":
      return [event.method];
    case "bust":
    case "busted":
    case "amend":
    case "amended":
      return [];
  }
}

function text(of: unknown): string {
  return JSON.stringify(of, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
}
