import type { PositionCase } from "../src/cli/cases/position-case.ts";

/**
 * Positions by exact fractions and by hand, with nothing of the book in it: random cases are held against it. Lots are
 * a list; average cost is one lot whose cost is the sum.
 */
export class Fraction {
  readonly over: bigint;
  readonly under: bigint; // > 0n
  constructor(over: bigint, under = 1n) {
    const sign = under < 0n ? -1n : 1n;
    const common = divisor(over < 0n ? -over : over, under < 0n ? -under : under);
    this.over = (sign * over) / common;
    this.under = (sign * under) / common;
  }
  static of(text: string): Fraction {
    const [a = "", b] = text.split("/");
    if (b !== undefined) return Fraction.of(a).by(Fraction.of(b));
    const [whole = "", fraction = ""] = a.split(".");
    return new Fraction(BigInt(whole + fraction), 10n ** BigInt(fraction.length));
  }
  plus(b: Fraction): Fraction {
    return new Fraction(this.over * b.under + b.over * this.under, this.under * b.under);
  }
  minus(b: Fraction): Fraction {
    return this.plus(b.times(new Fraction(-1n)));
  }
  times(b: Fraction): Fraction {
    return new Fraction(this.over * b.over, this.under * b.under);
  }
  by(b: Fraction): Fraction {
    return new Fraction(this.over * b.under, this.under * b.over);
  }
  get sign(): number {
    return this.over === 0n ? 0 : this.over > 0n ? 1 : -1;
  }
  get size(): Fraction {
    return this.sign < 0 ? NOTHING.minus(this) : this;
  }
  isAtLeast(b: Fraction): boolean {
    return this.minus(b).sign >= 0;
  }
  get text(): string {
    return this.under === 1n ? `${this.over}` : `${this.over}/${this.under}`;
  }
}
const NOTHING = new Fraction(0n);

function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a || 1n : divisor(b, a % b);
}

interface OpenLot {
  quantity: Fraction; // signed
  price: Fraction;
}

/** The figures that a case should come to. */
export function reckon(of: Omit<PositionCase, "expected">): Record<string, unknown> {
  const { instrument, method, mark } = of;
  const contract = Fraction.of(instrument.multiplier);
  const lots: OpenLot[] = [];
  let realized = NOTHING;
  let volume = NOTHING;
  let funding = NOTHING;
  let trades = 0;
  const fees: Record<string, Fraction> = {};
  const gain = (quantity: Fraction, from: Fraction, to: Fraction): Fraction => {
    const contracts = quantity.times(contract);
    return instrument.inverse ? contracts.by(from).minus(contracts.by(to)) : contracts.times(to.minus(from));
  };
  const next = (): OpenLot => {
    if (method === "lifo") return lots.at(-1)!;
    if (method !== "hifo") return lots[0]!;
    return lots.reduce((best, lot) => (lot.price.minus(best.price).sign * lot.quantity.sign > 0 ? lot : best));
  };
  const move = (moved: Fraction, price: Fraction): void => {
    let left = moved;
    while (left.sign !== 0 && lots.length > 0 && lots[0]!.quantity.sign !== left.sign) {
      const lot = next();
      const closed = left.size.isAtLeast(lot.quantity.size) ? lot.quantity : NOTHING.minus(left);
      realized = realized.plus(gain(closed, lot.price, price));
      lot.quantity = lot.quantity.minus(closed);
      left = left.plus(closed);
      if (lot.quantity.sign === 0) lots.splice(lots.indexOf(lot), 1);
    }
    if (left.sign === 0) return;
    const [one] = lots;
    if (method !== "average" || one === undefined) return void lots.push({ quantity: left, price });
    const together = one.quantity.plus(left);
    one.price = instrument.inverse ? together.by(one.quantity.by(one.price).plus(left.by(price))) : one.quantity.times(one.price).plus(left.times(price)).by(together);
    one.quantity = together;
  };
  for (const step of of.fills) {
    if ("op" in step) {
      if (step.op === "funding") funding = funding.plus(Fraction.of(step.amount));
      else for (const lot of lots) [lot.quantity, lot.price] = [lot.quantity.times(Fraction.of(step.ratio)), lot.price.by(Fraction.of(step.ratio))];
      continue;
    }
    const { quantity, price, side, fee = "0", feeCurrency = instrument.quote } = step;
    const units = Fraction.of(quantity);
    trades += 1;
    volume = volume.plus(units);
    const paid = Fraction.of(fee);
    fees[feeCurrency] = (fees[feeCurrency] ?? NOTHING).plus(paid);
    move(side === "buy" ? units : NOTHING.minus(units), Fraction.of(price));
    if (instrument.kind === "spot" && feeCurrency === instrument.base && paid.sign !== 0) move(NOTHING.minus(paid), Fraction.of(price));
  }
  const held = lots.reduce((sum, { quantity }) => sum.plus(quantity), NOTHING);
  const value = lots.reduce((sum, { quantity, price }) => sum.plus(instrument.inverse ? quantity.by(price) : quantity.times(price)), NOTHING);
  return {
    quantity: held.text,
    avgPrice: held.sign === 0 ? null : (instrument.inverse ? held.by(value) : value.by(held)).text,
    grossRealized: realized.text,
    feesByCurrency: Object.fromEntries(Object.entries(fees).map(([currency, sum]) => [currency, sum.text])),
    funding: funding.text,
    numTrades: trades,
    totalVolume: volume.text,
    ...(mark === null ? {} : { unrealized: lots.reduce((sum, { quantity, price }) => sum.plus(gain(quantity, price, Fraction.of(mark))), NOTHING).text }),
    ...(method === "average" ? {} : { lots: lots.map(({ quantity, price }) => [quantity.text, price.text]) }),
  };
}
