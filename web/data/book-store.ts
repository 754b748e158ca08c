import type { ReplicaRow, ReplicaWatcher } from "../../src/core/wire/index.ts";
import { Channels } from "./channels.ts";
import { Connection, type ConnectionState } from "./connection.ts";

type Listener = () => void;

/**
 * The book as the page holds it, outside of React. What frames change is told once a picture is drawn: to whoever watches a row, and to who
 * watches all of it. So a thousand changes between two pictures cost one round, and a row that nobody looks at costs none.
 */
export class BookStore implements ReplicaWatcher {
  readonly connection: Connection;
  readonly #rows = new Map<string, Set<Listener>>(); // by key of a position
  readonly #book = new Set<Listener>();
  readonly #connected = new Set<Listener>();
  #changed = new Set<string>();
  #isNew = false;
  #drawing = false;
  #standing: Standing = { state: { is: "connecting" }, seq: undefined };
  #version = 0;
  #shape = 0;
  #keysVersion = 0;
  #statuses = new Map<string, string>(); // of net rows, by key
  #changes = 0;
  readonly channels: Channels;

  constructor(url: string, token: string | undefined) {
    this.connection = new Connection(url, token, () => this.#drawSoon(), this);
    this.channels = new Channels(this.connection);
  }

  changed(key: string): void {
    this.#changed.add(key);
    this.#changes += 1;
    this.#drawSoon();
  }

  begunAnew(): void {
    this.#isNew = true;
    this.channels.begunAnew();
    this.#drawSoon();
  }

  told(channel: string): void {
    this.channels.told(channel);
    this.#drawSoon();
  }

  /** Counts pictures in which anything of the book changed. */
  get version(): number {
    return this.#version;
  }

  /** Another number when positions came, went, opened or closed. */
  get shape(): number {
    return this.#shape;
  }

  /** Another number when positions, or venues of them, came or went. */
  get keysVersion(): number {
    return this.#keysVersion;
  }

  /** Rows that frames have changed so far. */
  get changes(): number {
    return this.#changes;
  }

  /** How the page stands with the service; another object when that changes. */
  get standing(): Standing {
    return this.#standing;
  }

  keys(): string[] {
    return [...this.connection.replica.keys()];
  }

  /** A row as it is now: another object each time it changed. @param venue null: the net row */
  row(key: string, venue: string | null = null): ReplicaRow | undefined {
    return this.connection.replica.rows(key)?.get(venue);
  }

  /** The venues of a position, in their order. */
  venues(key: string): ReplicaRow[] {
    return [...(this.connection.replica.rows(key)?.values() ?? [])].filter(({ venue }) => venue !== null).sort((a, b) => Number(a.place) - Number(b.place));
  }

  onRow(key: string, listener: Listener): () => void {
    const listeners = this.#rows.get(key) ?? new Set();
    this.#rows.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#rows.get(key) === listeners) this.#rows.delete(key);
    };
  }

  onBook(listener: Listener): () => void {
    this.#book.add(listener);
    return () => void this.#book.delete(listener);
  }

  onConnection(listener: Listener): () => void {
    this.#connected.add(listener);
    return () => void this.#connected.delete(listener);
  }

  #drawSoon(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#tell();
    });
  }

  #tell(): void {
    const { state, replica } = this.connection;
    if (state !== this.#standing.state || replica.seq !== this.#standing.seq) {
      this.#standing = { state, seq: replica.seq };
      for (const listener of this.#connected) listener();
    }
    this.channels.tell();
    const changed = this.#isNew ? this.#rows.keys() : this.#changed;
    if (!this.#isNew && this.#changed.size === 0) return;
    this.#noteShape(this.#isNew ? undefined : this.#changed);
    this.#changed = new Set();
    this.#isNew = false;
    this.#version += 1;
    for (const key of [...changed]) for (const listener of this.#rows.get(key) ?? []) listener();
    for (const listener of this.#book) listener();
  }
  #noteShape(changed: ReadonlySet<string> | undefined): void {
    if (changed === undefined) {
      this.#statuses = new Map(this.keys().map((key) => [key, this.#statusOf(key)]));
      this.#shape += 1;
      this.#keysVersion += 1;
      return;
    }
    for (const key of changed) {
      const status = this.#statusOf(key);
      const before = this.#statuses.get(key) ?? "";
      if (status === before) continue;
      if (status.replace(/^\D+/, "") !== before.replace(/^\D+/, "")) this.#keysVersion += 1;
      if (status === "") this.#statuses.delete(key);
      else this.#statuses.set(key, status);
      this.#shape += 1;
    }
  }

  /** Open or closed, and on how many venues; "" when it is gone. */
  #statusOf(key: string): string {
    const rows = this.connection.replica.rows(key);
    return rows === undefined ? "" : `${rows.get(null)?.status ?? ""}${rows.size}`;
  }
}

export interface Standing {
  readonly state: ConnectionState;
  readonly seq: number | undefined; // the last entry that is held
}
