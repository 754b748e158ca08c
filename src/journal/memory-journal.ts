import { assert } from "../core/num/index.ts";
import type { Block, Section } from "../core/model/index.ts";
import { viewOf } from "./format.ts";
import { countEntries, type Journal, type Progress } from "./journal.ts";
import { lastAtOrBefore } from "./search.ts";
import { prepareSections, readSections, writeSections } from "./sections.ts";

interface Stored {
  readonly firstSeq: number;
  readonly count: number;
  readonly timeNs: bigint;
  readonly sectionCount: number;
  readonly bytes: Uint8Array;
}

/** A journal that lasts as long as its process: for tests, demonstrations and backtests. Keeps blocks encoded, as a file would. */
export class MemoryJournal implements Journal {
  readonly #blocks: Stored[] = [];
  #nextSeq = 1;

  get nextSeq(): number {
    return this.#nextSeq;
  }

  append(sections: readonly Section[], timeNs: bigint): Block {
    const count = countEntries(sections);
    assert(count > 0, "a block holds at least one entry");
    const prepared = prepareSections(sections);
    const bytes = new Uint8Array(prepared.bytes);
    writeSections(prepared, bytes, 0);
    const firstSeq = this.#nextSeq;
    this.#blocks.push({ firstSeq, count, timeNs, sectionCount: sections.length, bytes });
    this.#nextSeq += count;
    return { firstSeq, count, timeNs, sections };
  }

  sync(): void {}
  close(): void {}

  *blocks(fromSeq = 1, onProgress?: Progress): Iterable<Block> {
    const end = this.#blocks.length;
    for (let i = fromSeq >= this.#nextSeq ? end : this.#indexOf(fromSeq); i < end; i += 1) {
      yield decode(this.#blocks[i]!);
      onProgress?.(i + 1, end);
    }
  }

  blockOf(seq: number): Block {
    assert(seq >= 1 && seq < this.#nextSeq, `entry ${seq} has been appended`);
    return decode(this.#blocks[this.#indexOf(seq)]!);
  }

  #indexOf(seq: number): number {
    return lastAtOrBefore(seq, this.#blocks.length, (i) => this.#blocks[i]!.firstSeq);
  }
}

function decode({ firstSeq, count, timeNs, sectionCount, bytes }: Stored): Block {
  return { firstSeq, count, timeNs, sections: readSections(bytes, viewOf(bytes), 0, sectionCount) };
}
