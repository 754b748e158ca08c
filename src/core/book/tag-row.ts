import { abs, divideHalfEven, rescale, tenTo, trimmed, zero, type Decimal } from "../num/index.ts";
import { Lots } from "../position/index.ts";
import { allocated, minus, plus, type Known } from "./amounts.ts";

/** What the lots of one tag came to. In the settle currency, undefined where no mark says. */
export interface TagFigures {
  readonly realized: Decimal; // before fees
  readonly unrealized: Known;
  readonly fees: Known; // all that were paid
  readonly carried: Known; // those of them that opened what is still held
  readonly funding: Known;
}

/** What a tag made of a row so far: integers of the row's money and side digits, undefined where not known. */
interface TagSums {
  readonly tag: string;
  realized: bigint;
  fees: bigint | undefined;
  funding: bigint | undefined;
}
/** Whose a lot is, and what its fee of opening is worth, of what is left of it. */
interface Owner {
  readonly sums: TagSums;
  carried: bigint | undefined;
}
interface Part {
  readonly sums: TagSums;
  readonly quantity: bigint;
  readonly released: bigint;
}

/** Takes what nothing is held for: funding after the position was closed, what a flat net row's venues still hold. */
const UNTAGGED = "";
/** Decimals of a share of a fee, unless the fee itself has more. */
const SHARE_DIGITS = 18;

/** One row's lots by tag, closed first in, first out, and what each tag made of them, in the digits in which the row counts. */
export class TagRow {
  held = 0n; // what the lots add up to, as the row holds it
  quantityDigits = 0;
  moneyDigits = 0;
  #sideDigits = SHARE_DIGITS; // of fees and funding
  readonly #sums = new Map<string, TagSums>();
  readonly #lots: Lots<Owner>;
  readonly #inverse: boolean;
  readonly #carries: boolean;
  readonly #parts: Part[] = [];

  /** @param carries whether it is asked what fees opened that which is still held: that costs a division a closing */
  constructor(inverse: boolean, carries: boolean) {
    this.#lots = new Lots("fifo", inverse);
    this.#inverse = inverse;
    this.#carries = carries;
  }

