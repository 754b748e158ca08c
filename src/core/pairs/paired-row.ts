import { formatDecimal, isProblem, readDecimal, zero, type Decimal } from "../num/index.ts";
import { readTime, shown, type Instant } from "../model/index.ts";
import type { AccountGrid, MarketFees } from "../market/index.ts";
import { ARB_TYPES, type ArbType, type PairDefined, type PairFilled, type PairMarket, type PairSide, type PairVenue } from "./fact.ts";
import { withScheduleFee } from "./fees.ts";
import { otherSide } from "./leg.ts";
import type { PairState } from "./state.ts";

/** Columns of a paired fill: both legs in one row. */
export type PairedColumn =
  | "id" | "pair_id" | "arb_type" | "timestamp" | "account"
  | `${PairVenue}_${"market" | "side" | "price_cents" | "quantity" | "fees_cents"}`;
export type PairedTexts = Readonly<Partial<Record<PairedColumn, string | undefined>>>;

/** Why a row is no paired fill. */
export interface PairedProblem {
  readonly column: PairedColumn;
  readonly reason: string;
}

export interface PairedOptions {
  readonly pair?: PairState | undefined; // as it is known, for its orientation
  readonly feesOf?: ((venue: PairVenue, market: string) => MarketFees | undefined) | undefined;
  readonly grid?: AccountGrid | undefined;
}

const EXPECTED: Readonly<Record<ArbType, Partial<Record<PairVenue, PairSide>>>> = {
  poly_yes_kalshi_no: { polymarket: "yes", kalshi: "no" },
  kalshi_yes_poly_no: { kalshi: "yes", polymarket: "no" },
  kalshi_only: {},
  poly_only: {},
};

class NotPaired extends Error {
  readonly column: PairedColumn;
  constructor(column: PairedColumn, reason: string) {
    super(reason);
    this.column = column;
  }
}

/**
 * Reads a row with both legs. A leg with quantity 0 did not fill and gives no fact; an empty fee is computed from the schedule of
 * the day. A pair that is new is defined by its first row, both markets of one orientation.
 * @returns the facts, to be booked in this order, or the column that cannot be read and why
 */
export function readPairedFill(texts: PairedTexts, { pair, feesOf, grid = 2 }: PairedOptions = {}): readonly (PairDefined | PairFilled)[] | PairedProblem {
  try {
    const row = new Row(texts);
    const [pairId, id, time] = [row.required("pair_id"), row.required("id"), row.time()];
    const arbType = row.arbType();
    if (pair?.isDefined === true && pair.arbType !== arbType) throw new NotPaired("arb_type", `is ${arbType}, and the pair ${pairId} is ${pair.arbType ?? "of no type"}`);
    const fills = (["kalshi", "polymarket"] as const).flatMap((venue): PairFilled[] => {
      const fill = row.leg(venue, { pairId, id, time });
      return fill === undefined ? [] : [withScheduleFee(fill, feesOf?.(venue, fill.market), grid)];
    });
    const markets = definedMarkets(arbType, row);
    fills.forEach((fill) => {
      checkSide(fill, arbType, pair?.isDefined === true ? pair.markets : markets);
    });
    const isNew = pair === undefined || !pair.isDefined;
    return [...(isNew ? [{ type: "pair_defined" as const, pairId, id: "row", time, arbType, markets }] : []), ...fills];
  } catch (error) {
    if (error instanceof NotPaired) return { column: error.column, reason: error.message };
    throw error;
  }
}

function definedMarkets(arbType: ArbType, row: Row): PairMarket[] {
  const venues: readonly PairVenue[] = arbType === "kalshi_only" ? ["kalshi"] : arbType === "poly_only" ? ["polymarket"] : ["kalshi", "polymarket"];
  return venues.map((venue) => ({ venue, market: row.text(`${venue}_market`), orientation: "same" }));
}

/** A pair hedges: where both sides of a row say otherwise, one of its markets is turned round, and somebody has to say so. */
function checkSide({ venue, side, market }: PairFilled, arbType: ArbType, markets: readonly PairMarket[]): void {
  const expected = EXPECTED[arbType][venue];
  const orientation = markets.find((one) => one.venue === venue && (one.market === market || market === ""))?.orientation ?? "same";
  const ofPair = orientation === "same" ? side : otherSide(side);
  if (expected === undefined || expected === ofPair) return;
  throw new NotPaired(`${venue}_side`, `is ${side}, and a pair of type ${arbType} holds ${expected} there; where YES of one market is NO of the other, define the pair with orientation opposite first`);
}

class Row {
  readonly #texts: PairedTexts;

  constructor(texts: PairedTexts) {
    this.#texts = texts;
  }

  text(column: PairedColumn): string {
    return (this.#texts[column] ?? "").trim();
  }

  required(column: PairedColumn): string {
    const text = this.text(column);
    if (text === "") throw new NotPaired(column, "is empty");
    return text;
  }

  time(): Instant {
    const time = readTime(this.required("timestamp"));
    if ("problem" in time) throw new NotPaired("timestamp", time.why);
    return time;
  }

  arbType(): ArbType {
    const text = this.required("arb_type");
    const found = ARB_TYPES.find((one) => one === text);
    if (found === undefined) throw new NotPaired("arb_type", `${shown(text)} is none of ${ARB_TYPES.join(", ")}`);
    return found;
  }

  leg(venue: PairVenue, head: Pick<PairFilled, "pairId" | "id" | "time">): PairFilled | undefined {
    const quantity = this.text(`${venue}_quantity`) === "" ? zero : this.#amount(`${venue}_quantity`);
    if (quantity.mantissa === 0n) return undefined;
    if (quantity.mantissa < 0n) throw new NotPaired(`${venue}_quantity`, `is ${formatDecimal(quantity)}: a paired fill buys both legs`);
    const side = this.required(`${venue}_side`).toLowerCase();
    if (side !== "yes" && side !== "no") throw new NotPaired(`${venue}_side`, `${shown(side)} is neither yes nor no`);
    const priceCents = this.#amount(`${venue}_price_cents`);
    if (priceCents.mantissa < 0n || priceCents.mantissa > 100n * 10n ** BigInt(priceCents.digits)) throw new NotPaired(`${venue}_price_cents`, `is ${formatDecimal(priceCents)}: a contract costs 0 to 100 cents`);
    return {
      type: "pair_filled", ...head, account: this.text("account") || "default", venue, market: this.text(`${venue}_market`), side, action: "buy", quantity, priceCents, grossCents: undefined,
      feeCents: this.text(`${venue}_fees_cents`) === "" ? undefined : this.#amount(`${venue}_fees_cents`), feeIsComputed: false, feeShares: zero, role: "", isFinal: true, orderId: "",
    };
  }

  #amount(column: PairedColumn): Decimal {
    const value = readDecimal(this.required(column));
    if (isProblem(value)) throw new NotPaired(column, value.why);
    return value;
  }
}
