import { BookStore } from "./book-store.ts";
import { keptInTab } from "./kept.ts";

/** Kept as long as the tab, and nowhere else. */
const TOKEN = "fillbook-token";

let token = keptInTab.get(TOKEN);

/** The one replica of this tab. */
export const store = new BookStore(`${location.origin.replace(/^http/, "ws")}/v1/stream`, token);

/** How long a row of a channel is here, in milliseconds: so much older is what it says of its age. */
export function heldMs(row: object): number {
  return store.channels.heldMs(row);
}

/** For `npm run page-load`, which asks before the page begins: what it holds, and how much of it has changed. */
if ("fillbookMeasures" in globalThis) Object.assign(globalThis, { fillbookChanges: () => store.changes, fillbookRows: () => store.keys().map((key) => store.row(key)) });

const listeners = new Set<() => void>();

/** Begins anew with a token, or without one. */
export function showToken(given: string | undefined): void {
  token = given;
  if (given === undefined) keptInTab.remove(TOKEN);
  else keptInTab.set(TOKEN, given);
  store.connection.use(given);
  for (const listener of listeners) listener();
}

export function hasToken(): boolean {
  return token !== undefined;
}

/** Tells when another token is shown. */
export function onToken(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** What a request carries to show who asks. */
export function authorization(): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
