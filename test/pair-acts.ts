import fc from "fast-check";
import type { Decimal } from "../src/core/num/index.ts";
import type { PairFact, PairReport, PairTexts } from "../src/core/pairs/index.ts";

/** In any form: also with zeros at the end, which mean nothing. */
const amount = (most: number): fc.Arbitrary<Decimal> => fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 0, max: 2 })).map(([n, digits]) => ({ mantissa: BigInt(n), digits }));
const cents = fc.integer({ min: 0, max: 1000 }).map((n): Decimal => ({ mantissa: BigInt(n), digits: 1 }));
const venue = fc.constantFrom("kalshi" as const, "polymarket" as const);
const side = fc.constantFrom("yes" as const, "no" as const);
const head = { pairId: fc.constantFrom("P1", "P2", "__proto__"), id: fc.integer({ min: 0, max: 9 }).map((n) => `f${n}`), time: fc.integer({ min: 0, max: 500 }).map((s) => ({ ns: BigInt(s) * 1_000_000_000n, unit: "s" as const })) };
const fill = fc.record({ account: fc.constantFrom("a", "b"), venue, market: fc.constantFrom("m", ""), id: head.id });
const perhaps = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });

const anyPairFact: fc.Arbitrary<PairFact> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant("pair_filled" as const), ...head, account: fc.constantFrom("a", "b"), venue, market: fc.constantFrom("m", ""), side, action: fc.constantFrom("buy" as const, "buy" as const, "sell" as const), quantity: amount(40), priceCents: cents, grossCents: fc.constant(undefined), feeCents: perhaps(amount(300)), feeIsComputed: fc.boolean(), feeShares: fc.constant({ mantissa: 0n, digits: 0 }), role: fc.constantFrom("" as const, "maker" as const), isFinal: fc.boolean(), orderId: fc.constantFrom("", "o1") }) },
  fc.record({ type: fc.constant("pair_voided" as const), ...head, fill, why: fc.constant("failed on chain") }),
  fc.record({ type: fc.constant("pair_confirmed" as const), ...head, fill }),
  fc.record({ type: fc.constant("pair_fill_amended" as const), ...head, fill, quantity: perhaps(amount(40)), priceCents: perhaps(cents), feeCents: perhaps(amount(300)) }),
  fc.record({ type: fc.constantFrom("pair_merged" as const, "pair_split" as const), ...head, venue: fc.constant("polymarket" as const), market: fc.constantFrom("m", ""), quantity: amount(20) }),
  fc.record({ type: fc.constant("pair_settled" as const), ...head, venue, market: fc.constantFrom("m", ""), stage: fc.constantFrom("provisional" as const, "disputed" as const, "final" as const), payout: fc.oneof(fc.constant({ is: "refund" as const }), cents.map((c) => ({ is: "cents" as const, cents: c }))), revenueCents: fc.constant(undefined) }),
  fc.record({ type: fc.constant("pair_redeemed" as const), ...head, venue: fc.constant("polymarket" as const), market: fc.constantFrom("m", ""), side, quantity: amount(20), payoutCents: amount(2000) }),
  fc.record({ type: fc.constant("pair_rebated" as const), ...head, venue, market: fc.constant(""), amountCents: amount(50) }),
  fc.record({ type: fc.constant("pair_market_ended" as const), ...head, venue, market: fc.constantFrom("m", "") }),
  fc.record({ type: fc.constantFrom("pair_close_asked" as const, "pair_close_withdrawn" as const), ...head, by: fc.constant("hand") }),
  fc.record({ type: fc.constant("pair_defined" as const), ...head, arbType: fc.constantFrom("poly_yes_kalshi_no" as const, "kalshi_only" as const), markets: fc.constantFrom([{ venue: "kalshi" as const, market: "m", orientation: "opposite" as const }, { venue: "polymarket" as const, market: "m", orientation: "same" as const, fees: { category: "sports" } }], [{ venue: "kalshi" as const, market: "m", orientation: "same" as const, resolvesAtNs: 5n }]) }),
);

const anyRow: fc.Arbitrary<PairReport> = fc.record({
  pair_id: head.pairId, id: head.id, arb_type: fc.constant("poly_yes_kalshi_no"), timestamp: fc.constantFrom("1970-01-01T00:01:00Z", "2026-02-08"), kalshi_market: fc.constantFrom("m", ""), kalshi_side: fc.constantFrom("no", "yes"), kalshi_price_cents: fc.constantFrom("45", "45.50"), kalshi_quantity: fc.constantFrom("10", "0", "2.5"),
  polymarket_market: fc.constantFrom("m", ""), polymarket_side: fc.constant("yes"), polymarket_price_cents: fc.constantFrom("50", "101"), polymarket_quantity: fc.constantFrom("10", "0", "-1"), polymarket_fees_cents: fc.constantFrom("", "1.5"), polymarket_category: fc.constantFrom("", "crypto_15m"),
});

