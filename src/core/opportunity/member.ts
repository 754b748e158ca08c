import { tenTo, type Decimal } from "../num/index.ts";
import type { Ladder, LadderDigits, ListedLadder, MappedSymbol } from "../market/index.ts";
import type { Found } from "./found.ts";
import type { Trader } from "./walk.ts";

/** The units of a market: fine enough for every ladder in it, so that all of them are integers. */
export interface Units {
  readonly price: number; // decimals
  readonly quantity: number;
  readonly share: number; // of fees and of the least gain
}

/** One ladder as a market sees it: what its integers are worth there, and what its venue charges. */
export class Member {
  readonly listed: ListedLadder;
  readonly ladder: Ladder;
  readonly mapped: MappedSymbol;
  readonly at: number; // place in the market
  readonly goods: number; // the same number: the same goods
  readonly isSpot: boolean;
  /** What lives that buys from it, by the place of who it sells to. */
  readonly found: (Found | undefined)[] = [];
  /** How many opportunities that live buy from it, and sell to it. */
  buying = 0;
  selling = 0;
  fee: Decimal | undefined; // of a taker; undefined: unknown
  /** What a unit costs a buyer and brings a seller after fees, as a double, for one unit of the ladder's own price. */
  askFactor = 0;
  bidFactor = 0;
  /** The same shares as exact numbers; +∞ where they are none. */
  paidShare = Number.POSITIVE_INFINITY; // with the least gain
  feePaidShare = 0; // without
  keptShare = Number.POSITIVE_INFINITY;
  buyer!: Trader;
  seller!: Trader;
  #digits: LadderDigits | undefined;

  constructor(listed: ListedLadder, mapped: MappedSymbol, at: number, goods: number) {
    this.listed = listed;
    this.ladder = listed.ladder;
    this.mapped = mapped;
    this.at = at;
    this.goods = goods;
    this.isSpot = mapped.kind === "spot";
  }

  /** Whether the ladder has become finer since `measure`. */
  get isFiner(): boolean {
    return this.ladder.digits !== this.#digits;
  }

  /** Decimals that its prices and quantities need in the market. */
  get needs(): Units {
    const { rate, multiplier } = this.mapped;
    return { price: this.ladder.priceDigits + rate.digits, quantity: this.ladder.quantityDigits + multiplier.digits, share: this.fee?.digits ?? 0 };
  }

  /** States what its integers are worth in the units of the market. */
  measure(units: Units, least: bigint): void {
    const { rate, multiplier } = this.mapped;
    const needs = this.needs;
    this.#digits = this.ladder.digits;
    const priceFactor = rate.mantissa * tenTo(units.price - needs.price);
    const quantityFactor = multiplier.mantissa * tenTo(units.quantity - needs.quantity);
    const fee = this.fee === undefined ? 0n : this.fee.mantissa * tenTo(units.share - this.fee.digits);
    const one = tenTo(units.share);
    const [plainPrice, plainQuantity] = [plainly(priceFactor), plainly(quantityFactor)];
    this.buyer = { levels: this.ladder.asks, priceFactor, quantityFactor, fee, plainPrice, plainQuantity };
    this.seller = { levels: this.ladder.bids, priceFactor, quantityFactor, fee, plainPrice, plainQuantity };
    this.paidShare = plainly(one + fee + least);
    this.feePaidShare = Number(one + fee);
    this.keptShare = plainly(one - fee);
    const plain = Number(priceFactor) / 10 ** units.price;
    this.askFactor = (plain * Number(one + fee + least)) / Number(one);
    this.bidFactor = (plain * Number(one - fee)) / Number(one);
  }
}

function plainly(of: bigint): number {
  const number = Number(of);
  return Number.isSafeInteger(number) ? number : Number.POSITIVE_INFINITY;
}
