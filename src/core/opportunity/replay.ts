import { LadderSet, type LadderAnswer, type LadderMessage, type SymbolMap } from "../market/index.ts";
import type { OpportunityOptions } from "./options.ts";
import type { OpportunityView } from "./view.ts";
import { OpportunityWatch } from "./watch.ts";

export interface ReplayOptions extends OpportunityOptions {
  readonly rules: SymbolMap;
  /** Told after every moment, with what lived then. Without it only what ended is remembered. */
  readonly onMoment?: (timeUs: number, live: readonly OpportunityView[]) => void;
}

/** What came of a replay. */
export interface Replay {
  readonly opportunities: readonly OpportunityView[]; // each once, from first to last seen, in the order in which they ended
  readonly messages: number;
  readonly moments: number;
  readonly answers: Readonly<Record<LadderAnswer["code"], number>>; // how many messages were taken, old, …
}

/**
 * The opportunities in a record of ladders: messages in the order in which they came. Those that follow each other with one
 * time are one moment, judged when all of it is taken, so nobody is seen to trade between two halves of it.
 */
export function replayOpportunities(messages: Iterable<LadderMessage>, { rules, onMoment, ...options }: ReplayOptions): Replay {
  const opportunities: OpportunityView[] = [];
  const onEnded = (one: OpportunityView) => {
    opportunities.push(one);
    options.onEnded?.(one);
  };
  const watch = new OpportunityWatch(new LadderSet(rules), { ...options, onEnded });
  const answers: Record<LadderAnswer["code"], number> = { taken: 0, old: 0, gap: 0, waiting: 0, mismatch: 0, refused: 0 };
  let count = 0;
  let moments = 0;
  let momentUs: number | undefined;
  const judge = () => {
    if (momentUs === undefined) return;
    moments += 1;
    watch.refresh(momentUs);
    onMoment?.(momentUs, watch.live());
  };
  for (const message of messages) {
    if (message.unread !== undefined) {
      watch.take(message); // its ladder is not known any more, from the moment at hand on
      continue;
    }
    if (message.timeUs !== momentUs) judge();
    momentUs = message.timeUs;
    count += 1;
    answers[watch.take(message).code] += 1;
  }
  judge();
  watch.end();
  return { opportunities, messages: count, moments, answers };
}
