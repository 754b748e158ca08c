import { aheadOf } from "../model/index.ts";
import type { PairDecision } from "../pairs/index.ts";
import type { EventDecision } from "./decide-event.ts";

/** An event is taken though its time has not come, and counts from where it stands: whoever told it is told so. */
export function withAhead(decision: EventDecision, nowNs: bigint): EventDecision {
  const ahead = decision.is === "news" ? aheadOf(decision.fact.timeNs, nowNs) : undefined;
  if (decision.is !== "news" || ahead === undefined) return decision;
  const warning = `future_time: ${ahead}: it counts from now on all the same`;
  return { ...decision, warning: decision.warning === undefined ? warning : `${warning}. ${decision.warning}` };
}

/** The same of pairs: the latest time of what is booked counts. */
export function withPairAhead(decision: PairDecision, nowNs: bigint): PairDecision {
  if (decision.is !== "news") return decision;
  const ahead = aheadOf(decision.facts.reduce((latest, { time }) => (time.ns > latest ? time.ns : latest), decision.facts[0]!.time.ns), nowNs);
  if (ahead === undefined) return decision;
  const warning = `future_time: ${ahead}: it counts from now on all the same`;
  return { ...decision, warning: decision.warning === undefined ? warning : `${warning}. ${decision.warning}` };
}
