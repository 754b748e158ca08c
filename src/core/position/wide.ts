import { CARRY, COST, PEAK, QUANTITY, REALIZED } from "./table.ts";
import { addTo, multiply, multiplyDivide, result } from "./twofold.ts";

/** Below this an amount has no rest. */
const NARROW = 2 ** 51;

/** Applies a trade of `x` units at money `p` a unit to the row at `b`: any magnitude below 2^101. */
export function applyWide(lines: Float64Array, rests: Float64Array, b: number, x: number, p: number): void {
  const held = lines[b + QUANTITY]!;
  const cost = b + COST;
  const realized = b + REALIZED;
  if (held * x >= 0) {
    multiply(x, p);
    addTo(lines, rests, cost, result[0]!, result[1]!);
    return;
  }
  if (Math.abs(x) < Math.abs(held)) {
    const sign = lines[cost]! < 0 ? -1 : 1;
    multiplyDivide(sign * lines[cost]!, sign * rests[cost]!, Math.abs(x), Math.abs(held));
    const hi = sign * result[0]!;
    const lo = sign * result[1]!;
    multiply(x, p);
    addTo(lines, rests, realized, -result[0]!, -result[1]!);
    addTo(lines, rests, realized, -hi, -lo);
    addTo(lines, rests, cost, -hi, -lo);
    return;
  }
  multiply(held, p);
  addTo(lines, rests, realized, result[0]!, result[1]!);
  addTo(lines, rests, realized, -lines[cost]!, -rests[cost]!);
  multiply(held + x, p);
  lines[cost] = result[0]!;
  rests[cost] = result[1]!;
}

/** The peak of a row whose cost is at least as large, by its doubles. */
export function raisePeak(lines: Float64Array, rests: Float64Array, b: number, costs: number): void {
  const higher = costs > lines[b + PEAK]!;
  lines[b + PEAK] = costs;
  if (costs < NARROW) return; // no rest, then or now
  const rest = lines[b + COST]! < 0 ? -rests[b + COST]! : rests[b + COST]!;
  if (higher || rest > rests[b + PEAK]!) rests[b + PEAK] = rest;
}

/** Adds fee × power, below 2^73, to a sum. */
export function addWideFee(lines: Float64Array, rests: Float64Array, at: number, fee: number, power: number): void {
  multiply(fee, power);
  const units = Math.trunc(result[0]! / CARRY);
  rests[at] = rests[at]! + units;
  lines[at] = lines[at]! + (result[0]! - units * CARRY + result[1]!);
}

/** Moves a whole unit of 2^52 from a sum into its count of them, so that the sum stays exact. */
export function carry(lines: Float64Array, rests: Float64Array, at: number): void {
  const sign = lines[at]! < 0 ? -1 : 1;
  lines[at] = lines[at]! - sign * CARRY;
  rests[at] = rests[at]! + sign;
}
