import type { AccountScope, RowBytes, Subscription } from "../../core/wire/index.ts";

/** What a hub needs of a connection. */
export interface Connection {
  /** Bytes that were sent and not taken by the system yet. */
  readonly bufferedAmount: number;
  send(frame: Buffer): void;
  close(code: number, reason: string): void;
}

/** Where a watcher stands. */
export type Place =
  | { readonly at: "tick"; readonly tick: number; readonly to: number } // it has all up to the end of this tick
  | { readonly at: "entry"; readonly seq: number } // it says so itself: it comes back
  | { readonly at: "nothing" }
  | { readonly at: "snapshot"; readonly sinceTick: number; readonly rest: Iterator<RowBytes[]>; readonly parts: number }; // it has parts of one

/** One who follows the stream. All that is held for it is its place: what it misses is made when it can take it. */
export interface Watcher {
  readonly connection: Connection;
  readonly wants: Subscription;
  readonly accounts: AccountScope; // that it is told of
  readonly isBound: boolean; // whether it may see no others
  readonly scope: string; // who has the same gets the same frames
  place: Place;
  isFirst: boolean; // nothing was answered yet
  isLate: boolean; // ticks went by that it could not take
}

/** @param bound the accounts that it may see; undefined: all */
export function watcherOf(connection: Connection, wants: Subscription, run: string, bound: AccountScope): Watcher {
  const accounts = accountsOf(wants, bound);
  const scope = JSON.stringify([wants.format, bound !== undefined, accounts === undefined ? null : [...accounts].sort()]);
  const isOurs = wants.run === undefined || wants.run === run;
  const place: Place = wants.since === undefined || !isOurs ? { at: "nothing" } : { at: "entry", seq: wants.since };
  return { connection, wants, accounts, isBound: bound !== undefined, scope, place, isFirst: true, isLate: false };
}

/** The accounts that a subscription is told of. */
export function accountsOf({ account }: Subscription, bound: AccountScope): AccountScope {
  return account === undefined ? bound : new Set([account].filter((one) => bound?.has(one) !== false));
}
