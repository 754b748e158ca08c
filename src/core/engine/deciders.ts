import { isEvent, type Block, type Fact } from "../model/index.ts";
import type { Decider } from "./decide.ts";
import type { Steps } from "../num/index.ts";
import { KnownEvents } from "./known-events.ts";
import { Refusals } from "./refusals.ts";
import type { FactStore } from "./store.ts";

/** What deciding knows of the entries up to `seq` beside the identities of fills. */
export interface Remembered {
  readonly seq: number;
  /** Those facts among them that `isRemembered`. */
  facts(): Iterable<Fact>;
}

/** Whether deciding asks for a fact later on: as an event that may be told again, or as a refusal. */
export function isRemembered(fact: Fact): boolean {
  return fact.type === "refused" || isEvent(fact);
}

/** What decides reports: all that is known of earlier ones. */
export interface Deciders {
  readonly fills: Decider;
  readonly events: KnownEvents;
  readonly refusals: Refusals;
}

/** Reads what the store tells of, from what is remembered on: each step yields the last entry that was looked at. @param fills a decider that knows nothing but its spilled identities yet */
export function* recalled(store: FactStore, fills: Decider, remembered: Remembered | undefined): Steps<Deciders> {
  const events = new KnownEvents();
  const refusals = new Refusals();
  const remember = (fact: Fact) => (fact.type === "refused" ? refusals.add(fact) : events.add(fact));
  for (const fact of remembered?.facts() ?? []) remember(fact);
  for (const { firstSeq, sections } of blocksAfter(store, remembered?.seq ?? 0)) {
    let seq = firstSeq;
    for (const section of sections) {
      if (section.kind === "fills") fills.remember(section.fills, seq);
      else section.facts.forEach(remember);
      seq += section.kind === "fills" ? section.fills.count : section.facts.length;
    }
    yield seq - 1;
  }
  return { fills, events, refusals };
}

/** @param seq the last entry of a block, or 0 */
export function blocksAfter(store: FactStore, seq: number): Iterable<Block> {
  if (seq === 0) return store.blocks();
  return seq + 1 < store.nextSeq ? store.blocks(seq + 1) : [];
}
