import { formatTime, type Block, type Fact } from "../core/model/index.ts";
import type { SqlValues } from "./database.ts";

/** Rows of facts that are no fills. */
export class FactRows {
  readonly marks: SqlValues[] = [];
  readonly refusals: SqlValues[] = [];
  readonly renamed: string[] = []; // symbols that positions left or came to

  add({ firstSeq, timeNs, sections }: Block): void {
    const createdAt = formatTime(timeNs);
    let seq = firstSeq;
    for (const section of sections) {
      if (section.kind === "facts") section.facts.forEach((fact, i) => this.#add(fact, seq + i, createdAt));
      seq += section.kind === "fills" ? section.fills.count : section.facts.length;
    }
  }

  #add(fact: Fact, seq: number, createdAt: string): void {
    if (fact.type === "marked") {
      const { venue, symbol, price, timeNs } = fact.mark;
      this.marks.push({ seq, venue, symbol, price, timestamp: formatTime(timeNs), created_at: createdAt });
    } else if (fact.type === "renamed") this.renamed.push(fact.symbol, fact.to);
    else if (fact.type === "refused") {
      const { identity, refusal, raw } = fact;
      this.refusals.push({ seq, account: identity.account, venue: identity.venue, symbol: identity.symbol, fill_id: identity.id, code: refusal.code, why: refusal.why, raw, created_at: createdAt });
    }
  }
}
