/**
 * The order in which 64-bit keys ascend; equal keys stay as they came. A radix sort, 16 bits at a time, that leaves out
 * digits in which all keys agree: times of one day differ in few.
 * @returns the places of the keys in ascending order; `undefined` when they stand so already
 */
export function sortOrder(high: Int32Array, low: Uint32Array): Uint32Array | undefined {
  const n = high.length;
  let sorted = true;
  for (let i = 1; i < n && sorted; i += 1) sorted = high[i - 1]! < high[i]! || (high[i - 1] === high[i] && low[i - 1]! <= low[i]!);
  if (sorted) return undefined;
  let order = Uint32Array.from({ length: n }, (_, i) => i);
  let next = new Uint32Array(n);
  const counts = new Uint32Array(1 << 16);
  for (const [words, shift, flip] of [[low, 0, 0], [low, 16, 0], [high, 0, 0], [high, 16, 0x8000]] as const) {
    counts.fill(0);
    for (let i = 0; i < n; i += 1) counts[((words[i]! >>> shift) & 0xffff) ^ flip]! += 1;
    if (counts[((words[0]! >>> shift) & 0xffff) ^ flip] === n) continue;
    for (let digit = 0, before = 0; digit < counts.length; digit += 1) {
      const count = counts[digit]!;
      counts[digit] = before;
      before += count;
    }
    for (let i = 0; i < n; i += 1) {
      const row = order[i]!;
      const digit = ((words[row]! >>> shift) & 0xffff) ^ flip;
      next[counts[digit]!] = row;
      counts[digit]! += 1;
    }
    [order, next] = [next, order];
  }
  return order;
}
