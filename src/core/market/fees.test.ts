import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDecimals, compareDecimals, formatDecimal, isProblem, multiplyDecimals, readDecimal, roundDecimal, subtractDecimals, zero, type Decimal } from "../num/index.ts";
import { kalshiFee, kalshiOrderFees, kalshiTerms, polymarketFee, polymarketTerms, type KalshiLot, type PolymarketTerms } from "./index.ts";

const read = (text: string): Decimal => {
  const value = readDecimal(text);
  if (isProblem(value)) throw new Error(value.why);
  return value;
};
const lot = (contracts: string, price: string, tradeFee: string, action: "buy" | "sell" = "buy"): KalshiLot => ({ contracts: read(contracts), price: read(price), tradeFee: read(tradeFee), action });

test.each([["1", "0.50", "2"], ["100", "0.50", "175"], ["100", "0.01", "7"], ["1", "0.01", "1"], ["114", "0.09", "66"], ["7", "0.84", "7"], ["1000", "0.45", "1733"]])("Kalshi charges for %s contracts at %s whole cents: %s", (contracts, price, cents) => {
  expect(formatDecimal(kalshiFee(read(contracts), read(price), read("0.07"), 2))).toBe(formatDecimal({ mantissa: BigInt(cents), digits: 2 }).replace(/(\.\d)0$/, "$1"));
});

test.each([["132", "0.92", "0.07", "0.6801"], ["52", "0.74", "0.07", "0.7004"], ["4", "0.98", "0.07", "0.0055"], ["1", "0.48", "0.035", "0.0088"]])("a direct member pays for %s at %s and rate %s: %s", (contracts, price, rate, dollars) => {
  expect(formatDecimal(kalshiFee(read(contracts), read(price), read(rate)))).toBe(dollars);
});

describe("the accumulator of an order, on an account of whole cents:", () => {
  const shown = (lots: KalshiLot[]) => kalshiOrderFees(lots, 2).map(({ rounding, rebate, netFee }) => [rounding, rebate, netFee].map(formatDecimal).join(" "));

  test("prices finer than a cent", () => {
    expect(shown(Array.from({ length: 3 }, () => lot("1", "0.055", "0.0085")))).toEqual(["0.0065 0 0.015", "0.0065 0.01 0.005", "0.0065 0 0.015"]);
  });

  test("parts of a contract", () => {
    expect(shown(Array.from({ length: 3 }, () => lot("0.3", "0.5", "0.0041")))).toEqual(["0.0059 0 0.01", "0.0059 0.01 0", "0.0059 0 0.01"]);
  });

  test("both at once", () => {
    expect(shown(Array.from({ length: 3 }, () => lot("0.03", "0.3301", "0.0005")))).toEqual(["0.009597 0 0.010097", "0.009597 0.01 0.000097", "0.009597 0.01 0.000097"]);
  });

  test("a cent that is reached and not passed stays: of a hundred single contracts at 50, the fills 5, 9, … 97 get one back", () => {
    const fees = kalshiOrderFees(Array.from({ length: 100 }, () => lot("1", "0.5", "0.0175")), 2);
    expect(fees.flatMap(({ rebate }, i) => (rebate === zero ? [] : [i + 1]))).toEqual(Array.from({ length: 24 }, (_, i) => 5 + 4 * i));
    expect(formatDecimal(fees.map(({ netFee }) => netFee).reduce(addDecimals))).toBe("1.76");
  });

  test("a sale is floored likewise: 45 cents less 0.41 become 44", () => {
    expect(shown([lot("0.9", "0.5", "0.0041", "sell")])).toEqual(["0.0059 0 0.01"]);
  });

  test("the balance stays on the grid, and an order pays at most a cent more than its trade fees, in however many fills", () => {
    const anyLot = fc.tuple(fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 1, max: 9_999 }), fc.constantFrom("buy" as const, "sell" as const), fc.constantFrom("0.07", "0.0175", "0.035"))
      .map(([hundredths, bps, action, rate]): KalshiLot => {
        const [contracts, price] = [{ mantissa: BigInt(hundredths), digits: 2 }, { mantissa: BigInt(bps), digits: 4 }];
        return { contracts, price, action, tradeFee: kalshiFee(contracts, price, read(rate)) };
      });
    fc.assert(fc.property(fc.array(anyLot, { minLength: 1, maxLength: 30 }), fc.constantFrom(2 as const, 4 as const), (lots, grid) => {
      const fees = kalshiOrderFees(lots, grid);
      let balance = zero;
      fees.forEach(({ netFee }, i) => {
        const { contracts, price, action } = lots[i]!;
        const amount = multiplyDecimals(contracts, price);
        balance = subtractDecimals(action === "buy" ? subtractDecimals(balance, amount) : addDecimals(balance, amount), netFee);
        expect(roundDecimal(balance, grid, "floor")).toEqual(balance);
      });
      const over = subtractDecimals(fees.map(({ netFee }) => netFee).reduce(addDecimals), lots.map(({ tradeFee }) => tradeFee).reduce(addDecimals));
      expect(over.mantissa >= 0n && compareDecimals(over, read("0.01")) <= 0).toBe(true);
    }));
  });
});

