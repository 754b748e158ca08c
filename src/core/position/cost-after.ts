import { multiplyDivide, result } from "./twofold.ts";

/** Products of numbers below this, less their like, are told by their last 32 bits. */
const IN_32_BITS = 2 ** 30;
/** Sizes that add up to less, together with what is held, can be added and taken without a loss. */
const MOST_SIZE = 2 ** 51;
const WORD = 2 ** 53;

/**
 * What a row's cost is after a fill that takes what it holds from `held` to `holds`: on doubles that hold integers, exact as long as
 * quantities are below 2^51 and costs below 2^52; beyond that of no use.
 * @param x the fill's quantity @param p money of one quantity unit
 */
export function costAfter(held: number, cost: number, holds: number, x: number, p: number): number {
  const has = Math.abs(held);
  // 0 where the fill adds, else the smaller of the two: asking would be guessed wrong every other time.
  const closed = (has + Math.abs(x) - Math.abs(holds)) * 0.5;
  const left = has - closed;
  const opened = holds - (held < 0 ? -left : left);
  // The estimate of round_half_even(cost × closed ÷ has) is less than 2 off: its exact remainder modulo 2^32 tells.
  let released = Math.floor(cost * (has === 0 ? 0 : closed / has) + 0.5);
  const twice = 2 * ((Math.imul(cost, closed) - Math.imul(released, has)) | 0);
  if (!(twice < has && twice > -has && has < IN_32_BITS)) released = Number(releasedOf(cost, closed, has)); // Number: what a call returns is boxed otherwise
  return cost + opened * p - released;
}

/** round_half_even(cost × closed ÷ has), 0 where nothing is held; anything beyond the limits, where nothing will fit anyway. */
function releasedOf(cost: number, closed: number, has: number): number {
  if (closed === 0 || !(has < MOST_SIZE && Math.abs(cost) < WORD)) return 0;
  if (closed === has) return cost;
  multiplyDivide(Math.abs(cost), 0, closed, has);
  return cost < 0 ? -result[0]! : result[0]!;
}
