import type { Decimal } from "../num/index.ts";

/** What bringing goods from one venue to another costs, gas and network fees included, whatever the quantity. */
export interface TransferCost {
  readonly asset?: string; // left out: any
  readonly from?: string; // a venue; left out: any
  readonly to?: string;
  readonly cost: Decimal; // ≥ 0, in the market's currency
}

/** Costs of transfers, by what is moved and between which venues: the entry that says most counts, a named asset before named venues; of equal ones the first. */
export class TransferCosts {
  readonly #costs: readonly TransferCost[];

  constructor(costs: readonly TransferCost[]) {
    const says = ({ asset, from, to }: TransferCost) => (asset === undefined ? 0 : 4) + (from === undefined ? 0 : 1) + (to === undefined ? 0 : 1);
    this.#costs = [...costs].sort((a, b) => says(b) - says(a));
  }

  get isEmpty(): boolean {
    return this.#costs.length === 0;
  }

  /** Undefined where nobody says it. */
  of(asset: string, from: string, to: string): Decimal | undefined {
    return this.#costs.find((one) => (one.asset ?? asset) === asset && (one.from ?? from) === from && (one.to ?? to) === to)?.cost;
  }
}
