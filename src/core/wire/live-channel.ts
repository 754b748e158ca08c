/** A row of a channel as it is now. */
export interface ChannelRow {
  readonly key: string; // tells it from the others
  readonly row: object; // as it is sent, beside its key
}
/** What a client lacks of a channel. `all`: these are all rows, and others that it holds are gone. */
export interface ChannelChanges {
  readonly all: boolean;
  readonly changes: readonly string[]; // texts of JSON objects
  readonly version: number; // what it holds then
}

/** So many rows that are gone are remembered; who is further behind gets all rows. */
const MOST_GONE = 1_000;

/**
 * The rows of a channel by key, and in which version each changed. Who missed some versions gets the rows that changed since, as they are now: nothing is queued. What changes by time
 * alone, such as an age, makes no new version.
 */
export class LiveChannel {
  readonly #passing: ReadonlySet<string>;
  readonly #rows = new Map<string, { steady: string; row: object; version: number }>();
  readonly #gone = new Map<string, number>();
  #goneBefore = 0; // rows that went up to this version are forgotten
  #version = 0;

  /** @param passing names of what changes by time alone, at any depth */
  constructor(passing: Iterable<string> = []) {
    this.#passing = new Set(passing);
  }

  get version(): number {
    return this.#version;
  }

  /** Takes all rows as they are now. Returns whether one came, went, or reads otherwise. */
  update(rows: Iterable<ChannelRow>): boolean {
    const next = this.#version + 1;
    const seen = new Set<string>();
    let isNews = false;
    for (const { key, row } of rows) {
      seen.add(key);
      const steady = JSON.stringify(row, (name, value: unknown) => (this.#passing.has(name) ? undefined : value));
      const known = this.#rows.get(key);
      if (known?.steady === steady) {
        known.row = row;
        continue;
      }
      isNews = true;
      this.#gone.delete(key);
      this.#rows.set(key, { steady, row, version: next });
    }
    for (const key of this.#rows.keys()) {
      if (seen.has(key)) continue;
      isNews = true;
      this.#rows.delete(key);
      this.#gone.set(key, next);
    }
    for (const [key, version] of this.#gone) {
      if (this.#gone.size <= MOST_GONE) break;
      this.#gone.delete(key);
      this.#goneBefore = version;
    }
    if (isNews) this.#version = next;
    return isNews;
  }

  /** What somebody lacks who holds a version; undefined: he holds nothing. */
  since(version: number | undefined): ChannelChanges {
    const all = version === undefined || version < this.#goneBefore;
    const rows = [...this.#rows].filter(([, one]) => all || one.version > version).map(([key, { row }]) => JSON.stringify({ key, ...row }));
    const gone = all ? [] : [...this.#gone].filter(([, at]) => at > version).map(([key]) => JSON.stringify({ key, removed: true }));
    return { all, changes: [...gone, ...rows], version: this.#version };
  }
}
