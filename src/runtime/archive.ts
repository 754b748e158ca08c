import { finished } from "../core/num/index.ts";
import { formatTime } from "../core/model/index.ts";
import { archivable, archiveSegments, FileJournal, listSnapshots, realDisk, WriterLock, type ArchiveChoice, type ArchivedSegment, type Disk } from "../journal/index.ts";
import type { Clock } from "./clock.ts";
import { openRuns } from "./snapshot-identities.ts";
import { findSnapshot, snapshotUpTo, stateOf } from "./snapshots.ts";

export interface ArchiveJob {
  readonly dataDir: string;
  readonly to: string; // a folder
  readonly choice: ArchiveChoice;
  readonly clock: Clock;
  readonly disk?: Disk; // for tests
  /** Told of each segment once it is moved. */
  readonly onMoved?: (segment: ArchivedSegment) => void;
}

/** What became of it. */
export interface Archived {
  readonly moved: readonly ArchivedSegment[];
  readonly snapshotSeq: number; // a start goes on from this entry, and needs nothing that was moved; 0 when nothing was
}

/**
 * Moves full segments of a journal into another folder, holding its lock. Before that it makes sure that a start finds a
 * snapshot at the journal's end. @throws JournalLocked while another process writes, ArchiveUnusable, JournalCorrupt
 */
export function archiveJournal({ dataDir, to, choice, clock, disk = realDisk, onMoved }: ArchiveJob): Archived {
  const lock = WriterLock.acquire(dataDir);
  try {
    if (archivable(dataDir, choice).length === 0) return { moved: [], snapshotSeq: 0 };
    const snapshotSeq = snapshotAtEnd(dataDir, lock);
    const moved: ArchivedSegment[] = [];
    for (const segment of archiveSegments(dataDir, choice, { to, at: formatTime(clock.nowNs()), disk, mustBeAlone: () => lock.check() })) {
      moved.push(segment);
      onMoved?.(segment);
    }
    return { moved, snapshotSeq };
  } finally {
    lock.release();
  }
}

/** Opens the journal for writing, so that its end is known and on disk, and has a snapshot there that can be read. */
function snapshotAtEnd(dataDir: string, lock: WriterLock): number {
  const seqs = listSnapshots(dataDir);
  const journal = FileJournal.open(dataDir, { write: true, lock });
  try {
    const seq = journal.nextSeq - 1;
    const found = findSnapshot(dataDir, seqs.filter((one) => one >= seq), journal, (snapshot) => {
      for (const run of openRuns(dataDir, snapshot.runs)) run.close();
      return finished(stateOf(snapshot, {}, false));
    }, []);
    if (found === undefined) snapshotUpTo(dataDir, seq);
    return seq;
  } finally {
    journal.close();
  }
}
