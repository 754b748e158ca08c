import { byVenue, compareDecimals, divideDecimals, formatDecimal, NO_WINS, PairTracker, pnlIf, YES_WINS, type Decimal, type Ending, type PairState, type PairVenue, type PairView } from "../../index.ts";
import { decimal, fraction, modelFee, sharesReceived } from "./pair-fee.ts";
import { isNear, rational } from "./rational.ts";

interface CaseLeg {
  readonly venue: PairVenue;
  readonly side: "YES" | "NO";
  readonly qty: string;
  readonly gross_cost_cents: string;
  readonly fee_cents: string;
  readonly fee_model: string;
  readonly role?: "maker" | "taker";
  readonly price_cents?: string;
  readonly ordered_qty?: string;
}

/** One case of a pairs file: cents and contracts as decimal text. */
export interface PairCase {
  readonly id: string;
  readonly arb_type: string;
  readonly legs: readonly CaseLeg[];
  readonly expect: Readonly<Record<string, unknown>>;
}

const TOLERANCE = { over: 1n, under: 100_000_000n };
const PRICE_DIGITS = 12;
const PAIR = "case";

/** How a case calls a figure, and where it stands in a pair. */
const FIGURES: Readonly<Record<string, (view: PairView) => unknown>> = {
  cost_cents: ({ costCents }) => costCents,
  fees_cents: ({ feesCents }) => feesCents,
  yes_qty: ({ yesQuantity }) => yesQuantity,
  no_qty: ({ noQuantity }) => noQuantity,
  hedged_qty: ({ hedgedQuantity }) => hedgedQuantity,
  unhedged_side: ({ unhedgedSide }) => unhedgedSide?.toUpperCase() ?? null,
  unhedged_qty: ({ unhedgedQuantity }) => unhedgedQuantity,
  fully_hedged: ({ isFullyHedged }) => isFullyHedged,
  guaranteed_profit_cents: ({ guaranteedProfitCents }) => guaranteedProfitCents,
  guaranteed_profit_cents_floor: ({ guaranteedProfitWholeCents }) => guaranteedProfitWholeCents,
  max_profit_cents: ({ maxProfitCents }) => maxProfitCents,
  max_loss_cents: ({ maxLossCents }) => maxLossCents,
  max_loss_cents_ceil: ({ maxLossWholeCents }) => maxLossWholeCents,
  locked_profit_on_hedged_cents: ({ lockedProfitOnHedgedCents }) => lockedProfitOnHedgedCents,
  worst_with_divergence_cents: ({ worstWithDivergenceCents }) => worstWithDivergenceCents,
  realized_cents: ({ realizedPnlCents }) => realizedPnlCents,
  status: ({ status }) => status,
  mergeable_now: ({ mergeableQuantity }) => mergeableQuantity !== "0",
  mergeable_qty: ({ mergeableQuantity }) => mergeableQuantity,
  open_qty: ({ legs }) => formatDecimal(legs.map(({ openQuantity }) => decimal(openQuantity)).reduce((a, b) => (compareDecimals(a, b) > 0 ? a : b))),
  remaining_cost_cents: ({ capitalLockedCents }) => capitalLockedCents,
  capital_locked_cents: ({ capitalLockedCents }) => capitalLockedCents,
};

/** Runs a case through the library. Returns what differs, nothing when it is met. */
export function runPairCase(of: PairCase): string[] {
  const tracker = new PairTracker({ now: () => 0n });
  const wrongFees = of.legs.flatMap((leg, i) => {
    const problem = record(tracker, of, leg, i);
    return problem === undefined ? [] : [problem];
  });
  const [view, state] = [tracker.getPosition(PAIR), tracker.book.pair(PAIR)];
  if (view === undefined || state === undefined) return ["no pair came of it"];
  const { extra, ...plain } = of.expect;
  const expected = Object.entries({ ...plain, ...(extra as object | undefined) });
  return [...wrongFees, ...expected.flatMap(([name, wanted]) => differences(name, wanted, view, state))];
}