  /** Counts in digits at least as fine: exact. */
  widen(quantityDigits: number, moneyDigits: number): void {
    const quantity = Math.max(quantityDigits - this.quantityDigits, 0);
    const money = Math.max(moneyDigits - this.moneyDigits, 0);
    if (quantity === 0 && money === 0) return;
    this.#lots.rescale(quantity, money);
    this.held *= tenTo(quantity);
    for (const sums of this.#sums.values()) sums.realized *= tenTo(money);
    this.quantityDigits += quantity;
    this.moneyDigits += money;
  }

  /** What moved the row: first it closes lots, the rest opens one. @param value of all, @param closedValue of the part `closed`, @param paid what the fee is worth */
  move(tag: string, quantity: bigint, value: bigint, closed: bigint, closedValue: bigint, paid: Known): void {
    const fee = this.#side(paid);
    const closingFee = closed === 0n ? 0n : fee === undefined || closed === quantity ? fee : divideHalfEven(fee * closed, quantity);
    if (closed !== 0n) this.#close(closed, closedValue, closingFee);
    this.held += quantity;
    if (closed === quantity) return;
    const sums = this.#sumsOf(tag);
    const openingFee = fee === undefined || closingFee === undefined ? undefined : fee - closingFee;
    this.#lots.open(quantity - closed, value - closedValue, { sums, carried: openingFee });
    sums.fees = sums.fees === undefined || openingFee === undefined ? undefined : sums.fees + openingFee;
  }

  split(over: bigint, under: bigint): void {
    this.#lots.split(over, under);
    this.held = this.#lots.list().reduce((sum, { quantity }) => sum + quantity, 0n);
  }

  fund(worth: Known): void {
    for (const [tag, share] of this.byTag(worth)) {
      const amount = this.#side(share);
      const sums = this.#sumsOf(tag);
      sums.funding = sums.funding === undefined || amount === undefined ? undefined : sums.funding + amount;
    }
  }

  /** Takes over another row's lots. Against lots of the other direction they leave at their own cost, which closes those. */
  takeOver(old: TagRow): void {
    this.widen(old.quantityDigits, old.moneyDigits);
    old.widen(this.quantityDigits, this.moneyDigits);
    this.#fineSides(old.#sideDigits);
    old.#fineSides(this.#sideDigits);
    for (const { tag, realized, fees, funding } of old.#sums.values()) {
      const sums = this.#sumsOf(tag);
      sums.realized += realized;
      sums.fees = sums.fees === undefined || fees === undefined ? undefined : sums.fees + fees;
      sums.funding = sums.funding === undefined || funding === undefined ? undefined : sums.funding + funding;
    }
    for (const { quantity, cost, origin } of old.#lots.list()) {
      const { held } = this;
      const isAgainst = held !== 0n && held > 0n !== quantity > 0n && quantity !== 0n;
      const closes = !isAgainst ? 0n : abs(held) < abs(quantity) ? -held : quantity;
      const value = closes === 0n ? 0n : closes === quantity ? cost : divideHalfEven(cost * closes, quantity);
      if (closes !== 0n) this.#close(closes, value, 0n);
      this.held += quantity;
      if (quantity === closes && quantity !== 0n) continue;
      const { carried } = origin;
      const left = carried === undefined || closes === 0n ? carried : carried - divideHalfEven(carried * closes, quantity);
      this.#lots.open(quantity - closes, cost - value, { sums: this.#sumsOf(origin.sums.tag), carried: left });
    }
  }

  /** An amount divided among the tags by what they hold. */
  byTag(amount: Known): Map<string, Known> {
    const held = new Map<string, bigint>();
    for (const { origin, quantity } of this.#lots.list()) held.set(origin.sums.tag, (held.get(origin.sums.tag) ?? 0n) + quantity);
    if (held.size === 0) return new Map(amount?.mantissa === 0n ? [] : [[UNTAGGED, amount]]);
    const shares = allocated(amount, [...held.values()]);
    return new Map([...held.keys()].map((tag, i) => [tag, shares[i]]));
  }

  /** Each tag's part. @param value what the row is worth now, signed like its quantity */
  figures(value: Known): Map<string, TagFigures> {
    const worths = this.byTag(value);
    const costs = new Map<string, bigint>();
    const carried = new Map<string, Known>();
    for (const { cost, origin } of this.#lots.list()) {
      const { tag } = origin.sums;
      costs.set(tag, (costs.get(tag) ?? 0n) + cost);
      carried.set(tag, plus(carried.has(tag) ? carried.get(tag) : zero, this.#known(origin.carried)));
    }
    const tags = new Set([...this.#sums.keys(), ...worths.keys(), ...costs.keys()]);
    return new Map([...tags].map((tag) => {
      const sums = this.#sums.get(tag);
      const worth = worths.has(tag) ? worths.get(tag) : zero;
      const cost = trimmed(costs.get(tag) ?? 0n, this.moneyDigits);
      return [tag, {
        realized: trimmed(sums?.realized ?? 0n, this.moneyDigits),
        unrealized: this.#inverse ? minus(cost, worth) : minus(worth, cost),
        fees: sums === undefined ? zero : this.#known(sums.fees),
        carried: carried.has(tag) ? carried.get(tag) : zero,
        funding: sums === undefined ? zero : this.#known(sums.funding),
      }];
    }));
  }

  /** @param closes signed against the lots, @param value of it, signed like it: both are divided by what each lot gives, what is left over is the last one's */
  #close(closes: bigint, value: bigint, fee: bigint | undefined): void {
    const parts = this.#parts;
    parts.length = 0;
    this.#lots.close(-closes, ({ origin, quantity: whole }, quantity, released) => {
      parts.push({ sums: origin.sums, quantity, released });
      if (this.#carries && origin.carried !== undefined && quantity !== whole) origin.carried -= divideHalfEven(origin.carried * quantity, whole);
    });
    let valueLeft = value;
    let feeLeft = fee;
    for (let i = 0; i < parts.length; i += 1) {
      const { sums, quantity, released } = parts[i]!;
      const isLast = i === parts.length - 1;
      const share = isLast ? valueLeft : divideHalfEven(value * quantity, -closes);
      const feeShare = isLast || fee === undefined || fee === 0n ? feeLeft : divideHalfEven(fee * quantity, -closes);
      valueLeft -= share;
      if (feeLeft !== undefined && feeShare !== undefined) feeLeft -= feeShare;
      const gain = -share - released;
      sums.realized += this.#inverse ? -gain : gain;
      sums.fees = sums.fees === undefined || feeShare === undefined ? undefined : sums.fees + feeShare;
    }
  }

  #sumsOf(tag: string): TagSums {
    let sums = this.#sums.get(tag);
    if (sums === undefined) this.#sums.set(tag, (sums = { tag, realized: 0n, fees: 0n, funding: 0n }));
    return sums;
  }

  /** A fee or funding in the row's side digits, which it may make finer. */
  #side(amount: Known): bigint | undefined {
    if (amount === undefined || amount.mantissa === 0n) return amount?.mantissa;
    if (amount.digits > this.#sideDigits) this.#fineSides(amount.digits);
    return amount.mantissa * tenTo(this.#sideDigits - amount.digits);
  }

  #fineSides(digits: number): void {
    if (digits <= this.#sideDigits) return;
    const finer = (amount: bigint | undefined) => (amount === undefined ? undefined : rescale(amount, this.#sideDigits, digits));
    for (const sums of this.#sums.values()) {
      sums.fees = finer(sums.fees);
      sums.funding = finer(sums.funding);
    }
    for (const { origin } of this.#lots.list()) origin.carried = finer(origin.carried);
    this.#sideDigits = digits;
  }

  #known(amount: bigint | undefined): Known {
    return amount === undefined ? undefined : trimmed(amount, this.#sideDigits);
  }
}
