import { Directory } from "../src/core/model/index.ts";
import { FloatBook, floatFills } from "./float-book.ts";
import { nsPerFill, openedBook, randomMarket, rememberRows, type MarketOptions } from "./market.ts";
import { alternate, milliseconds, type Benchmark } from "./measure.ts";
import { describeCloses } from "./closes.ts";

/** Prices of 1 to 500 with 2 to 4 decimals, sizes of up to 1000 with 0 to 4: what stocks and most coins look like. */
export const everyday: MarketOptions = {
  seed: 20_240_102,
  positions: 100_000,
  fills: 500_000,
  tick: (random) => {
    const [quantityDigits, priceDigits] = [random.between(0, 4), random.between(2, 4)];
    const usual = random.between(1, 500) * 10 ** priceDigits;
    return { quantityDigits, priceDigits, size: [1, 1000 * 10 ** Math.max(0, quantityDigits - 2)], price: [Math.ceil(usual * 0.9), Math.ceil(usual * 1.1)] };
  },
};

export const applyExact: Benchmark = {
  name: "apply-exact",
  measures: "a fill to its net and its venue row, exactly; 100,000 positions on 2 to 4 venues",
  against: "float objects in a Map keyed by a concatenated string",
  goal: 10,
  run: () => {
    const directory = new Directory();
    const market = randomMarket(everyday, directory);
    const book = openedBook(market, directory);
    const reopen = rememberRows(book);
    const objects = floatFills(market.fills, directory);
    const openingObjects = floatFills(market.opening, directory);
    const floats = new FloatBook();
    return alternate({
      rounds: 5,
      unit: "ns/fill",
      better: "less",
      subject: () => nsPerFill(book, market, reopen),
      baseline: () => {
        floats.positions.clear();
        floats.apply(openingObjects); // not timed either
        return (milliseconds(() => floats.apply(objects)) / objects.length) * 1e6;
      },
      notes: () => [describeCloses(market, directory)],
    });
  },
};
