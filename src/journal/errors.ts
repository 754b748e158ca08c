import type { ArchivedSegment } from "./archived.ts";

/** Where and how stored bytes differ from what was written. */
export interface Damage {
  readonly offset: number; // of the block (or segment header) in its segment
  readonly seq: number; // the first entry that cannot be read
  readonly what: string; // "body checksum", "length", …
  readonly expected: string;
  readonly found: string;
}

/** The journal cannot be trusted from some place on: stop. Nothing is ever skipped. */
export class JournalCorrupt extends Error {
  override readonly name = "JournalCorrupt";
  readonly segment: string; // path of the file
  readonly damage: Damage;

  constructor(segment: string, damage: Damage) {
    const { offset, seq, what, expected, found } = damage;
    const readable = seq > 1 ? `Entries up to ${seq - 1} are readable.` : "Nothing before it is readable.";
    const mend =
      offset === 0
        ? `move this segment and all later ones out of the folder`
        : `truncate -s ${offset} '${segment}' and move all later segments out of the folder`;
    super(
      `entry ${seq}: ${what} was ${found}, expected ${expected} (${segment} at byte ${offset}). ${readable} ` +
        `To go on: put this segment back from a copy. Without one, copy the whole folder away, then keep only what is readable: ` +
        `${mend}; entries from ${seq} on must then be imported again.`,
    );
    this.segment = segment;
    this.damage = damage;
  }
}

/** The disk refused a write. `no_space`: nothing was written, try again later. `unknown`: this journal writes no more; restart. */
export class JournalWriteFailed extends Error {
  override readonly name = "JournalWriteFailed";
  readonly code: "no_space" | "unknown";

  constructor(code: "no_space" | "unknown", message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Another process writes here. */
export class JournalLocked extends Error {
  override readonly name = "JournalLocked";
  readonly pid: number | undefined;
  readonly address: string | undefined; // where that process answers, if it is a service

  constructor(message: string, pid?: number, address?: string) {
    super(message);
    this.pid = pid;
    this.address = address;
  }
}

/** A file of a snapshot is not what was written. Nothing is lost: the journal tells all that it held. */
export class SnapshotDamaged extends Error {
  override readonly name = "SnapshotDamaged";

  constructor(path: string, what: string) {
    super(`${path}: ${what}. Nothing is lost: start again, and the journal is read instead`);
  }
}

/** Entries are missing at the end of the journal: a snapshot holds later ones. */
export class JournalTooShort extends Error {
  override readonly name = "JournalTooShort";
  readonly snapshotSeq: number;

  constructor(path: string, snapshotSeq: number, lastSeq: number) {
    super(
      `the journal ends with entry ${lastSeq}, but ${path} was made when entry ${snapshotSeq} was on disk: ${snapshotSeq - lastSeq} acknowledged entries are missing. ` +
        `To go on: put the journal back from a copy that has them. Without one, move the folder of that snapshot away; entries from ${lastSeq + 1} on must then be imported again.`,
    );
    this.snapshotSeq = snapshotSeq;
  }
}

/** An archived segment is needed, and is not where it was moved to. Nothing is lost as long as it is somewhere. */
export class SegmentAway extends Error {
  override readonly name = "SegmentAway";

  constructor(path: string, folder: string, { name, firstSeq, lastSeq, sha256, at }: ArchivedSegment) {
    super(
      `entries ${firstSeq} to ${lastSeq} are needed, and their segment ${name} is not at ${path}, where fillbook archive moved it on ${at}. ` +
        `To go on: mount what holds it there, or copy it back into ${folder}; its SHA-256 is ${sha256}.`,
    );
  }
}

/** The archive cannot be used as it is asked; the message says why, and how to go on. */
export class ArchiveUnusable extends Error {
  override readonly name = "ArchiveUnusable";
}
