/** Words of a record: a fingerprint's four, the most significant first, then its seq as a double in two. */
export const WORDS = 6;

const SLICES = 256; // one fits in the processor's cache when millions are sorted
const BUCKETS = 4096; // in a slice

/**
 * Fingerprints, four words each, with their seqs, as records in ascending order. They come slice by slice, each in a
 * buffer that the next one overwrites. Quick because fingerprints are random: slices and the buckets in them are about
 * equally full, and few records meet in a bucket.
 */
export function* sortedRecords(fingerprints: Uint32Array, seqs: Float64Array, count: number): Iterable<Uint32Array> {
  const seqWords = new Uint32Array(seqs.buffer, seqs.byteOffset, count * 2);
  const { members, starts } = sliced(fingerprints, count);
  const largest = starts.reduce((most, start, slice) => Math.max(most, (starts[slice + 1] ?? count) - start), 0);
  const records = new Uint32Array(largest * WORDS);
  const sorted = new Uint32Array(largest * WORDS);
  const order = new Uint32Array(largest);
  for (let slice = 0; slice < SLICES; slice += 1) {
    const start = starts[slice]!;
    const size = starts[slice + 1]! - start;
    for (let i = 0; i < size; i += 1) {
      const item = members[start + i]!;
      for (let word = 0; word < 4; word += 1) records[i * WORDS + word] = fingerprints[item * 4 + word]!;
      records[i * WORDS + 4] = seqWords[item * 2]!;
      records[i * WORDS + 5] = seqWords[item * 2 + 1]!;
    }
    orderRecords(records, size, order);
    for (let i = 0; i < size; i += 1) for (let word = 0; word < WORDS; word += 1) sorted[i * WORDS + word] = records[order[i]! * WORDS + word]!;
    if (size > 0) yield sorted.subarray(0, size * WORDS);
  }
}

/** The items of each slice, by the top 8 bits: `members[starts[s] … starts[s + 1])`. */
function sliced(fingerprints: Uint32Array, count: number): { members: Uint32Array; starts: Uint32Array } {
  const starts = new Uint32Array(SLICES + 1);
  for (let i = 0; i < count; i += 1) starts[(fingerprints[i * 4]! >>> 24) + 1]! += 1;
  for (let slice = 0; slice < SLICES; slice += 1) starts[slice + 1]! += starts[slice]!;
  const next = starts.slice();
  const members = new Uint32Array(count);
  for (let i = 0; i < count; i += 1) {
    const slice = fingerprints[i * 4]! >>> 24;
    members[next[slice]!] = i;
    next[slice]! += 1;
  }
  return { members, starts };
}

/** Puts the numbers of the first `size` records into `order`, least first: a round of counting, then insertion. */
function orderRecords(records: Uint32Array, size: number, order: Uint32Array): void {
  const next = new Uint32Array(BUCKETS + 1);
  for (let i = 0; i < size; i += 1) next[bucketOf(records, i) + 1]! += 1;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) next[bucket + 1]! += next[bucket]!;
  for (let i = 0; i < size; i += 1) {
    const bucket = bucketOf(records, i);
    order[next[bucket]!] = i;
    next[bucket]! += 1;
  }
  for (let i = 1; i < size; i += 1) {
    const record = order[i]!;
    let at = i;
    for (; at > 0 && isAfter(records, order[at - 1]!, record); at -= 1) order[at] = order[at - 1]!;
    order[at] = record;
  }
}

/** The 12 bits after those that chose the slice. */
function bucketOf(records: Uint32Array, record: number): number {
  return (records[record * WORDS]! >>> 12) & (BUCKETS - 1);
}

function isAfter(records: Uint32Array, one: number, other: number): boolean {
  for (let word = 0; word < 4; word += 1) {
    const difference = records[one * WORDS + word]! - records[other * WORDS + word]!;
    if (difference !== 0) return difference > 0;
  }
  return false;
}