describe("Polymarket", () => {
  const usdc = (rate: string): PolymarketTerms => ({ rate: read(rate), exponent: 1, timesPrice: false, digits: 5, buyerPaysIn: "usdc" });
  test.each([["100", "0.55", "0.04", "0.99"], ["100", "0.47", "0.03", "0.7473"], ["25", "0.13", "0.05", "0.14138"], ["100", "0.48", "0.07", "1.7472"], ["0.01", "0.01", "0.05", "0"], ["0.2", "0.001", "0.05", "0"]])("%s shares at %s and rate %s cost %s USDC", (shares, price, rate, fee) => {
    expect(formatDecimal(polymarketFee(read(shares), read(price), usdc(rate), "buy").usdc)).toBe(fee);
  });

  test("a buyer of five shares at 29 under rate 0.03 received 4.8935 while fees were taken in shares; a seller paid USDC", () => {
    const terms = { ...usdc("0.03"), buyerPaysIn: "shares" as const };
    expect(formatDecimal(polymarketFee(read("5"), read("0.29"), terms, "buy").shares)).toBe("0.1065");
    expect(formatDecimal(polymarketFee(read("5"), read("0.29"), terms, "sell").usdc)).toBe("0.03089");
  });

  test.each([["0.10", "0.0203"], ["0.50", "0.7813"], ["0.60", "0.864"], ["0.90", "0.1823"]])("the curve of early 2026 at %s costs %s per hundred sold", (price, fee) => {
    const terms = polymarketTerms("2026-03-08", { category: "crypto" })!;
    expect(formatDecimal(polymarketFee(read("100"), read(price), terms, "sell").usdc)).toBe(fee);
  });

  test("and takes a buyer's 1.5625 shares of a hundred at 50", () => {
    expect(formatDecimal(polymarketFee(read("100"), read("0.5"), polymarketTerms("2026-02-09", { category: "crypto_15m" })!, "buy").shares)).toBe("1.5625");
  });
});

describe("the schedules by date", () => {
  const rateOf = (at: string, category: string) => {
    const terms = polymarketTerms(at, { category });
    return terms && `${formatDecimal(terms.rate)} in ${terms.buyerPaysIn}`;
  };
  test.each([
    ["2025-12-31", "crypto_15m", "0 in shares"], ["2026-02-09", "crypto_15m", "0.25 in shares"], ["2026-02-09", "politics", "0 in shares"], ["2026-03-05", "crypto", "0 in shares"], ["2026-03-30", "crypto", "0.072 in shares"],
    ["2026-04-27T23:59:59Z", "sports", "0.03 in shares"], ["2026-04-28", "sports", "0.03 in usdc"], ["2026-05-06", "crypto", "0.07 in usdc"], ["2026-07-09", "sports", "0.03 in usdc"], ["2026-07-10", "sports", "0.05 in usdc"],
    ["2026-09-01", "geopolitics", "0 in usdc"], ["2026-09-01", "horoscopes", undefined],
  ])("on %s %s pays %s", (at, category, expected) => {
    expect(rateOf(at, category)).toBe(expected);
  });

  test("a market's own rate goes before its category", () => {
    expect(formatDecimal(polymarketTerms("2026-08-04", { rate: "0.05", category: "crypto" })!.rate)).toBe("0.05");
  });

  const kalshi = (ticker: string, at: string, own = {}) => {
    const terms = kalshiTerms(ticker, at, own);
    return terms && `${formatDecimal(terms.taker)} ${formatDecimal(terms.maker)}`;
  };
  test.each([
    ["KXBTCD-26NOV21", "2026-11-21", {}, "0.07 0"], ["KXNBA-26-SAS", "2026-01-20", {}, "0.07 0.0175"], ["KXMLBGAME-X", "2026-08-06", {}, "0.07 0.0175"], ["KXMLBGAME-X", "2026-08-07", {}, "0.035 0.00875"],
    ["KXINX-26", "2026-08-07", {}, "0.035 0"], ["KXINXY-26", "2026-08-07", {}, "0.07 0"], ["KXANY-1", "2026-08-07", { multiplier: "2", type: "quadratic_with_maker_fees" }, "0.14 0.035"], ["KXANY-1", "2020-01-01", {}, undefined],
  ])("%s on %s with %j: taker and maker %s", (ticker, at, own, expected) => {
    expect(kalshi(ticker, at, own)).toBe(expected);
  });
});
