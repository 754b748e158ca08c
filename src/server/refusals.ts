import type { Block } from "../core/model/index.ts";
import { formatTime } from "../core/model/index.ts";
import { FileJournal } from "../journal/index.ts";

/** A fill that was not booked, as it is listed. */
interface RefusalRow {
  readonly seq: number;
  readonly time: string; // of its entry
  readonly account: string;
  readonly venue: string;
  readonly symbol: string;
  readonly id: string;
  readonly code: string;
  readonly why: string;
  readonly raw: string; // the row as it came, 4 KiB at most
}

/** So many entries are read at most for one page: a long journal without refusals is looked through piece by piece. */
const WINDOW = 500_000;

/**
 * The refused fills before an entry, the newest first, read from the end of the journal.
 * @param beforeSeq 0: from the end
 * @returns JSON `{"refusals": […], "next": "…"}`: `next` is the cursor of what is older, null at the beginning
 */
export function refusalsAnswer(dataDir: string, { beforeSeq, limit, accounts }: { readonly beforeSeq: number; readonly limit: number; readonly accounts: ReadonlySet<string> | undefined }): string {
  const journal = FileJournal.open(dataDir, { write: false });
  try {
    const endSeq = beforeSeq === 0 ? journal.nextSeq : Math.min(beforeSeq, journal.nextSeq);
    const fromSeq = Math.max(1, endSeq - WINDOW);
    const found: RefusalRow[] = [];
    if (endSeq > fromSeq) {
      for (const block of journal.blocks(fromSeq)) {
        if (block.firstSeq >= endSeq) break;
        for (const row of refusalsOf(block)) if (row.seq >= fromSeq && row.seq < endSeq && accounts?.has(row.account) !== false) found.push(row);
      }
    }
    const refusals = found.slice(-limit).reverse();
    const next = found.length > limit ? refusals.at(-1)!.seq : fromSeq > 1 ? fromSeq : undefined;
    return JSON.stringify({ refusals, next: next === undefined ? null : `${next}` });
  } finally {
    journal.close();
  }
}

function* refusalsOf({ firstSeq, timeNs, sections }: Block): Generator<RefusalRow> {
  let seq = firstSeq;
  for (const section of sections) {
    if (section.kind === "fills") {
      seq += section.fills.count;
      continue;
    }
    for (const fact of section.facts) {
      if (fact.type === "refused") {
        const { identity, refusal, raw } = fact;
        yield { seq, time: formatTime(timeNs), account: identity.account, venue: identity.venue, symbol: identity.symbol, id: identity.id, code: refusal.code, why: refusal.why, raw };
      }
      seq += 1;
    }
  }
}
