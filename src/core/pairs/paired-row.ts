import { formatDecimal, zero } from "../num/index.ts";
import { shown } from "../model/index.ts";
import type { MarketFees } from "../market/index.ts";
import type { ArbType, PairDefined, PairFilled, PairMarket, PairSide, PairVenue } from "./fact.ts";
import { withScheduleFee, type FeeTerms } from "./fees.ts";
import { otherSide } from "./leg.ts";
import type { PairState } from "./state.ts";
import { NotOfPairs, TextRow, type PairedProblem, type PairedTexts } from "./text-row.ts";

export interface PairedOptions extends FeeTerms {
  readonly pair?: PairState | undefined; // as it is known, for its orientation
  readonly feesOf?: ((venue: PairVenue, market: string) => MarketFees | undefined) | undefined;
  readonly earlierOf?: ((fill: PairFilled) => readonly PairFilled[]) | undefined; // booked fills of the same order, oldest first
}

/** Which of the pair's outcomes a type holds where. */
export const EXPECTED: Readonly<Record<ArbType, Partial<Record<PairVenue, PairSide>>>> = {
  poly_yes_kalshi_no: { polymarket: "yes", kalshi: "no" },
  kalshi_yes_poly_no: { kalshi: "yes", polymarket: "no" },
  kalshi_only: {},
  poly_only: {},
};

/**
 * Reads a row with both legs. A leg with quantity 0 did not fill and gives no fact; an empty fee is computed from the schedule of
 * the day. A pair that is new is defined by its first row, both markets of one orientation.
 * @returns the facts, to be booked in this order, or the column that cannot be read and why
 */
export function readPairedFill(texts: PairedTexts, { pair, feesOf, ...terms }: PairedOptions = {}): readonly (PairDefined | PairFilled)[] | PairedProblem {
  try {
    const row = new TextRow(texts);
    const [pairId, id, time] = [row.required("pair_id"), row.required("id"), row.time()];
    const arbType = row.arbType();
    if (pair?.isDefined === true && pair.arbType !== arbType) throw new NotOfPairs("arb_type", `is ${arbType}, and the pair ${pairId} is ${pair.arbType ?? "of no type"}`);
    if (row.text("kalshi_quantity") === "" && row.text("polymarket_quantity") === "") throw new NotOfPairs("kalshi_quantity", "is empty, and polymarket_quantity too: a leg that did not fill has 0; a fill of one venue names it in venue");
    const markets = definedMarkets(arbType, row);
    const fills = (["kalshi", "polymarket"] as const).flatMap((venue): PairFilled[] => {
      const fill = legOf(row, venue, { pairId, id, time });
      return fill === undefined ? [] : [withScheduleFee(fill, feesOf?.(venue, fill.market) ?? ownFees(fill, pair?.isDefined === true ? pair.markets : markets), terms)];
    });
    fills.forEach((fill) => {
      checkSide(fill, arbType, pair?.isDefined === true ? pair.markets : markets);
    });
    const isNew = pair === undefined || !pair.isDefined;
    return [...(isNew ? [{ type: "pair_defined" as const, pairId, id: "row", time, arbType, markets, account: row.text("account") || "default" }] : []), ...fills];
  } catch (error) {
    if (error instanceof NotOfPairs) return { column: error.column, reason: error.message };
    throw error;
  }
}

function definedMarkets(arbType: ArbType, row: TextRow): PairMarket[] {
  const venues: readonly PairVenue[] = arbType === "kalshi_only" ? ["kalshi"] : arbType === "poly_only" ? ["polymarket"] : ["kalshi", "polymarket"];
  const category = row.text("polymarket_category");
  return venues.map((venue) => ({ venue, market: row.text(`${venue}_market`), orientation: "same", ...(venue === "polymarket" && category !== "" ? { fees: { category } } : {}) }));
}

/** What the market of a fill says of its fees. */
export function ownFees({ venue, market }: Pick<PairFilled, "venue" | "market">, markets: readonly PairMarket[]): PairMarket["fees"] {
  return markets.find((one) => one.venue === venue && (one.market === market || market === ""))?.fees;
}

/** A pair hedges: where both sides of a row say otherwise, one of its markets is turned round, and somebody has to say so. */
function checkSide({ venue, side, market }: PairFilled, arbType: ArbType, markets: readonly PairMarket[]): void {
  const expected = EXPECTED[arbType][venue];
  const orientation = markets.find((one) => one.venue === venue && (one.market === market || market === ""))?.orientation ?? "same";
  const ofPair = orientation === "same" ? side : otherSide(side);
  if (expected === undefined || expected === ofPair) return;
  throw new NotOfPairs(`${venue}_side`, `is ${side}, and a pair of type ${arbType} holds ${expected} there; where YES of one market is NO of the other, define the pair with orientation opposite first`);
}

function legOf(row: TextRow, venue: PairVenue, head: Pick<PairFilled, "pairId" | "id" | "time">): PairFilled | undefined {
  const quantity = row.text(`${venue}_quantity`) === "" ? zero : row.amount(`${venue}_quantity`);
  if (quantity.mantissa === 0n) return undefined;
  if (quantity.mantissa < 0n) throw new NotOfPairs(`${venue}_quantity`, `is ${formatDecimal(quantity)}: a paired fill buys both legs`);
  const side = row.required(`${venue}_side`).toLowerCase();
  if (side !== "yes" && side !== "no") throw new NotOfPairs(`${venue}_side`, `${shown(side)} is neither yes nor no`);
  const priceCents = row.cents(`${venue}_price_cents`);
  return {
    type: "pair_filled", ...head, account: row.text("account") || "default", venue, market: row.text(`${venue}_market`), side, action: "buy", quantity, priceCents, grossCents: undefined,
    feeCents: row.text(`${venue}_fees_cents`) === "" ? undefined : row.amount(`${venue}_fees_cents`), feeIsComputed: false, feeShares: zero, role: "", isFinal: true, orderId: "",
  };
}
