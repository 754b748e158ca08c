import type { Connection } from "./connection.ts";

type Listener = () => void;
interface Channel {
  readonly listeners: Set<Listener>;
  isNews: boolean;
  rows: readonly object[] | undefined; // undefined before anything came
}
/** A channel that nobody looks at is left after so long: another view may want it next. */
const LINGER_MS = 2_000;

/** What the stream tells beside the book, channel by channel: each is followed while somebody listens. */
export class Channels {
  readonly #connection: Connection;
  readonly #channels = new Map<string, Channel>();
  #following = "";
  readonly #heardMs = new WeakMap<object, number>(); // when a row came, by performance.now()

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Follows a channel until what is returned is called. */
  watch(name: string, listener: Listener): () => void {
    const channel = this.#channels.get(name) ?? { listeners: new Set(), isNews: false, rows: undefined };
    this.#channels.set(name, channel);
    channel.listeners.add(listener);
    this.#followIn(0);
    return () => {
      channel.listeners.delete(listener);
      if (channel.listeners.size === 0) this.#followIn(LINGER_MS);
    };
  }

  /** The rows of a channel; another list when one of them changed. Undefined before anything came. */
  rows(name: string): readonly object[] | undefined {
    return this.#channels.get(name)?.rows;
  }

  /** How long a row is here, in milliseconds: by so much its ages have grown since. */
  heldMs(row: object): number {
    return performance.now() - (this.#heardMs.get(row) ?? performance.now());
  }

  /** Something of a channel has come. */
  told(name: string): void {
    const channel = this.#channels.get(name);
    if (channel !== undefined) channel.isNews = true;
  }

  /** The book is another one: what is held may be that of somebody else. */
  begunAnew(): void {
    for (const channel of this.#channels.values()) channel.isNews = true;
  }

  /** Tells who listens what has come. */
  tell(): void {
    const { replica } = this.#connection;
    for (const [name, channel] of this.#channels) {
      if (!channel.isNews) continue;
      channel.isNews = false;
      channel.rows = replica.isTold(name) ? replica.channel(name) : undefined;
      for (const row of channel.rows ?? []) if (!this.#heardMs.has(row)) this.#heardMs.set(row, performance.now());
      for (const listener of [...channel.listeners]) listener();
    }
  }

  #followIn(ms: number): void {
    setTimeout(() => {
      for (const [name, { listeners }] of this.#channels) if (listeners.size === 0 && ms > 0) this.#channels.delete(name);
      const names = [...this.#channels.keys()];
      if (names.join(" ") === this.#following) return;
      this.#following = names.join(" ");
      this.#connection.follow(names);
    }, ms);
  }
}