/** Tells the tracker a leg, and compares its fee with what the model comes to. */
function record(tracker: PairTracker, of: PairCase, leg: CaseLeg, i: number): string | undefined {
  const [quantity, gross] = [decimal(leg.qty), decimal(leg.gross_cost_cents)];
  if (quantity.mantissa === 0n) return undefined;
  const [recorded] = tracker.recordFill({
    type: "pair_filled", pairId: PAIR, id: `${i}`, time: { ns: BigInt(i), unit: "ns" }, account: "default", venue: leg.venue, market: PAIR, side: leg.side.toLowerCase() as "yes" | "no", action: "buy", quantity,
    priceCents: divideDecimals(gross, quantity, PRICE_DIGITS, "half_even"), grossCents: gross, feeCents: decimal(leg.fee_cents), feeIsComputed: false, feeShares: decimal("0"), role: leg.role ?? "", isFinal: true, orderId: "",
  }) as readonly { is: string; why?: string }[];
  if (recorded?.is !== "new") throw new Error(`leg ${i + 1} of ${of.id} is ${recorded?.is ?? "lost"}: ${recorded?.why ?? ""}`);
  if (leg.price_cents === undefined) return undefined;
  const fee = modelFee({ model: leg.fee_model, quantity, priceCents: decimal(leg.price_cents), orderedQuantity: leg.ordered_qty === undefined ? undefined : decimal(leg.ordered_qty) });
  return fee === undefined || agrees(leg.fee_cents, formatDecimal(fee)) ? undefined : `fee of leg ${i + 1} by ${leg.fee_model}: expected ${leg.fee_cents}, found ${formatDecimal(fee)}`;
}

function differences(name: string, wanted: unknown, view: PairView, state: PairState): string[] {
  const figure = FIGURES[name];
  const found = figure === undefined ? pnlNamed(name, state) : figure(view);
  if (found === undefined) return [`${name}: no such figure`];
  const isMet = name === "status" ? `${wanted as string}`.toLowerCase() === found : typeof wanted === "boolean" ? wanted === found : agrees(wanted as string | number | null, found as string | null);
  return isMet ? [] : [`${name}: expected ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`];
}

const ENDING = "(yes|no|50_50|scalar_\\d+(?:[._]\\d+)?|void|refund)";
const BY_VENUE = new RegExp(`^(?:pnl_if_)?(?:kalshi_${ENDING})?_?(?:poly(?:market)?_${ENDING})?$`);
const EVERYWHERE = new RegExp(`^(?:pnl_if_)?${ENDING}(?:_everywhere)?$`);

/** P&L under the endings that a name spells out, as `kalshi_scalar_60_poly_no`. Undefined where it does not say how every market ends. */
function pnlNamed(name: string, state: PairState): string | undefined {
  const [, everywhere] = EVERYWHERE.exec(name) ?? [];
  const [, kalshi = everywhere, polymarket = everywhere]: readonly (string | undefined)[] = BY_VENUE.exec(name) ?? [];
  const words = { kalshi, polymarket };
  if (state.legs.some(({ venue }) => words[venue] === undefined)) return undefined;
  return formatDecimal(pnlIf(state, byVenue(endingOf(kalshi ?? "yes"), endingOf(polymarket ?? "yes"))));
}

function endingOf(word: string): Ending {
  if (word === "yes") return YES_WINS;
  if (word === "no") return NO_WINS;
  if (word === "void" || word === "refund") return { is: "refund" };
  return { is: "cents", cents: word === "50_50" ? decimal("50") : decimal(word.slice("scalar_".length).replace("_", ".")) };
}

function agrees(expected: string | number | null, found: string | null): boolean {
  if (expected === null || found === null || typeof expected === "string" && !/\d/.test(expected)) return expected === found;
  return isNear(rational(`${expected}`), rational(found), TOLERANCE);
}

