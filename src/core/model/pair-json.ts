import { decimalOf, formatDecimal, type Decimal } from "../num/index.ts";
import type { PairFact, PairMarket, PairOrderFee, Payout } from "./pair-facts.ts";
import type { TimeUnit } from "./time.ts";

/** A fact of a pair as JSON: decimals and long integers as text, what is undefined left out. */
export type PlainPairFact = { readonly type: PairFact["type"]; readonly pairId: string } & Readonly<Record<string, unknown>>;

/** The fields that are decimals, in whichever fact they stand. */
const DECIMALS: readonly string[] = ["quantity", "priceCents", "grossCents", "feeCents", "feeShares", "amountCents", "payoutCents", "revenueCents"];
const TYPES: Readonly<Record<PairFact["type"], true>> = {
  pair_defined: true, pair_filled: true, pair_confirmed: true, pair_voided: true, pair_fill_amended: true, pair_rebated: true, pair_merged: true, pair_split: true, pair_redeemed: true, pair_settled: true,
  pair_market_ended: true, pair_close_asked: true, pair_close_withdrawn: true,
};

export function isPairFact(fact: { readonly type: string }): fact is PairFact {
  return Object.hasOwn(TYPES, fact.type);
}

/** A fact as JSON. Equal facts give equal texts, whatever digits their decimals were written with. */
export function plainPairFact(fact: PairFact): PlainPairFact {
  return Object.fromEntries(Object.entries(fact).sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1)).flatMap(([key, value]) => (value === undefined ? [] : [[key, plainValue(key, value)]]))) as PlainPairFact;
}

/** A fact that `plainPairFact` gave. */
export function richPairFact(plain: PlainPairFact): PairFact {
  return Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, richValue(key, value)])) as unknown as PairFact;
}

/** The same fact with its decimals in their shortest form, as a journal gives them back. */
export function normalPairFact(fact: PairFact): PairFact {
  return richPairFact(plainPairFact(fact));
}

/** What says which fact it is stands first, for those who read a journal. */
function place(key: string): number {
  return key === "type" ? 0 : key === "pairId" ? 1 : 2;
}

function plainValue(key: string, value: unknown): unknown {
  if (DECIMALS.includes(key)) return formatDecimal(value as Decimal);
  if (key === "time") return plainTime(value as PairFact["time"]);
  if (key === "payout") return plainPayout(value as Payout);
  if (key === "orderFees") return (value as readonly PairOrderFee[]).map(({ id, feeCents }) => ({ feeCents: formatDecimal(feeCents), id }));
  if (key === "markets") return (value as readonly PairMarket[]).map(({ resolvesAtNs, ...market }) => ({ ...market, ...(resolvesAtNs === undefined ? {} : { resolvesAtNs: `${resolvesAtNs}` }) }));
  return value;
}

function richValue(key: string, value: unknown): unknown {
  if (DECIMALS.includes(key)) return decimalOf(value as string);
  if (key === "time") {
    const { ns, unit } = value as { readonly ns: string; readonly unit: TimeUnit };
    return { ns: BigInt(ns), unit };
  }
  if (key === "payout") {
    const payout = value as { readonly is: "refund" } | { readonly is: "cents"; readonly cents: string };
    return payout.is === "refund" ? payout : { is: "cents", cents: decimalOf(payout.cents) };
  }
  if (key === "orderFees") return (value as readonly { readonly id: string; readonly feeCents: string }[]).map(({ id, feeCents }) => ({ id, feeCents: decimalOf(feeCents) }));
  if (key === "markets") return (value as readonly (Omit<PairMarket, "resolvesAtNs"> & { readonly resolvesAtNs?: string })[]).map(({ resolvesAtNs, ...market }) => (resolvesAtNs === undefined ? market : { ...market, resolvesAtNs: BigInt(resolvesAtNs) }));
  return value;
}

function plainTime({ ns, unit }: PairFact["time"]): object {
  return { ns: `${ns}`, unit };
}

function plainPayout(payout: Payout): object {
  return payout.is === "refund" ? payout : { is: payout.is, cents: formatDecimal(payout.cents) };
}
