import { tenTo, type Decimal } from "../num/index.ts";
import type { Ladder, LadderSide } from "../market/index.ts";

/** Three ladders of one venue: A in C, A in B, and B in C. */
export interface Triangle {
  readonly path: readonly [a: string, b: string, c: string];
  readonly ac: Ladder;
  readonly ab: Ladder;
  readonly bc: Ladder;
}

export interface TriangleFees {
  readonly ac: Decimal;
  readonly ab: Decimal;
  readonly bc: Decimal;
}

/** What going round earns; amounts of C at `digits` decimals, exact. */
export interface Round {
  readonly quantity: bigint; // of A, at `quantityDigits`
  readonly quantityDigits: number;
  readonly middle: bigint; // of B that changes hands, at `middleDigits`
  readonly middleDigits: number;
  readonly digits: number;
  readonly paid: bigint; // with fees
  readonly net: bigint;
  readonly gross: bigint; // had nobody charged anything
}

interface Leg {
  readonly levels: LadderSide;
  readonly kept: bigint; // share of the whole that is paid (buying) or kept (selling), fee included
  rank: number;
  price: bigint;
  left: bigint;
}

/**
 * Buys A for C, sells it for B and that for C (`forward`), or all of it the other way round, level by level, as long as each
 * unit of A still earns something after three fees. Quantities of A are whole units of its ladders; a rest of a level of
 * B in C that is worth less than one such unit is left.
 */
export function goRound({ ac, ab, bc }: Triangle, fees: TriangleFees, forward: boolean): Round {
  const share = Math.max(fees.ac.digits, fees.ab.digits, fees.bc.digits);
  const one = tenTo(share);
  const fee = (of: Decimal) => of.mantissa * tenTo(share - of.digits);
  const leg = (ladder: Ladder, isBuying: boolean, rate: Decimal): Leg => ({ levels: isBuying ? ladder.asks : ladder.bids, kept: one + (isBuying ? fee(rate) : -fee(rate)), rank: 0, price: 0n, left: 0n });
  const [first, second, third] = [leg(ac, forward, fees.ac), leg(ab, !forward, fees.ab), leg(bc, !forward, fees.bc)];
  const quantityDigits = Math.max(ac.quantityDigits, ab.quantityDigits);
  const middleDigits = Math.max(quantityDigits + ab.priceDigits + share, bc.quantityDigits);
  const toMiddle = tenTo(middleDigits - quantityDigits - ab.priceDigits - share); // from units of A × price of A in B × share
  const digits = middleDigits + Math.max(bc.priceDigits, ac.priceDigits) + share;
  const viaMiddle = tenTo(digits - middleDigits - bc.priceDigits - share); // from units of B × price of B in C × share
  const direct = tenTo(digits - quantityDigits - ac.priceDigits - share);
  let [quantity, middle, directly, around, directBare, aroundBare] = [0n, 0n, 0n, 0n, 0n, 0n];
  for (;;) {
    if (!load(first, tenTo(quantityDigits - ac.quantityDigits)) || !load(second, tenTo(quantityDigits - ab.quantityDigits)) || !load(third, tenTo(middleDigits - bc.quantityDigits))) break;
    const perUnit = second.price * second.kept * toMiddle; // of B, for one unit of A
    const [straight, round] = [first.price * first.kept * direct, perUnit * third.price * third.kept * viaMiddle];
    if (perUnit <= 0n || (forward ? round <= straight : straight <= round)) break;
    const fits = third.left / perUnit;
    const traded = [first.left, second.left, fits].reduce((least, n) => (n < least ? n : least));
    if (traded === 0n) {
      third.left = 0n;
      third.rank += 1;
      continue;
    }
    quantity += traded;
    middle += traded * perUnit;
    directly += traded * straight;
    around += traded * round;
    directBare += traded * first.price * one * direct;
    aroundBare += traded * second.price * one * toMiddle * third.price * one * viaMiddle;
    for (const [of, part] of [[first, traded], [second, traded], [third, traded * perUnit]] as const) {
      of.left -= part;
      if (of.left === 0n) of.rank += 1;
    }
  }
  return {
    quantity, quantityDigits, middle, middleDigits, digits,
    paid: forward ? directly : around,
    net: forward ? around - directly : directly - around,
    gross: forward ? aroundBare - directBare : directBare - aroundBare,
  };
}

/** Reads the level that a leg stands at; `false` when there is none any more. */
function load(leg: Leg, quantityFactor: bigint): boolean {
  if (leg.rank >= leg.levels.count) return false;
  if (leg.left > 0n) return true;
  leg.price = BigInt(leg.levels.priceAt(leg.rank));
  leg.left = leg.levels.quantityAt(leg.rank) * quantityFactor;
  return leg.price > 0n;
}
