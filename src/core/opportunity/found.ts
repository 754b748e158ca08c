import { rescale, type Decimal } from "../num/index.ts";
import { Life } from "./life.ts";
import type { Member, Units } from "./member.ts";
import { ofLimbs, type PlainWalk, type Terms, type Walk } from "./walk.ts";

/** Doubles of money are off by less than this share of it. */
const DOUBT = 4e-15;

/** Buying on one ladder and selling on another, with what it comes to; amounts in the units of the market. */
export class Found {
  readonly buy: Member;
  readonly sell: Member;
  readonly life: Life;
  units: Units;
  transfer = 0n; // of price, quantity and share units
  buyTimeUs = 0;
  sellTimeUs = 0;
  #one = 1n;
  #buyFee = 0n;
  #sellFee = 0n;
  #walk: Walk | undefined; // undefined: it is in the limbs
  #quantity = 0;
  #cost0 = 0;
  #cost1 = 0;
  #cost2 = 0;
  #proceeds0 = 0;
  #proceeds1 = 0;
  #proceeds2 = 0;
  #bestNear = Number.NEGATIVE_INFINITY; // the best net profit as a double, of the limbs below

  constructor(buy: Member, sell: Member, units: Units, nowUs: number) {
    this.buy = buy;
    this.sell = sell;
    this.units = units;
    this.life = new Life(nowUs);
  }

  get quantity(): bigint {
    return this.#walk?.quantity ?? BigInt(this.#quantity);
  }

  /** Paid, before fees: of price × quantity units. */
  get cost(): bigint {
    return this.#walk?.cost ?? ofLimbs(this.#cost0, this.#cost1, this.#cost2);
  }

  get proceeds(): bigint {
    return this.#walk?.proceeds ?? ofLimbs(this.#proceeds0, this.#proceeds1, this.#proceeds2);
  }

  get buyFee(): bigint {
    return this.cost * this.#buyFee;
  }

  get sellFee(): bigint {
    return this.proceeds * this.#sellFee;
  }

  get net(): bigint {
    return (this.proceeds - this.cost) * this.#one - this.buyFee - this.sellFee - this.transfer;
  }

  /** What an exact walk came to. */
  see(nowUs: number, units: Units, terms: Terms, { walked, transfer, net }: Outcome): void {
    this.#stand(nowUs, units, terms);
    this.transfer = transfer;
    this.#walk = walked;
    this.#bestNear = Number.POSITIVE_INFINITY; // what comes next is compared exactly
    this.life.see(nowUs, net, moneyDigits(units));
  }

  /** What a walk in plain numbers came to; it costs no transfer. Only a net profit that may be the best yet is computed exactly. */
  seePlain(nowUs: number, units: Units, terms: Terms, plain: PlainWalk): void {
    const isSame = this.#walk === undefined && this.#cost0 === plain.cost0 && this.#cost1 === plain.cost1 && this.#proceeds0 === plain.proceeds0 && this.#proceeds1 === plain.proceeds1 && this.#cost2 === plain.cost2 && this.#proceeds2 === plain.proceeds2 && this.units === units;
    this.#stand(nowUs, units, terms);
    this.life.lastSeenUs = nowUs;
    if (isSame) return;
    this.transfer = 0n;
    this.#walk = undefined;
    this.#quantity = plain.quantity;
    this.#cost0 = plain.cost0;
    this.#cost1 = plain.cost1;
    this.#cost2 = plain.cost2;
    this.#proceeds0 = plain.proceeds0;
    this.#proceeds1 = plain.proceeds1;
    this.#proceeds2 = plain.proceeds2;
    const paid = ((plain.cost2 * 67_108_864 + plain.cost1) * 67_108_864 + plain.cost0) * this.buy.feePaidShare;
    const kept = ((plain.proceeds2 * 67_108_864 + plain.proceeds1) * 67_108_864 + plain.proceeds0) * this.sell.keptShare;
    const near = kept - paid;
    if (this.#bestNear !== Number.POSITIVE_INFINITY && near < this.#bestNear - DOUBT * (kept + paid)) return;
    this.life.see(nowUs, this.net, moneyDigits(units));
    this.#bestNear = Math.max(near, this.#bestNear === Number.POSITIVE_INFINITY ? near : this.#bestNear);
  }

  #stand(nowUs: number, units: Units, { one }: Terms): void {
    if (this.units !== units) this.#bestNear = Number.POSITIVE_INFINITY;
    this.units = units;
    this.#one = one;
    this.#buyFee = this.buy.buyer.fee;
    this.#sellFee = this.sell.seller.fee;
    this.buyTimeUs = this.buy.ladder.timeUs;
    this.sellTimeUs = this.sell.ladder.timeUs;
    this.life.lastSeenUs = nowUs;
  }
}

/** What a walk earns. */
export interface Outcome {
  readonly walked: Walk;
  readonly transfer: bigint;
  readonly net: bigint;
}

/** Decimals of money with fees in it. */
export function moneyDigits({ price, quantity, share }: Units): number {
  return price + quantity + share;
}

/** What is left of a walk after its fees. `transfer` is the whole cost of bringing the goods over. */
export function outcomeOf(walked: Walk, buy: Member, sell: Member, terms: Terms, units: Units, transfer: Decimal | undefined): Outcome {
  const fees = walked.cost * buy.buyer.fee + walked.proceeds * sell.seller.fee;
  const moved = transfer === undefined ? 0n : rescale(transfer.mantissa, transfer.digits, moneyDigits(units));
  return { walked, transfer: moved, net: (walked.proceeds - walked.cost) * terms.one - fees - moved };
}
