import fs from "node:fs";
import type { BookOptions } from "../core/book/index.ts";
import { Checkpoints, fold, foldOn, isRemembered, readStateSteps, stateLines, type Folded, type FoldState, type Remembered } from "../core/engine/index.ts";
import { finished, type Steps } from "../core/num/index.ts";
import { decodeFacts, encodeFacts, type Block, type Fact } from "../core/model/index.ts";
import { FileJournal, JournalTooShort, keepSnapshots, listSnapshots, readSnapshot, realDisk, snapshotFolder, snapshotPath, writeSnapshot, type Disk, type SnapshotFile } from "../journal/index.ts";
import { IdentityGatherer, inFewRuns, openRuns } from "./snapshot-identities.ts";

/** What looking for a snapshot found. */
export interface Found<Opened> {
  readonly snapshot: SnapshotFile;
  readonly opened: Opened;
}

/** A snapshot that was written. */
export interface Written {
  readonly seq: number;
  readonly stateHash: string;
  readonly bytes: number; // of the state and what decides events; identities stand beside it
}

/**
 * The newest snapshot that is whole and that this journal has led to.
 * @param seqs the snapshots there were before the journal was opened, the newest first
 * @param open what is to be done with it; one with which that fails is passed over
 * @param notes is told about those that are passed over, and why
 * @throws JournalTooShort when a whole one holds entries that the journal no longer has
 */
export function findSnapshot<Opened>(dataDir: string, seqs: readonly number[], journal: FileJournal, open: (snapshot: SnapshotFile) => Opened, notes: string[]): Found<Opened> | undefined {
  for (const seq of seqs) {
    try {
      const snapshot = readSnapshot(dataDir, seq);
      if (seq >= journal.nextSeq) throw new JournalTooShort(snapshot.path, seq, journal.nextSeq - 1);
      const hash = journal.hashAt(seq);
      if (hash === undefined || Buffer.compare(hash, snapshot.blockHash) !== 0) notes.push(leftAside(dataDir, seq, "it was made from another journal"));
      else {
        const opened = open(snapshot);
        journal.restoreStarts(snapshot.starts);
        return { snapshot, opened };
      }
    } catch (error) {
      if (error instanceof JournalTooShort) throw error;
      notes.push(leftAside(dataDir, seq, (error as Error).message));
    }
  }
  return undefined;
}

/** One sentence about a snapshot that is not used. */
export function leftAside(dataDir: string, seq: number, why: string): string {
  return `the snapshot ${snapshotPath(dataDir, seq)} is left aside: ${why}`;
}

/** The state of a snapshot, in steps. @param isLedOn with its checkpoints, and more to come */
export function* stateOf(snapshot: SnapshotFile, options: BookOptions, isLedOn: boolean): Steps<FoldState> {
  const state = yield* readStateSteps(snapshot.stateLines(), options);
  const { timeNs } = snapshot;
  if (!isLedOn) return { ...state, timeNs };
  const checkpoints = new Checkpoints(state.book, state.known);
  checkpoints.read(snapshot.checkpoints);
  return { ...state, timeNs, checkpoints };
}

/** What a snapshot knows for deciding. */
export function rememberedOf(snapshot: SnapshotFile): Remembered {
  const lines = [...snapshot.factLines()]; // so that the rest of the file need not stay in memory
  return {
    seq: snapshot.seq,
    *facts() {
      for (const line of lines) yield* decodeFacts(line);
    },
  };
}

/**
 * Writes the snapshot of a state that is on disk, and removes those that it makes needless: it and the one before stay.
 * Only what follows that one is read of the journal. In steps.
 * @param base the snapshot before
 */
export function* takeSnapshot(dataDir: string, journal: FileJournal, state: Folded, base: SnapshotFile | undefined, disk: Disk): Steps<Written> {
  fs.mkdirSync(snapshotFolder(dataDir), { recursive: true });
  const { seq } = state;
  const from = (base?.seq ?? 0) + 1;
  const gatherer = new IdentityGatherer(dataDir, disk, state.book, from, seq - from + 1);
  const facts: Fact[] = [];
  let timeNs = base?.timeNs ?? 0n;
  for (const block of blocksUpTo(journal, from, seq)) {
    let at = block.firstSeq;
    for (const section of block.sections) {
      if (section.kind === "fills") gatherer.add(section.fills, at);
      else facts.push(...section.facts.filter(isRemembered));
      at += section.kind === "fills" ? section.fills.count : section.facts.length;
    }
    timeNs = block.timeNs;
    yield at - 1;
  }
  gatherer.finish(seq);
  yield seq;
  const runs = yield* inFewRuns(dataDir, [...(base?.runs ?? []), ...gatherer.runs], disk);
  const blockHash = journal.hashAt(seq);
  if (blockHash === undefined) throw new Error(`no block of the journal ends with entry ${seq}`);
  const written = yield* writeSnapshot(dataDir, { seq, timeNs, blockHash, stateLines: stateLines(state), runs, starts: journal.startsUpTo(seq), checkpoints: [...(state.checkpoints?.lines(seq) ?? [])], factLines: factLines(base, facts) }, disk);
  keepSnapshots(dataDir, [{ seq, runs }, ...(base === undefined ? [] : [base])]);
  return { seq, ...written };
}

const FACTS_A_LINE = 1_000;

function* factLines(base: SnapshotFile | undefined, facts: readonly Fact[]): Iterable<string> {
  if (base !== undefined) yield* base.factLines();
  for (let from = 0; from < facts.length; from += FACTS_A_LINE) yield encodeFacts(facts.slice(from, from + FACTS_A_LINE)).replaceAll("\n", "");
}

/** The blocks of a journal from an entry on up to another, which is the last of its block. */
export function* blocksUpTo(journal: FileJournal, fromSeq: number, lastSeq: number): Iterable<Block> {
  for (const block of journal.blocks(fromSeq)) {
    if (block.firstSeq > lastSeq) return;
    yield block;
  }
}

/**
 * Writes a snapshot of what a journal tells up to an entry, which is on disk and the last of its block: for a thread of
 * its own, beside the one writer of the folder. It reads alone: a second reader would be quicker, and cost the service
 * memory and a part of its processor.
 */
export function snapshotUpTo(dataDir: string, seq: number): Written {
  const seqs = listSnapshots(dataDir);
  const journal = FileJournal.open(dataDir, { write: false, ahead: { fromBytes: Number.POSITIVE_INFINITY } });
  try {
    const base = baseOf(dataDir, journal, seqs);
    const state = (base && onwardFrom(base, journal, seq)) ?? fold(() => blocksUpTo(journal, 1, seq), { checkpoints: {} });
    return finished(takeSnapshot(dataDir, journal, state, base, realDisk));
  } finally {
    journal.close();
  }
}

/** Undefined when all must be folded: something later changes the snapshot's state, or another Fillbook wrote it. */
function onwardFrom(base: SnapshotFile, journal: FileJournal, seq: number): FoldState | undefined {
  let state: FoldState;
  try {
    state = finished(stateOf(base, {}, true));
  } catch {
    return undefined;
  }
  return foldOn(state, blocksUpTo(journal, base.seq + 1, seq));
}

/** The snapshot to go on from when another one is written. */
export function baseOf(dataDir: string, journal: FileJournal, seqs: readonly number[] = listSnapshots(dataDir)): SnapshotFile | undefined {
  return findSnapshot(dataDir, seqs, journal, (snapshot) => mustHaveRuns(dataDir, snapshot), [])?.snapshot;
}

function mustHaveRuns(dataDir: string, { runs }: SnapshotFile): void {
  for (const run of openRuns(dataDir, runs)) run.close();
}
