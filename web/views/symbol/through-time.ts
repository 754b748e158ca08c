import type { ReplicaRow } from "../../../src/core/wire/index.ts";
import { compareTimes } from "../../figures/text.ts";
import type { FillRow } from "./history.ts";

/** What was held and what was realized after each fill, the oldest first, over all accounts. Numbers, for a picture. */
export interface ThroughTime {
  readonly times: readonly number[]; // seconds since 1970
  readonly quantity: readonly number[];
  readonly pnl: readonly (number | null)[]; // null: a rate is missing
}

type ToldFill = Pick<FillRow, "seq" | "timestamp" | "account" | "action" | "quantity" | "fee" | "feeCurrency" | "realizedPnl" | "positionAfter">;
type Standing = Pick<ReplicaRow, "account" | "quantity" | "netRealizedPnl">;

interface Held {
  readonly quantity: number;
  readonly pnl: number | null;
}

/**
 * Each fill moves its account by as much as it did when it was booked, at the fill's own time: a fill that came late stands where it belongs, and the line ends at what is held.
 * @param standing what each account holds now: one whose fills are all too old to be told has held it all the while
 */
export function throughTime(fills: readonly ToldFill[], standing: readonly Standing[]): ThroughTime {
  const accounts = new Map(standing.map((row): [string, Held] => [row.account, heldOf(row)]));
  const booked = new Map<string, Held>(); // what each account held so far, in the order of the journal
  const moves = fills.toSorted((a, b) => a.seq - b.seq).map((fill) => {
    const { account, timestamp, seq } = fill;
    const before = booked.get(account) ?? heldBefore(fill);
    if (!booked.has(account)) accounts.set(account, before);
    const after = heldOf(fill.positionAfter);
    booked.set(account, after);
    return { account, timestamp, seq, before, after };
  }).sort((a, b) => compareTimes(a.timestamp, b.timestamp) || a.seq - b.seq);
  const [quantity, pnl]: [number[], (number | null)[]] = [[], []];
  for (const { account, before, after } of moves) {
    const held = accounts.get(account)!;
    accounts.set(account, { quantity: held.quantity + (after.quantity - before.quantity), pnl: movedPnl(held.pnl, before.pnl, after.pnl) });
    const all = [...accounts.values()];
    quantity.push(all.reduce((sum, one) => sum + one.quantity, 0));
    pnl.push(all.reduce<number | null>((sum, one) => (sum === null || one.pnl === null ? null : sum + one.pnl), 0));
  }
  return { times: moves.map(({ timestamp }) => Date.parse(timestamp) / 1_000), quantity, pnl };
}

function heldOf({ quantity, netRealizedPnl }: Pick<Standing, "quantity" | "netRealizedPnl">): Held {
  return { quantity: Number(quantity), pnl: netRealizedPnl === null ? null : Number(netRealizedPnl) };
}

function movedPnl(pnl: number | null, before: number | null, after: number | null): number | null {
  return after === null || before === null || pnl === null ? after : pnl + (after - before);
}

/** What an account had before the first of its fills that is told. */
function heldBefore({ action, quantity, fee, feeCurrency, realizedPnl, positionAfter }: ToldFill): Held {
  const { numTrades, netRealizedPnl, currency } = positionAfter;
  if (numTrades === 1) return { quantity: 0, pnl: 0 };
  const isKnown = netRealizedPnl !== null && feeCurrency === currency;
  return { quantity: Number(positionAfter.quantity) - (action === "buy" ? 1 : -1) * Number(quantity), pnl: isKnown ? Number(netRealizedPnl) - Number(realizedPnl) + Number(fee) : null };
}
