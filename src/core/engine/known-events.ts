import { isEvent, type Event, type Fact } from "../model/index.ts";
import type { EventReport } from "./event-report.ts";

/**
 * Which events the journal holds, so that the same file again changes nothing. An event is the same when it has the same
 * id, in the same account and symbol, or, without an id, the same content. Corrections without an id are told by the
 * fill they correct, not here.
 */
export class KnownEvents {
  readonly #contents = new Map<string, string>(); // by identity

  add(fact: Fact): void {
    if (!isEvent(fact)) return;
    const of = identityOf(fact);
    if (of !== undefined) this.#contents.set(of.key, of.content);
  }

  /** Whether a report is known; "other" when its id is known with other content. */
  has(report: EventReport): "same" | "other" | undefined {
    const of = identityOf(report);
    const known = of && this.#contents.get(of.key);
    if (of === undefined || known === undefined) return undefined;
    return of.content === known ? "same" : "other";
  }

  /** Remembers what was reported, beside what was made of it. */
  addReport(report: EventReport): void {
    const of = identityOf(report);
    if (of !== undefined) this.#contents.set(of.key, of.content);
  }
}

/** What identifies an event, and what it says beside: not what was worked out for it. */
function identityOf(event: Event | EventReport): { readonly key: string; readonly content: string } | undefined {
  const { id, type } = event;
  const fill = "fill" in event ? [event.fill.account, event.fill.venue, event.fill.symbol, event.fill.id] : [];
  const account = "account" in event ? event.account : "";
  const venue = "venue" in event ? event.venue : "";
  const symbol = "symbol" in event ? event.symbol : "";
  const kind = type === "bust" ? "busted" : type === "amend" ? "amended" : type;
  if (id !== "" && (kind === "busted" || kind === "amended")) return { key: text([kind, id, ...fill]), content: "" };
  if (kind === "busted" || kind === "amended" || type === "chosen") return undefined;
  const content = text([contentOf(event), id === "" ? "" : event.timeNs]);
  return id === "" ? { key: text([kind, account, venue, symbol, event.timeNs, contentOf(event)]), content: "" } : { key: text([kind, account, venue, symbol, id]), content };
}

function contentOf(event: Event | EventReport): unknown[] {
  switch (event.type) {
    case "funded":
    case "capital":
      return [event.amount, event.type === "capital" ? event.currency : ""];
    case "moved":
      return [event.quantity];
    case "split":
      return [event.over, event.under];
    case "renamed":
      return [event.to];
    case "settled":
      return [event.price];
    case "chosen":
    case "bust":
    case "busted":
    case "amend":
    case "amended":
      return [];
  }
}

function text(parts: readonly unknown[]): string {
  return JSON.stringify(parts, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
}
