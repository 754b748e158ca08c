/**
 * What goes over a stream, as JSON texts. A client says what it wants; the first answer is a snapshot, or the changes
 * since the entry it names; after that comes a frame whenever something has changed. `from` of a frame is `to` of the
 * one before. Changes of valuation alone (a mark grew too old) have `from` = `to`.
 */

/** How rows are sent: as objects, or as arrays in the order of the `fields` that the first frame names. */
export type StreamFormat = "objects" | "rows";

/** What a client asks for. It may ask again at any time: then it begins anew. */
export interface Subscription {
  readonly since: number | undefined; // the last `to` or `seq` it has; undefined: nothing
  readonly run: string | undefined; // of the service that said so, as a snapshot names it
  readonly account: string | undefined; // only this account's positions
  readonly format: StreamFormat;
  readonly channels?: readonly string[]; // what it wants to hear of beside positions: `opportunities`, `liquidity:BTC/USD`, `venues`, `pairs`
}

/** A row as values in the order of ROW_FIELDS, or as an object with them. One that ends with its key, or says `removed`, is gone. */
export type WireRow = readonly unknown[] | Readonly<Record<string, unknown>>;

/** How the breaker stands. Why, and who did it, is null for a token that is bound to accounts. */
export interface WireBreaker {
  readonly state: "closed" | "open" | "half_open";
  readonly reason: string | null;
  readonly by: string | null; // what tripped it last: a check, or hand
  readonly who: string | null;
  readonly since: string | null; // null: it was never tripped
  readonly probesUsed: number;
}
/** A breach of a limit: it goes on since then, or has ended. */
export interface WireBreach {
  readonly is: "begun" | "ended";
  readonly limit: string;
  readonly scope: string;
  readonly account: string | null; // null: of more than one
  readonly value: string | null; // when it began
  readonly threshold: string | null;
  readonly since: string;
  readonly seq: number; // the entry that it began with
}
/** The breaker, where it has changed, and breaches that have. `all`: these are all that go on, and others that a client holds have ended. */
export interface WireRisk {
  readonly all?: true;
  readonly breaker?: WireBreaker;
  readonly breaches: readonly WireBreach[];
}

/** Rows of a channel that came, changed or went. `all`: these are all, and others that a client holds are gone. It belongs to no entry: it tells how it stands now. */
export interface WireChannel {
  readonly channel: string;
  readonly asOf: string;
  readonly all?: true;
  readonly changes: readonly ({ readonly key: string; readonly removed?: true } & Readonly<Record<string, unknown>>)[];
}

/** What a service sends. */
export type StreamFrame =
  | { readonly fields?: readonly string[]; readonly snapshot: { readonly rows?: readonly WireRow[]; readonly positions?: readonly WireRow[] }; readonly more: true }
  | { readonly fields?: readonly string[]; readonly snapshot: { readonly rows?: readonly WireRow[]; readonly positions?: readonly WireRow[] }; readonly risk?: WireRisk; readonly seq: number; readonly run: string; readonly more?: false }
  | { readonly fields?: readonly string[]; readonly run?: string; readonly from: number; readonly to: number; readonly changes: readonly WireRow[]; readonly risk?: WireRisk }
  | WireChannel
  | { readonly problem: { readonly title: string; readonly detail: string } };

const KNOWN = ["since", "run", "account", "format", "channels"];
/** Channels beside the book; of `liquidity` the market stands after a colon. */
const CHANNELS = ["opportunities", "liquidity:MARKET", "venues", "pairs"];
const MOST_CHANNELS = 100;

/**
 * Reads what a client asks for; a sentence when it cannot be understood.
 * @example readSubscription('{"since": 41}') // => { since: 41, run: undefined, account: undefined, format: "objects" }
 * @example readSubscription('{"since": -1}') // => "since: -1 is no entry: give the last seq or to that you have, or leave it out"
 */
export function readSubscription(text: string): Subscription | string {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return 'is not JSON: send {} for everything, or {"since": 41} to go on';
  }
  if (typeof said !== "object" || said === null || Array.isArray(said)) return 'is not an object: send {} for everything, or {"since": 41} to go on';
  const { since = undefined, run = undefined, account = undefined, format = "objects", channels = undefined } = said as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(said).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) return `${JSON.stringify(unknown.slice(0, 40))} is no key of a subscription: they are ${KNOWN.join(", ")}`;
  if (since !== undefined && since !== null && !(typeof since === "number" && Number.isSafeInteger(since) && since >= 0)) return `since: ${JSON.stringify(since).slice(0, 40)} is no entry: give the last seq or to that you have, or leave it out`;
  if (run !== undefined && typeof run !== "string") return "run: is a text, as the snapshot gave it";
  if (account !== undefined && (typeof account !== "string" || account === "")) return "account: is the name of an account";
  if (format !== "objects" && format !== "rows") return `format: ${JSON.stringify(format).slice(0, 40)} is neither "objects" nor "rows"`;
  const wrong = channels === undefined ? undefined : channelProblem(channels);
  if (wrong !== undefined) return `channels: ${wrong}`;
  return { since: since ?? undefined, run, account, format, ...(channels === undefined ? {} : { channels: channels as string[] }) };
}

function channelProblem(said: unknown): string | undefined {
  if (!Array.isArray(said) || said.length > MOST_CHANNELS) return `is a list of at most ${MOST_CHANNELS} of ${CHANNELS.join(", ")}`;
  const unknown = (said as readonly unknown[]).find((one) => typeof one !== "string" || !(CHANNELS.includes(one) || /^liquidity:[^\s]{1,256}$/.test(one)) || one === "liquidity:MARKET");
  return unknown === undefined ? undefined : `${JSON.stringify(unknown).slice(0, 40)} is none of ${CHANNELS.join(", ")}`;
}
