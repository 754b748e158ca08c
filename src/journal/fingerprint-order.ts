const DIGIT = 16;
const VALUES = 1 << DIGIT;

/**
 * The order of `count` 128-bit fingerprints, four words each, the first word the most significant: the numbers 0 to
 * count − 1, least first. Two rounds of counting put them in order of the first word; few are equal in that.
 */
export function fingerprintOrder(fingerprints: Uint32Array, count: number): Uint32Array {
  const half = new Uint32Array(count);
  const order = new Uint32Array(count);
  countingRound(fingerprints, 0, (i) => i, half);
  countingRound(fingerprints, DIGIT, (i) => half[i]!, order);
  for (let i = 1; i < count; i += 1) sinkEqual(fingerprints, order, i);
  return order;
}

/** Orders by 16 bits of the first word, keeping the order of those that are equal in them. */
function countingRound(fingerprints: Uint32Array, shift: number, from: (i: number) => number, to: Uint32Array): void {
  const next = new Uint32Array(VALUES + 1);
  const count = to.length;
  for (let i = 0; i < count; i += 1) next[((fingerprints[i * 4]! >>> shift) & (VALUES - 1)) + 1]! += 1;
  for (let value = 0; value < VALUES; value += 1) next[value + 1]! += next[value]!;
  for (let i = 0; i < count; i += 1) {
    const item = from(i);
    const value = (fingerprints[item * 4]! >>> shift) & (VALUES - 1);
    to[next[value]!] = item;
    next[value]! += 1;
  }
}

/** Insertion sort among those with an equal first word. */
function sinkEqual(fingerprints: Uint32Array, order: Uint32Array, last: number): void {
  const item = order[last]!;
  let at = last;
  while (at > 0 && fingerprints[order[at - 1]! * 4] === fingerprints[item * 4] && compareRest(fingerprints, order[at - 1]!, item) > 0) {
    order[at] = order[at - 1]!;
    at -= 1;
  }
  order[at] = item;
}

function compareRest(fingerprints: Uint32Array, one: number, other: number): number {
  for (let word = 1; word < 4; word += 1) {
    const difference = fingerprints[one * 4 + word]! - fingerprints[other * 4 + word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
