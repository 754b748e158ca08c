import { useCallback, useSyncExternalStore } from "react";
import { get, Refused } from "./request.ts";
import { onToken, store } from "./session.ts";

/** What is known of something that is asked for again and again. Data stays while an error goes on: it is then as old as `atMs` says. */
export interface Resource<T> {
  readonly data: T | undefined; // undefined: there was no answer yet
  readonly error: string | undefined; // a sentence; undefined: the last answer was good
  readonly status: number | undefined; // of the error
  readonly atMs: number | undefined; // when the data came, by performance.now()
}

const NOTHING: Resource<never> = { data: undefined, error: undefined, status: undefined, atMs: undefined };
/** Kept so long after the last who wanted it has gone: going back to a view shows it at once. */
const KEPT_MS = 60_000;
/** A failed question is asked again no sooner. */
const AFTER_ERROR_MS = 2_000;

const polls = new Map<string, Poll>();

/**
 * An answer of the service that is kept current while somebody looks: asked for every so many milliseconds, with its ETag, and at once
 * when the connection is back. `undefined` asks for nothing.
 */
export function useResource<T>(path: string | undefined, everyMs: number): Resource<T> {
  const subscribe = useCallback((listener: () => void) => (path === undefined ? () => undefined : pollOf(path).watch(listener, everyMs)), [path, everyMs]);
  return useSyncExternalStore(subscribe, () => (path === undefined ? NOTHING : (pollOf(path).resource as Resource<T>)));
}

function pollOf(path: string): Poll {
  let poll = polls.get(path);
  if (poll === undefined) polls.set(path, (poll = new Poll(path)));
  return poll;
}

class Poll {
  resource: Resource<unknown> = NOTHING;
  readonly #path: string;
  readonly #watchers = new Map<() => void, number>(); // with how often they want it
  #etag: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: symbol | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  watch(listener: () => void, everyMs: number): () => void {
    this.#watchers.set(listener, everyMs);
    if (this.resource.atMs === undefined || performance.now() - this.resource.atMs > everyMs) this.ask();
    else this.#askIn(everyMs);
    return () => {
      this.#watchers.delete(listener);
      if (this.#watchers.size === 0) setTimeout(() => this.#watchers.size === 0 && polls.get(this.#path) === this && polls.delete(this.#path), KEPT_MS);
    };
  }

  /** The data is of somebody else: forgets it. */
  forget(): void {
    this.#asking = undefined;
    this.#etag = undefined;
    this.#turn(NOTHING);
    this.ask();
  }

  ask(): void {
    clearTimeout(this.#timer);
    if (this.#asking !== undefined || this.#watchers.size === 0) return;
    if (store.standing.state.is === "locked" || document.hidden) return this.#askIn(AFTER_ERROR_MS);
    const asking = (this.#asking = Symbol());
    void get(this.#path, this.#etag).then(
      ({ data, etag }) => {
        if (this.#asking !== asking) return;
        this.#etag = etag;
        const atMs = performance.now();
        this.#done({ data: data ?? this.resource.data, error: undefined, status: undefined, atMs }, Math.min(...this.#watchers.values()));
      },
      (error: unknown) => {
        if (this.#asking !== asking) return;
        const { message, status } = error instanceof Refused ? error : { message: String(error), status: 0 };
        const isLost = status === 0 || status === 404 || status === 401 || status === 403;
        this.#done({ ...(isLost && status !== 0 ? NOTHING : this.resource), error: message, status }, Math.max(AFTER_ERROR_MS, Math.min(...this.#watchers.values())));
      },
    );
  }

  #done(resource: Resource<unknown>, nextMs: number): void {
    this.#asking = undefined;
    this.#turn(resource);
    this.#askIn(nextMs);
  }

  #askIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#watchers.size > 0 && ms !== Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.ask(), ms);
  }

  #turn(resource: Resource<unknown>): void {
    this.resource = resource;
    for (const listener of this.#watchers.keys()) listener();
  }
}

let wasLive = false;
store.onConnection(() => {
  const isLive = store.standing.state.is === "live";
  if (isLive && !wasLive) for (const poll of polls.values()) poll.ask();
  wasLive = isLive;
});
onToken(() => {
  for (const poll of polls.values()) poll.forget();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const poll of polls.values()) poll.ask();
});
