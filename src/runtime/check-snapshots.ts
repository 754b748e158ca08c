import { createHash } from "node:crypto";
import fs from "node:fs";
import { FillFingerprints, fold } from "../core/engine/index.ts";
import { FileJournal, listSnapshots, snapshotPath, type SnapshotFile } from "../journal/index.ts";
import { openRuns } from "./snapshot-identities.ts";
import { blocksUpTo, findSnapshot } from "./snapshots.ts";
import { stateHash } from "./state-hash.ts";

/** What a snapshot was found to be. */
export interface SnapshotChecked {
  readonly seq: number;
  readonly stateHash: string | undefined; // undefined when it could not be read
  readonly problem: string | undefined; // undefined: it holds what its journal tells
}

/**
 * Compares the snapshots of a data folder with what the whole journal tells: the state, and the identity of every fill.
 * @throws JournalTooShort when one holds entries that the journal no longer has
 */
export function checkSnapshots(dataDir: string, currency: string): SnapshotChecked[] {
  const seqs = listSnapshots(dataDir);
  const journal = FileJournal.open(dataDir, { write: false });
  try {
    return seqs.flatMap((seq) => {
      const notes: string[] = [];
      const found = findSnapshot(dataDir, [seq], journal, (snapshot) => ({ hash: snapshot.stateHash, problem: problemOf(dataDir, journal, snapshot, currency) }), notes);
      if (found === undefined && !fs.existsSync(snapshotPath(dataDir, seq))) return []; // a service beside us has removed it
      return { seq, stateHash: found?.opened.hash, problem: found === undefined ? notes[0] : found.opened.problem };
    });
  } finally {
    journal.close();
  }
}

function problemOf(dataDir: string, journal: FileJournal, snapshot: SnapshotFile, currency: string): string | undefined {
  const { seq } = snapshot;
  const state = fold(() => blocksUpTo(journal, 1, seq), { currency });
  const replayed = stateHash(state);
  if (replayed !== snapshot.stateHash) return `its state hash is ${snapshot.stateHash}, that of the replay ${replayed}`;
  const lines = createHash("blake2b512");
  for (const line of snapshot.stateLines()) lines.update(line).update("\n");
  if (lines.digest().subarray(0, 32).toString("hex") !== replayed) return "its state is not that of its state hash";
  const told = new IdentitySum();
  const fingerprints = new FillFingerprints(state.book);
  for (const { firstSeq, sections } of blocksUpTo(journal, 1, seq)) {
    let at = firstSeq;
    for (const section of sections) {
      if (section.kind === "facts") at += section.facts.length;
      else {
        const words = new Uint32Array(section.fills.count * 4);
        fingerprints.write(section.fills, words, 0);
        for (let row = 0; row < section.fills.count; row += 1, at += 1) told.add(words, row * 4, at);
      }
    }
  }
  const kept = new IdentitySum();
  const runs = openRuns(dataDir, snapshot.runs);
  try {
    const seqOf = new DataView(new ArrayBuffer(8));
    for (const run of runs) {
      for (const words of run.records()) {
        for (let at = 0; at < words.length; at += 6) {
          seqOf.setUint32(0, words[at + 4]!, true);
          seqOf.setUint32(4, words[at + 5]!, true);
          kept.add(words, at, seqOf.getFloat64(0, true));
        }
      }
    }
  } finally {
    for (const run of runs) run.close();
  }
  return kept.isThatOf(told) ? undefined : `its ${kept.count} identities are not those of the ${told.count} fills of the journal`;
}

/** A sum over identities and their entries that is the same in any order. */
class IdentitySum {
  count = 0;
  #one = 0;
  #other = 0;

  add(words: Uint32Array, at: number, seq: number): void {
    this.count += 1;
    this.#one = (this.#one + Math.imul(words[at]! ^ seq, 0x9e37_79b1)) | 0;
    this.#other = (this.#other + Math.imul(words[at + 1]! ^ words[at + 2]! ^ words[at + 3]!, seq | 1)) | 0;
  }

  isThatOf(other: IdentitySum): boolean {
    return this.count === other.count && this.#one === other.#one && this.#other === other.#other;
  }
}
