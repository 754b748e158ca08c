import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { ReplicaRow, WireBreach, WireBreaker } from "../../src/core/wire/index.ts";
import type { Standing } from "./book-store.ts";
import type { Resource } from "./resource.ts";
import { nowMs } from "./clock.ts";
import { store } from "./session.ts";

/** A row of the book; drawn again only when this position changes. @param venue null: the net row */
export function useRow(key: string, venue: string | null = null): ReplicaRow | undefined {
  const subscribe = useCallback((listener: () => void) => store.onRow(key, listener), [key]);
  return useSyncExternalStore(subscribe, () => store.row(key, venue));
}

/** Connection and seq. */
export function useStanding(): Standing {
  return useSyncExternalStore((listener) => store.onConnection(listener), () => store.standing);
}

/** A number that is another one when the book has changed, at most so often: for what looks at all of it. */
export function useBookVersion(everyMs: number): number {
  const [version, setVersion] = useState(store.version);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lastMs = 0;
    const take = () => {
      timer = undefined;
      lastMs = performance.now();
      setVersion(store.version);
    };
    const off = store.onBook(() => {
      timer ??= setTimeout(take, Math.max(0, lastMs + everyMs - performance.now()));
    });
    take();
    return () => {
      off();
      clearTimeout(timer);
    };
  }, [everyMs]);
  return version;
}

/** The rows of a channel of the stream, followed while somebody looks: another list when something of it changed. `undefined` follows none. Data is undefined before anything came. */
export function useChannel<T extends object>(name: string | undefined): Resource<readonly T[]> {
  const subscribe = useCallback((listener: () => void) => (name === undefined ? () => undefined : store.channels.watch(name, listener)), [name]);
  const rows = useSyncExternalStore(subscribe, () => (name === undefined ? undefined : store.channels.rows(name))) as readonly T[] | undefined;
  return useMemo(() => ({ data: rows, error: undefined, status: undefined, atMs: undefined }), [rows]);
}

/** The breaker and the breaches that go on, as the stream tells them. */
export function useRisk(): { readonly breaker: WireBreaker | undefined; readonly breaches: readonly WireBreach[] } {
  useBookVersion(250);
  useStanding();
  const { replica } = store.connection;
  return { breaker: replica.breaker, breaches: replica.breaches() };
}

const tickers = new Set<() => void>();
setInterval(() => {
  if (!document.hidden) for (const listener of [...tickers]) listener();
}, 1_000);

/** The time by the service's clock, in milliseconds; drawn again every second. */
export function useNowMs(): number {
  return useSyncExternalStore(
    (listener) => {
      tickers.add(listener);
      return () => void tickers.delete(listener);
    },
    () => Math.floor(nowMs() / 1_000) * 1_000,
  );
}
