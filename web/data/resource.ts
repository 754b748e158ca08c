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
/** So long an answer may take; what comes later is of the past. */
const LONGEST_ANSWER_MS = 60_000;
/** A failed question is asked again no sooner. */
const AFTER_ERROR_MS = 2_000;

const polls = new Map<string, Poll>();

/** How an answer is kept current. */
interface Pace {
  readonly isFolded?: boolean; // it follows from the book: while nothing of that changes it is asked for ten times more seldom
}
const QUIET = 10;
/** So many times what an answer takes is left to others before it is asked for again: what is folded from a long journal is asked for seldom, however many look … */
const REST = 19;
/** … where it takes so long that it must be folded, and at the latest then. */
const LONG_MS = 250;
const LONGEST_REST_MS = 60_000;

/**
 * An answer of the service that is kept current while somebody looks: asked for every so many milliseconds, more seldom where it takes long, with its ETag, and at once
 * when the connection is back. `undefined` asks for nothing.
 */
export function useResource<T>(path: string | undefined, everyMs: number, { isFolded = false }: Pace = {}): Resource<T> {
  const subscribe = useCallback((listener: () => void) => (path === undefined ? () => undefined : pollOf(path, isFolded).watch(listener, everyMs)), [path, everyMs, isFolded]);
  return useSyncExternalStore(subscribe, () => (path === undefined ? NOTHING : (pollOf(path, isFolded).resource as Resource<T>)));
}

function restMs(tookMs: number): number {
  return tookMs < LONG_MS ? 0 : Math.min(LONGEST_REST_MS, tookMs * REST);
}

/** Another text when anything of the book has changed. */
function bookAt(): string {
  return `${store.version} ${store.standing.seq}`;
}

function pollOf(path: string, isFolded: boolean): Poll {
  let poll = polls.get(path);
  if (poll === undefined) polls.set(path, (poll = new Poll(path, isFolded)));
  return poll;
}

class Poll {
  resource: Resource<unknown> = NOTHING;
  readonly #path: string;
  readonly #watchers = new Map<() => void, number>(); // with how often they want it
  #etag: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;
  readonly #isFolded: boolean;
  #of = ""; // how the book stood when it was asked for last

  constructor(path: string, isFolded: boolean) {
    this.#path = path;
    this.#isFolded = isFolded;
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

  /** The data is of somebody else, or of nobody any more: forgets it. */
  forget(): void {
    this.#etag = undefined;
    this.#turn(NOTHING);
    this.again();
  }

  /** Asks at once. What was asked over a line that has broken may be answered never, or with what was before. */
  again(): void {
    const asking = this.#asking;
    this.#asking = undefined;
    this.#of = "";
    asking?.abort();
    this.ask();
  }

  /** Waits no longer: who would answer is gone. */
  giveUp(): void {
    this.#asking?.abort();
  }

  ask(): void {
    clearTimeout(this.#timer);
    if (this.#asking !== undefined || this.#watchers.size === 0) return;
    if (store.standing.state.is === "locked" || document.hidden) return this.#askIn(AFTER_ERROR_MS);
    if (this.#isStill()) return this.#askIn(this.#everyMs);
    const asking = (this.#asking = new AbortController());
    const late = setTimeout(() => asking.abort(), LONGEST_ANSWER_MS);
    const askedAtMs = performance.now();
    this.#of = bookAt();
    void get(this.#path, this.#etag, asking.signal).finally(() => clearTimeout(late)).then(
      ({ data, etag }) => {
        if (this.#asking !== asking) return;
        this.#etag = etag;
        const atMs = performance.now();
        this.#done({ data: data ?? this.resource.data, error: undefined, status: undefined, atMs }, Math.max(this.#everyMs, this.#isFolded ? restMs(atMs - askedAtMs) : 0));
      },
      (error: unknown) => {
        if (this.#asking !== asking) return;
        const { message, status } = error instanceof Refused ? error : { message: String(error), status: 0 };
        const isLost = status === 0 || status === 404 || status === 401 || status === 403;
        this.#done({ ...(isLost && status !== 0 ? NOTHING : this.resource), error: message, status }, Math.max(AFTER_ERROR_MS, this.#everyMs));
      },
    );
  }

  get #everyMs(): number {
    return Math.min(...this.#watchers.values());
  }

  /** The same would be answered, but for what time alone changes. */
  #isStill(): boolean {
    const { atMs, error } = this.resource;
    return this.#isFolded && atMs !== undefined && error === undefined && store.standing.state.is === "live" && bookAt() === this.#of && performance.now() - atMs < QUIET * this.#everyMs;
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

let was = store.standing.state.is;
let hasBroken = false; // since it was live: what is under way may be answered never
store.onConnection(() => {
  const { is } = store.standing.state;
  if (is === was) return;
  was = is;
  const isBack = is === "live" && hasBroken;
  hasBroken = is === "lost" || (hasBroken && is !== "live");
  for (const poll of polls.values()) {
    if (isBack) poll.again();
    else if (is === "live") poll.ask();
    else if (is === "lost") poll.giveUp();
    else if (is === "locked") poll.forget();
  }
});
onToken(() => {
  for (const poll of polls.values()) poll.forget();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const poll of polls.values()) poll.ask();
});
