import { Random } from "./random.ts";

/** One row of a body of fills, with the values a service is commonly sent: 231 bytes as NDJSON. */
export interface FillRow {
  readonly id: string;
  readonly account: string;
  readonly venue: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  readonly feeCurrency: string;
  readonly timestamp: string;
  readonly liquidity: "maker" | "taker";
  readonly strategy: string;
}

const START_MS = Date.UTC(2024, 0, 2);
const STEP_MS = 37;

/** Canonical fills over 5,000 positions, in the order of time. */
export function* fillRows(count: number, seed: number): Generator<FillRow> {
  const random = new Random(seed);
  for (let row = 0; row < count; row += 1) {
    const units = random.between(1, 100_000);
    const ticks = random.between(100, 50_000);
    yield {
      id: `T${1_000_000 + row}`,
      account: "main",
      venue: random.pick(["kraken", "binance"]),
      symbol: `S${random.below(2500)}/USD`,
      side: random.pick(["buy", "sell"]),
      quantity: (units / 1000).toFixed(3),
      price: (ticks / 100).toFixed(2),
      fee: ((units * ticks) / 100_000_000).toFixed(4),
      feeCurrency: "USD",
      timestamp: new Date(START_MS + row * STEP_MS).toISOString(),
      liquidity: random.pick(["maker", "taker"]),
      strategy: "carry",
    };
  }
}

/** Bytes of NDJSON in the pieces in which a socket gives them. */
export function pieces(bytes: Uint8Array): Uint8Array[] {
  const of64 = 64 * 1024;
  return Array.from({ length: Math.ceil(bytes.length / of64) }, (_, i) => bytes.subarray(i * of64, (i + 1) * of64));
}
