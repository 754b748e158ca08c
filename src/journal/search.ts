/** The index of the last of `count` ascending numbers that is at most `value`; 0 when none is. */
export function lastAtOrBefore(value: number, count: number, numberAt: (index: number) => number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (numberAt(middle) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
