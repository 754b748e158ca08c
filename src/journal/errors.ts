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