/** A pair of its own from its first fill to its end: one side fills, then the other and in part, something of it is corrected, it is unwound, merged or asked to close, and its markets settle. */
const anyLife: fc.Arbitrary<PairReport[]> = fc.record({ pair: fc.integer({ min: 0, max: 5 }), fee: fc.constantFrom("", "1.5"), kalshi: fc.constantFrom("10", "8", "0"), parts: fc.integer({ min: 0, max: 3 }), correction: fc.constantFrom("price", "fee", "void", "none"), end: fc.constantFrom("sell", "merge", "close", "none"), result: fc.constantFrom("yes", "no", "refund", "58.5"), last: fc.integer({ min: 5, max: 17 }) })
  .map(({ pair, fee, kalshi, parts, correction, end, result, last }) => {
    const named = (id: string): PairTexts => ({ pair_id: `L${pair}`, id, timestamp: "2026-07-01" });
    const at = { kalshi: { venue: "kalshi", symbol: `KX${pair}` }, polymarket: { venue: "polymarket", symbol: `0x${pair}` } };
    const settled = (of: "kalshi" | "polymarket", stage: string, payout: string): PairTexts => ({ ...named(`${of} ${stage} ${payout}`), type: "pair_settled", venue: of, market: at[of].symbol, stage, payout });
    const first = { account: "a", venue: "kalshi", market: `KX${pair}`, fill: "p0" };
    const steps: PairTexts[] = [
      { ...named("row"), arb_type: "poly_yes_kalshi_no", account: "a", kalshi_market: `KX${pair}`, kalshi_side: "no", kalshi_price_cents: "45", kalshi_quantity: kalshi, polymarket_market: `0x${pair}`, polymarket_side: "yes", polymarket_price_cents: "50", polymarket_quantity: "10", polymarket_fees_cents: fee, polymarket_category: "sports" },
      { ...named("on chain"), type: "pair_confirmed", account: "a", venue: "polymarket", market: `0x${pair}`, fill: "row" },
      ...Array.from({ length: parts }, (_, n): PairTexts => ({ ...named(`p${n}`), ...at.kalshi, account: "a", side: "buy", outcome: "no", quantity: "1.5", price_cents: "33.5", order_id: "o" })),
      ...(correction === "price" ? [{ ...named("c"), type: "pair_fill_amended", ...first, price_cents: "35" }] : correction === "fee" ? [{ ...named("c"), type: "pair_fill_amended", ...first, fee_cents: "3" }] : correction === "void" ? [{ ...named("c"), type: "pair_voided", ...first, why: "failed" }] : []),
      ...(end === "sell" ? [{ ...named("s"), ...at.polymarket, account: "a", side: "sell", outcome: "yes", quantity: "2", price: "0.4" }] : end === "merge" ? [{ ...named("n"), ...at.polymarket, account: "a", side: "buy", outcome: "no", quantity: "2", price: "0.4" }, { ...named("m"), type: "pair_merged", venue: "polymarket", market: `0x${pair}`, quantity: "2" }] : end === "close" ? [{ ...named("ask"), type: "pair_close_asked", by: "Ada" }, { ...named("back"), type: "pair_close_withdrawn", by: "Ada" }] : [{ ...named("set"), type: "pair_split", venue: "polymarket", market: `0x${pair}`, quantity: "1" }]),
      { ...named("over"), type: "pair_market_ended", venue: "polymarket", market: `0x${pair}` },
      settled("kalshi", "provisional", result), settled("kalshi", "final", result), settled("polymarket", "disputed", result), settled("polymarket", "final", result),
      { ...named("claim"), type: "pair_redeemed", venue: "polymarket", market: `0x${pair}`, side: "yes", quantity: "8", payout_cents: "800" },
    ];
    return steps.slice(0, last);
  });

/** Reports of a few pairs, much of which repeats, contradicts or corrects what was said before. */
export const anyPairReports: fc.Arbitrary<PairReport[]> = fc.oneof(fc.array(fc.oneof({ weight: 3, arbitrary: anyPairFact }, { weight: 1, arbitrary: anyRow }), { minLength: 1, maxLength: 12 }), anyLife);
