import type { Block, Section } from "../core/model/index.ts";

/** Told while a journal is read. */
export type Progress = (bytesRead: number, bytesTotal: number) => void;

/**
 * The durable order of all that was accepted. Entries are numbered from 1 without a gap. What was appended is on disk
 * once `sync` has returned, and only then may be acknowledged.
 */
export interface Journal {
  /** The number the next entry gets. */
  readonly nextSeq: number;
  /** Writes one block. The block returned holds the sections as given: use it before they are filled anew. */
  append(sections: readonly Section[], timeNs: bigint): Block;
  /** Makes all that was appended durable. */
  sync(): void;
  /**
   * The blocks from the one that holds `fromSeq` on, to the end as it was when the iteration began. A block's fills are
   * views of a buffer that is used again: they are valid until the next step of the iterator.
   */
  blocks(fromSeq?: number, onProgress?: Progress): Iterable<Block>;
  /** The block that holds an entry. Its views stay valid. Walking through in order is cheap: neighbours are kept decoded. */
  blockOf(seq: number): Block;
  /** Lets go of files and lock. Does not sync. */
  close(): void;
}

/** How many entries some sections hold. */
export function countEntries(sections: readonly Section[]): number {
  let count = 0;
  for (const section of sections) count += section.kind === "fills" ? section.fills.count : section.facts.length;
  return count;
}