/** A published price list or recorded fees, as cases: what it says, and what the library comes to. */
export interface FeeCase {
  readonly id: string;
  readonly run: () => string[];
}

interface FeeTables {
  readonly kalshi_published_table_cents?: readonly Readonly<Record<string, number>>[];
  readonly polymarket_published_table_100_shares_cents?: Readonly<Record<string, { readonly rate: string; readonly fee: Readonly<Record<string, number>> }>>;
  readonly recorded_fee_checks?: readonly RecordedFee[];
}
interface RecordedFee {
  readonly name: string;
  readonly fee_model: string;
  readonly contracts?: string;
  readonly price_cents?: string;
  readonly recorded_fee_cents?: string;
  readonly formula_fee_cents?: string;
  readonly recorded_shares_received?: string;
  readonly formula_shares_received?: string;
  readonly match: boolean;
}

/** The fee tables of a pairs file, a case for each figure. */
export function feeCases({ kalshi_published_table_cents: kalshi = [], polymarket_published_table_100_shares_cents: polymarket = {}, recorded_fee_checks: recorded = [] }: FeeTables): FeeCase[] {
  const compared = (id: string, expected: string, found: () => Decimal): FeeCase => ({
    id, run: () => { const fee = formatDecimal(found()); return agrees(expected, fee) ? [] : [`expected ${expected}, found ${fee}`]; },
  });
  return [
    ...kalshi.flatMap(({ price_cents: price, ...fees }) => Object.entries(fees).map(([name, fee]) => {
      const contracts = name.slice("fee_".length);
      return compared(`Kalshi table, ${contracts} at ${price}`, `${fee}`, () => modelFee({ model: "k_cent:7/100", quantity: decimal(contracts), priceCents: decimal(`${price}`), orderedQuantity: undefined })!);
    })),
    ...Object.entries(polymarket).flatMap(([category, { rate, fee }]) => Object.entries(fee).map(([price, cents]) =>
      // the page shows its fees to the cent
      compared(`Polymarket table, ${category} at ${price}`, `${cents}`, () => divideDecimals(modelFee({ model: `p:${rate}`, quantity: decimal("100"), priceCents: decimal(price), orderedQuantity: undefined })!, decimal("1"), 0, "half_up")))),
    ...recorded.map((one) => ({ id: one.name, run: () => recordedFee(one) })),
  ];
}

/** A fee that a venue charged: the formula is met, and whether the venue's own differs is reported as the case says. */
function recordedFee(of: RecordedFee): string[] {
  const isShares = of.fee_model.startsWith("shares");
  const [, quantity = of.contracts, price = of.price_cents] = isShares ? (/([\d.]+)@([\d.]+)/.exec(of.name) ?? []) : [];
  if (quantity === undefined || price === undefined) return ["does not say how many contracts at which price"];
  const found = isShares ? receivedBy(of.fee_model, quantity, price) : modelFee({ model: of.fee_model, quantity: decimal(quantity), priceCents: decimal(price), orderedQuantity: undefined });
  if (found === undefined) return [`the fee model ${of.fee_model} names no rate`];
  const [formula, recorded] = isShares ? [of.formula_shares_received, of.recorded_shares_received] : [of.formula_fee_cents, of.recorded_fee_cents];
  const computed = formatDecimal(found);
  const wrong = formula === undefined || agrees(formula, computed) ? [] : [`formula: expected ${formula}, found ${computed}`];
  const isMatch = recorded !== undefined && agrees(recorded, computed);
  return isMatch === of.match ? wrong : [...wrong, `recorded ${recorded ?? "nothing"}, computed ${computed}: expected ${of.match ? "no difference" : "a difference"}`];
}

function receivedBy(model: string, quantity: string, price: string): Decimal {
  return sharesReceived(decimal(quantity), divideDecimals(decimal(price), decimal("100"), PRICE_DIGITS, "half_even"), fraction(model.split(":")[1] ?? ""));
}
