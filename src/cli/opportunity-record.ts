import type { EndedOpportunity, MarketKeeper } from "../runtime/index.ts";
import type { Store } from "../store/index.ts";

const EVERY_MS = 1_000;

/** Writes opportunities into their table: once a second those that live, as they are then, and those that ended. What is returned ends that, once the last are handed over. */
export function recordOpportunities(markets: MarketKeeper, store: Store): () => void {
  const ended: EndedOpportunity[] = [];
  const unsubscribe = markets.onEnded((one) => void ended.push(one));
  const record = () => store.saw([...ended.splice(0), ...markets.live()]);
  const timer = setInterval(record, EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    record();
    unsubscribe();
  };
}
