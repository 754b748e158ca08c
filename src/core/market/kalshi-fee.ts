import { addDecimals, compareDecimals, multiplyDecimals, negatedDecimal, roundDecimal, subtractDecimals, zero, type Decimal } from "../num/index.ts";

/** Decimals of a dollar that a balance is kept to: 2 for most accounts, 4 for direct members. */
export type AccountGrid = 2 | 4;

/** One fill of an order, in dollars. */
export interface KalshiLot {
  readonly contracts: Decimal; // > 0
  readonly price: Decimal; // of one contract, 0 to 1
  readonly action: "buy" | "sell";
  readonly tradeFee: Decimal; // what the fee model gives, already at 0.0001
}

/** What became of the fee of one fill, in dollars. */
export interface KalshiLotFee {
  readonly rounding: Decimal; // what brings the balance to the account's grid
  readonly rebate: Decimal; // 0.01 where the order's roundings have passed a cent
  readonly accumulator: Decimal; // of the order, after the rebate
  readonly netFee: Decimal; // trade fee + rounding − rebate; below 0 where a rebate meets a fill that paid less than a cent
}

const ONE: Decimal = { mantissa: 1n, digits: 0 };
const CENT: Decimal = { mantissa: 1n, digits: 2 };
/** Decimals of a dollar that the fee model's fee is rounded up to. */
const TRADE_FEE_DIGITS = 4;

/**
 * rate × contracts × p × (1 − p) in dollars, rounded up.
 * @param price of a contract in dollars, 0 to 1
 * @param rate the series' multiplier included
 * @param digits decimals of a dollar that are kept: 2 is whole cents
 * @see docs.kalshi.com/getting_started/fee_rounding
 * @example kalshiFee({ mantissa: 100n, digits: 0 }, { mantissa: 5n, digits: 1 }, { mantissa: 7n, digits: 2 }, 2) // => { mantissa: 175n, digits: 2 }
 */
export function kalshiFee(contracts: Decimal, price: Decimal, rate: Decimal, digits: number = TRADE_FEE_DIGITS): Decimal {
  return roundDecimal([contracts, price, subtractDecimals(ONE, price)].reduce(multiplyDecimals, rate), digits, "ceiling");
}

/**
 * The net fees of the fills of one order, oldest first. The balance after each fill is floored to the account's grid; what that
 * takes adds up over the order, whether its fills made or took, and each time it passes a cent a cent comes back.
 * @see docs.kalshi.com/getting_started/fee_rounding, whose worked examples are tests
 */
export function kalshiOrderFees(lots: readonly KalshiLot[], grid: AccountGrid): KalshiLotFee[] {
  let accumulator = zero;
  return lots.map(({ contracts, price, action, tradeFee }) => {
    const amount = multiplyDecimals(contracts, price);
    const change = subtractDecimals(action === "buy" ? negatedDecimal(amount) : amount, tradeFee);
    const rounding = subtractDecimals(change, roundDecimal(change, grid, "floor"));
    accumulator = addDecimals(accumulator, rounding);
    const rebate = compareDecimals(accumulator, CENT) > 0 ? CENT : zero;
    accumulator = subtractDecimals(accumulator, rebate);
    return { rounding, rebate, accumulator, netFee: subtractDecimals(addDecimals(tradeFee, rounding), rebate) };
  });
}
