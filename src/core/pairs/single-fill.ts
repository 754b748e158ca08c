import { multiplyDecimals, zero, type Decimal } from "../num/index.ts";
import { shown } from "../model/index.ts";
import type { PairFilled, PairSide } from "./fact.ts";
import { withScheduleFee } from "./fees.ts";
import { otherSide } from "./leg.ts";
import { EXPECTED, ownFees, type PairedOptions } from "./paired-row.ts";
import { NotOfPairs, TextRow, type PairTexts } from "./text-row.ts";

const HUNDRED: Decimal = { mantissa: 100n, digits: 0 };

/**
 * Reads a fill of one venue: an ordinary fill with a pair. `symbol` (or `market`) is the market, `outcome` the one of its outcomes that was
 * traded, `price` and `fee` are dollars (`price_cents` and `fees_cents` cents). `side` may be the outcome itself, which was then bought.
 * Without an outcome, the pair's type, or else `arb_type`, says which one is held at that venue.
 * @throws NotOfPairs
 */
export function readSingleFill(texts: PairTexts, { pair, feesOf, earlierOf, ...terms }: PairedOptions): PairFilled {
  const row = new TextRow(texts);
  const [pairId, id, time] = [row.required("pair_id"), row.required("id"), row.time()];
  const venue = row.oneOf("venue", ["kalshi", "polymarket"]);
  const market = row.text("symbol") || row.text("market");
  const said = row.oneOf("side", ["buy", "sell", "yes", "no"]);
  const side = said === "yes" || said === "no" ? said : row.text("outcome") === "" ? undefined : row.oneOf("outcome", ["yes", "no"]);
  const arbType = pair?.arbType ?? (row.text("arb_type") === "" ? undefined : row.arbType());
  const expected = arbType === undefined ? undefined : EXPECTED[arbType][venue];
  const isOpposite = pair?.markets.find((one) => one.venue === venue && (one.market === market || market === ""))?.orientation === "opposite";
  const traded: PairSide | undefined = side ?? (expected && (isOpposite ? otherSide(expected) : expected));
  if (traded === undefined) throw new NotOfPairs("outcome", `is empty, and nothing says which outcome was traded: write yes or no, that of the market at ${venue}`);
  const currency = row.text("fee_currency");
  if (!["", "USD", "USDC", "USDC.E", "PUSD"].includes(currency.toUpperCase())) throw new NotOfPairs("fee_currency", `is ${shown(currency)}: fees of a pair are in dollars`);
  const feeShares = row.optional("fee_shares") ?? zero;
  const feeCents = inCents(row, "fees_cents", "fee") ?? (feeShares.mantissa === 0n ? undefined : zero); // what was taken in contracts is the venue's own fee
  const fill: PairFilled = {
    type: "pair_filled", pairId, id, time, account: row.text("account") || "default", venue, market, side: traded, action: said === "sell" ? "sell" : "buy", quantity: row.amount("quantity"),
    priceCents: priceOf(row), grossCents: undefined, feeCents, feeIsComputed: false, feeShares, role: roleOf(row), isFinal: true, orderId: row.text("order_id"),
  };
  return withScheduleFee(fill, feesOf?.(venue, market) ?? ownFees(fill, pair?.markets ?? []), terms, fill.feeCents === undefined ? earlierOf?.(fill) : []);
}

function roleOf(row: TextRow): PairFilled["role"] {
  const text = row.text("liquidity").toLowerCase();
  return text === "maker" || text === "taker" ? text : "";
}

function priceOf(row: TextRow): Decimal {
  if (row.text("price_cents") !== "") return row.cents("price_cents");
  const dollars = row.amount("price");
  const cents = multiplyDecimals(dollars, HUNDRED);
  if (cents.mantissa < 0n || cents.mantissa > 100n * 10n ** BigInt(cents.digits)) throw new NotOfPairs("price", "is not between 0 and 1 dollar: a price in cents goes into price_cents");
  return cents;
}

function inCents(row: TextRow, cents: "fees_cents", dollars: "fee"): Decimal | undefined {
  const own = row.optional(cents);
  if (own !== undefined) return own;
  const fee = row.optional(dollars);
  return fee === undefined ? undefined : multiplyDecimals(fee, HUNDRED);
}
