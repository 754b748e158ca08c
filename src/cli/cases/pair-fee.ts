import { addDecimals, compareDecimals, divideDecimals, formatDecimal, isProblem, kalshiFee, kalshiOrderFees, multiplyDecimals, polymarketFee, readDecimal, subtractDecimals, type Decimal } from "../../index.ts";

/** What a fee model is given of a leg. */
export interface FeeInput {
  readonly model: string;
  readonly quantity: Decimal;
  readonly priceCents: Decimal;
  readonly orderedQuantity: Decimal | undefined;
}

const HUNDRED = decimal("100");
/** Decimals of a p/q that is to be a plain decimal. */
const MOST_DIGITS = 18;

/**
 * The fee that a case's `fee_model` comes to, in cents.
 * @returns undefined where the model names no rate: `shares` alone is taken out of the quantity already
 * @throws Error for a model that is not known
 */
export function modelFee({ model, quantity, priceCents, orderedQuantity }: FeeInput): Decimal | undefined {
  const [kind = "", a = "", b = ""] = model.split(":");
  const price = divideDecimals(priceCents, HUNDRED, MOST_DIGITS, "half_even");
  switch (kind) {
    case "none":
      return decimal("0");
    case "recorded":
      return fraction(a);
    case "k_cent":
      return inCents(kalshiFee(quantity, price, fraction(a), 2));
    case "k_cc":
      return inCents(kalshiFee(quantity, price, fraction(a)));
    case "lots":
      return orderFee(b, quantity, price, (lot) => kalshiFee(lot, price, fraction(a)));
    case "acc": {
      const fees = b.split("|").map(fraction);
      return orderFee(a, quantity, price, (_lot, i) => fees[Math.min(i, fees.length - 1)]!);
    }
    case "p":
      return inCents(polymarketFee(quantity, price, { rate: fraction(a), exponent: 1, timesPrice: false, digits: 5, buyerPaysIn: "usdc" }, "buy").usdc);
    case "shares": {
      if (a === "" || orderedQuantity === undefined) return undefined;
      const received = sharesReceived(orderedQuantity, price, fraction(a));
      if (compareDecimals(received, quantity) !== 0) throw new Error(`of ${formatDecimal(orderedQuantity)} shares ${formatDecimal(received)} come, not ${formatDecimal(quantity)}`);
      return decimal("0");
    }
    default:
      throw new Error(`the fee model ${model} is not known`);
  }
}

/** What a buyer gets who pays in shares. */
export function sharesReceived(ordered: Decimal, price: Decimal, rate: Decimal): Decimal {
  return subtractDecimals(ordered, polymarketFee(ordered, price, { rate, exponent: 1, timesPrice: false, digits: 5, buyerPaysIn: "shares" }, "buy").shares);
}

function orderFee(lots: string, quantity: Decimal, price: Decimal, tradeFeeOf: (contracts: Decimal, i: number) => Decimal): Decimal {
  const contracts = lots.split("|").map(fraction);
  const all = contracts.reduce(addDecimals);
  if (compareDecimals(all, quantity) !== 0) throw new Error(`the lots come to ${formatDecimal(all)} contracts, not ${formatDecimal(quantity)}`);
  const fees = kalshiOrderFees(contracts.map((lot, i) => ({ contracts: lot, price, action: "buy", tradeFee: tradeFeeOf(lot, i) })), 2);
  return inCents(fees.map(({ netFee }) => netFee).reduce(addDecimals));
}

function inCents(dollars: Decimal): Decimal {
  return multiplyDecimals(dollars, HUNDRED);
}

/** The number of a decimal text. */
export function decimal(text: string): Decimal {
  const value = readDecimal(text);
  if (isProblem(value)) throw new Error(value.why);
  return value;
}

/** The number of `p/q` or of a decimal text; it must end. */
export function fraction(text: string): Decimal {
  const [over = "", under = "1"] = text.split("/");
  const quotient = divideDecimals(decimal(over), decimal(under), MOST_DIGITS, "half_even");
  if (compareDecimals(multiplyDecimals(quotient, decimal(under)), decimal(over)) !== 0) throw new Error(`${text} has no end as a decimal`);
  return quotient;
}
