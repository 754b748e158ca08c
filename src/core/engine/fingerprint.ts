import { encodeUtf8, type Route } from "../model/index.ts";

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

/** The fingerprint a route starts the fingerprints of its fills with. */
export function seedOf(route: Route): Uint32Array {
  const bytes = encodeUtf8(`${route.account}\u0000${route.venue}\u0000${route.symbol}\u0000`);
  const seed = new Uint32Array(4);
  fingerprintOf(seed, 0, bytes, 0, bytes.length, seed, 0);
  return seed;
}

/**
 * The fingerprint of a fill's identity: its route's seed (words [at, at+4) of `seeds`) and the bytes of its id, into words [into, into+4) of `fingerprints`. A hash of
 * four lanes in the manner of MurmurHash3 (A. Appleby, public domain); equal identities have equal fingerprints, and an
 * equal fingerprint is only a hint, confirmed against the journal.
 */
export function fingerprintOf(seeds: Uint32Array, at: number, bytes: Uint8Array, start: number, end: number, fingerprints: Uint32Array, into: number): void {
  let a = seeds[at]! | 0;
  let b = seeds[at + 1]! | 0;
  let c = seeds[at + 2]! | 0;
  let d = seeds[at + 3]! | 0;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    const turn = a;
    a = (mix(b, word, C1, 15) + c) | 0; // the sums are of 32 bits: without saying so they would be floats
    b = (mix(c, word, C2, 16) + d) | 0;
    c = (mix(d, word, C3, 17) + turn) | 0;
    d = (mix(turn, word, C4, 18) + a) | 0;
  }
  let rest = end - start;
  for (; i < end; i += 1) rest = Math.imul(rest, 257) + bytes[i]! + 1;
  a = mix(a, rest, C2, 13);
  b = mix(b, rest, C3, 19);
  c = mix(c, rest, C4, 11);
  d = mix(d, rest, C1, 7);
  a = (a + b + c + d) | 0;
  fingerprints[into] = finish(a);
  fingerprints[into + 1] = finish((b + a) | 0);
  fingerprints[into + 2] = finish((c + Math.imul(a, 3)) | 0);
  fingerprints[into + 3] = finish((d + Math.imul(a, 5)) | 0);
}

function mix(lane: number, word: number, by: number, turn: number): number {
  const k = Math.imul(word, by);
  const mixed = lane ^ Math.imul((k << turn) | (k >>> (32 - turn)), C3);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0x561ccd1b) | 0;
}

function finish(lane: number): number {
  let h = lane;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
