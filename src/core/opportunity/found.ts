import { rescale, type Decimal } from "../num/index.ts";
import { Life } from "./life.ts";
import type { Member, Units } from "./member.ts";
import type { Terms, Walk } from "./walk.ts";

/** Buying on one ladder and selling on another, with what it comes to; amounts in the units of the market. */
export class Found {
  readonly buy: Member;
  readonly sell: Member;
  readonly life: Life;
  units: Units;
  quantity = 0n;
  cost = 0n; // of price and quantity units
  proceeds = 0n;
  buyFee = 0n; // of price, quantity and share units, as all that follow
  sellFee = 0n;
  transfer = 0n;
  net = 0n;
  buyTimeUs = 0;
  sellTimeUs = 0;

  constructor(buy: Member, sell: Member, units: Units, nowUs: number, net: bigint) {
    this.buy = buy;
    this.sell = sell;
    this.units = units;
    this.life = new Life(nowUs, net, moneyDigits(units));
  }

  see(nowUs: number, units: Units, outcome: Outcome): void {
    this.units = units;
    ({ quantity: this.quantity, cost: this.cost, proceeds: this.proceeds } = outcome.walked);
    ({ buyFee: this.buyFee, sellFee: this.sellFee, transfer: this.transfer, net: this.net } = outcome);
    this.buyTimeUs = this.buy.ladder.timeUs;
    this.sellTimeUs = this.sell.ladder.timeUs;
    this.life.see(nowUs, outcome.net, moneyDigits(units));
  }
}

/** What a walk earns. */
export interface Outcome {
  readonly walked: Walk;
  readonly buyFee: bigint;
  readonly sellFee: bigint;
  readonly transfer: bigint;
  readonly net: bigint;
}

/** Decimals of money with fees in it. */
export function moneyDigits({ price, quantity, share }: Units): number {
  return price + quantity + share;
}

/** The fees of a walk and what is left. `transfer` is the whole cost of bringing the goods over. */
export function outcomeOf(walked: Walk, buy: Member, sell: Member, terms: Terms, units: Units, transfer: Decimal | undefined): Outcome {
  const buyFee = walked.cost * buy.buyer.fee;
  const sellFee = walked.proceeds * sell.seller.fee;
  const moved = transfer === undefined ? 0n : rescale(transfer.mantissa, transfer.digits, moneyDigits(units));
  return { walked, buyFee, sellFee, transfer: moved, net: (walked.proceeds - walked.cost) * terms.one - buyFee - sellFee - moved };
}
