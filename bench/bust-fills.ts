import { Directory, FillColumns } from "../src/core/model/index.ts";
import { Random } from "./random.ts";

export const FILLS = 1_000_000;
export const SYMBOL = "BTC/USD";
const BATCH = 10_000;

export function venueOf(number: number): string {
  return number % 2 === 0 ? "kraken" : "binance";
}

export function identityOf(number: number): { readonly account: string; readonly venue: string; readonly symbol: string; readonly id: string } {
  return { account: "main", venue: venueOf(number), symbol: SYMBOL, id: `T${number}` };
}

/** A million fills of one symbol on two venues, some at a time. @param quantityDigits with 8 the cost soon leaves a double */
export function* traded(quantityDigits = 5): Iterable<{ readonly fills: FillColumns; readonly directory: Directory }> {
  const random = new Random(20_261_121);
  const directory = new Directory();
  for (let done = 0; done < FILLS; ) {
    const fills = new FillColumns(BATCH);
    for (; fills.count < BATCH; done += 1) {
      const units = random.between(1, 10 ** quantityDigits) * (random.chance(0.5) ? 1 : -1);
      fills.push({
        account: "main", venue: venueOf(done), symbol: SYMBOL, id: `T${done}`, quantity: { mantissa: BigInt(units), digits: quantityDigits }, price: { mantissa: BigInt(random.between(5_900_000, 6_100_000)), digits: 2 },
        fee: { mantissa: BigInt(random.between(1, 90_000)), digits: 4 }, feeCurrency: "USD",
        time: { ns: BigInt(done) * 1_000_000n, unit: "ms" }, venueType: "cex", liquidity: "taker", strategy: "", signalId: "",
      }, directory);
    }
    yield { fills, directory };
  }
}
