import type { Fact } from "../model/index.ts";
import type { Decision } from "./decide.ts";

type Refused = Extract<Fact, { type: "refused" }>;

/** Refusals a journal keeps; those beyond are answered and listed, but not journaled. */
const KEPT = 1_000;
const RAW_KEPT = 4_096;

/** The refusals that a journal holds: the same file again adds none. */
export class Refusals {
  readonly #keys = new Set<string>();

  add(fact: Refused): void {
    this.#keys.add(keyOf(fact));
  }

  /** Those of a decision that are not held yet, as facts. */
  newOf({ refused }: Decision): Refused[] {
    const news: Refused[] = [];
    for (const { fill, refusal } of refused) {
      if (this.#keys.size + news.length >= KEPT) break;
      const { account, venue, symbol, id } = fill;
      const raw = JSON.stringify(fill, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value)).slice(0, RAW_KEPT);
      const fact: Refused = { type: "refused", identity: { account, venue, symbol, id }, refusal, raw };
      if (!this.#keys.has(keyOf(fact)) && !news.some((other) => keyOf(other) === keyOf(fact))) news.push(fact);
    }
    return news;
  }
}

function keyOf({ identity, refusal, raw }: Refused): string {
  return JSON.stringify([identity, refusal.code, raw]);
}
