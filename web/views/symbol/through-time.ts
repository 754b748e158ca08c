import { compareTimes } from "../../figures/text.ts";
import type { FillRow } from "./history.ts";

/** What was held and what was realized after each fill, the oldest first, over all accounts. Numbers, for a picture. */
export interface ThroughTime {
  readonly times: readonly number[]; // seconds since 1970
  readonly quantity: readonly number[];
  readonly pnl: readonly (number | null)[]; // null: a rate is missing
}

type ToldFill = Pick<FillRow, "seq" | "timestamp" | "account" | "action" | "quantity" | "fee" | "feeCurrency" | "realizedPnl" | "positionAfter">;

interface Held {
  readonly quantity: number;
  readonly pnl: number | null;
}

export function throughTime(fills: readonly ToldFill[]): ThroughTime {
  const sorted = fills.toSorted((a, b) => compareTimes(a.timestamp, b.timestamp) || a.seq - b.seq);
  const accounts = new Map<string, Held>();
  for (const fill of sorted) if (!accounts.has(fill.account)) accounts.set(fill.account, heldBefore(fill));
  const [quantity, pnl]: [number[], (number | null)[]] = [[], []];
  for (const { account, positionAfter } of sorted) {
    accounts.set(account, { quantity: Number(positionAfter.quantity), pnl: positionAfter.netRealizedPnl === null ? null : Number(positionAfter.netRealizedPnl) });
    const all = [...accounts.values()];
    quantity.push(all.reduce((sum, one) => sum + one.quantity, 0));
    pnl.push(all.reduce<number | null>((sum, one) => (sum === null || one.pnl === null ? null : sum + one.pnl), 0));
  }
  return { times: sorted.map(({ timestamp }) => Date.parse(timestamp) / 1_000), quantity, pnl };
}

/** What an account had before the first of its fills that is told. */
function heldBefore({ action, quantity, fee, feeCurrency, realizedPnl, positionAfter }: ToldFill): Held {
  const { numTrades, netRealizedPnl, currency } = positionAfter;
  if (numTrades === 1) return { quantity: 0, pnl: 0 };
  const isKnown = netRealizedPnl !== null && feeCurrency === currency;
  return { quantity: Number(positionAfter.quantity) - (action === "buy" ? 1 : -1) * Number(quantity), pnl: isKnown ? Number(netRealizedPnl) - Number(realizedPnl) + Number(fee) : null };
}
