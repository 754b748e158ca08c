import { Directory } from "../src/core/model/index.ts";
import { describeCloses } from "./closes.ts";
import { nsPerFill, openedBook, randomMarket, rememberRows, type MarketOptions } from "./market.ts";
import { alternate, type Benchmark } from "./measure.ts";

/** Eight decimals on both sides: quantity × price is at least 10^16, above 2^53. */
const eightDecimals: MarketOptions = {
  seed: 20_240_103,
  positions: 100_000,
  fills: 150_000,
  tick: (random) => {
    const usual = random.between(2, 500) * 10 ** 8;
    return { quantityDigits: 8, priceDigits: 8, size: [10 ** 8, 10 ** 11], price: [usual * 0.9, usual * 1.1] };
  },
};

export const applyWide: Benchmark = {
  name: "apply-wide",
  measures: "the same where every product is beyond 2^53: eight decimals in quantity and in price",
  against: "the readable bigint reference",
  goal: 8,
  run: () => {
    const directory = new Directory();
    const market = randomMarket(eightDecimals, directory);
    const book = openedBook(market, directory);
    const readable = openedBook(market, directory, { readable: true });
    const perFill = (of: typeof book) => {
      const reopen = rememberRows(of);
      return () => nsPerFill(of, market, reopen);
    };
    return alternate({ rounds: 5, unit: "ns/fill", better: "less", subject: perFill(book), baseline: perFill(readable), notes: () => [describeCloses(market, directory, 50_000)] });
  },
};
