import { LiveChannel, type AccountScope, type ChannelRow, type Subscription } from "../../core/wire/index.ts";
import { formatTime } from "../../core/model/index.ts";
import { ServiceRefuses, type Clock } from "../../runtime/index.ts";
import { accountsOf, type Connection } from "./watcher.ts";

/** Where the rows of a channel come from. */
export interface ChannelSource {
  readonly passing: readonly string[]; // what changes by time alone
  /** All rows for who sees these accounts; undefined: they are as they were when asked last. @param of what stands after the name's ":" */
  rows(accounts: AccountScope, of: string): Promise<readonly ChannelRow[] | undefined> | readonly ChannelRow[] | undefined;
}

export interface SideStreamOptions {
  readonly sources: ReadonlyMap<string, () => ChannelSource>; // by the name before a ":"; one is made for each scope that is followed
  readonly clock: Clock;
  readonly tickMs?: number; // 100
  readonly mostQueuedBytes?: number; // of a watcher; one that has more is slow; 1 MB
  readonly onError: (error: unknown) => void;
}

const TICK_MS = 100;
const MOST_QUEUED_BYTES = 1 << 20;

interface Live {
  readonly channel: LiveChannel;
  readonly source: ChannelSource;
  readonly name: string;
  readonly accounts: AccountScope;
  isFilled: boolean; // rows were taken once
}
interface Watcher {
  readonly connection: Connection;
  readonly held: Map<string, { readonly name: string; version: number | undefined }>; // by the channel and who sees it
}

/**
 * Tells of what follows no journal: opportunities, liquidity, venues; and of pairs. Rows are looked at while somebody follows them, once for all who see the same; a watcher that is slow gets
 * nothing until it has taken what it was sent, and then the rows that changed meanwhile, as they are then.
 */
export class SideStream {
  readonly #options: SideStreamOptions;
  readonly #watchers = new Set<Watcher>();
  readonly #live = new Map<string, Live>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: SideStreamOptions) {
    this.#options = options;
  }

  /** Begins to tell a connection of the channels that it wants. What is returned ends that. */
  watch(connection: Connection, wants: Subscription, bound: AccountScope): () => void {
    const accounts = accountsOf(wants, bound);
    const held = new Map((wants.channels ?? []).map((name) => [JSON.stringify([name, accounts === undefined ? null : [...accounts].sort()]), { name, version: undefined as number | undefined }]));
    const watcher: Watcher = { connection, held };
    if (held.size === 0) return () => undefined;
    for (const [key, { name }] of held) if (!this.#live.has(key)) this.#live.set(key, this.#begin(name, accounts));
    this.#watchers.add(watcher);
    this.#tickIn(0);
    return () => void this.#watchers.delete(watcher);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#watchers.clear();
    this.#live.clear();
  }

  #begin(name: string, accounts: AccountScope): Live {
    const source = this.#options.sources.get(name.split(":")[0]!)!();
    return { channel: new LiveChannel(source.passing), source, name, accounts, isFilled: false };
  }

  #tickIn(ms: number): void {
    if (this.#isClosed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      void this.#tick()
        .catch((error: unknown) => (error instanceof ServiceRefuses ? undefined : this.#options.onError(error)))
        .finally(() => {
          this.#timer = undefined;
          if (this.#watchers.size > 0) this.#tickIn(this.#options.tickMs ?? TICK_MS);
          else this.#live.clear();
        });
    }, ms);
    this.#timer.unref();
  }

  async #tick(): Promise<void> {
    const followed = new Set([...this.#watchers].flatMap(({ held }) => [...held.keys()]));
    for (const [key, live] of this.#live) {
      if (!followed.has(key)) {
        this.#live.delete(key);
        continue;
      }
      const { source, channel, name, accounts } = live;
      const rows = await source.rows(accounts, name.slice(name.indexOf(":") + 1));
      if (rows !== undefined) channel.update(rows);
      live.isFilled ||= rows !== undefined;
    }
    for (const watcher of this.#watchers) this.#tell(watcher);
  }

  #tell({ connection, held }: Watcher): void {
    for (const [key, place] of held) {
      const live = this.#live.get(key);
      if (live?.isFilled !== true || place.version === live.channel.version || connection.bufferedAmount > (this.#options.mostQueuedBytes ?? MOST_QUEUED_BYTES)) continue;
      const { all, changes, version } = live.channel.since(place.version);
      connection.send(Buffer.from(`{"channel":${JSON.stringify(place.name)},"asOf":"${formatTime(this.#options.clock.nowNs())}",${all ? '"all":true,' : ""}"changes":[${changes.join(",")}]}`));
      place.version = version;
    }
  }
}
