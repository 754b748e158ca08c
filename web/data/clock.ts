/** A clock that is nearer than this needs no mending. */
const NEAR_MS = 2_000;
const SECOND_MS = 1_000;

let least = Number.NEGATIVE_INFINITY; // how much the service's clock is ahead of this machine's, at least …
let most = Number.POSITIVE_INFINITY; // … and at most, in milliseconds

/**
 * Notes what time an answer of the service says it is. A whole second: the time it was cut from lies between it and the next one, and between question and answer.
 * @param date the header of an answer; null: it has none
 */
export function noteServiceTime(date: string | null, askedMs: number, answeredMs: number): void {
  const saidMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(saidMs)) return;
  const [from, to] = [saidMs - answeredMs, saidMs + SECOND_MS - askedMs];
  [least, most] = from > most || to < least ? [from, to] : [Math.max(least, from), Math.min(most, to)]; // what cannot both be true: a clock was set
}

/** By how many milliseconds the service's clock is ahead of this machine's; 0 where they are near, or nothing is known. */
export function clockOffsetMs(): number {
  const middle = (least + most) / 2;
  return Number.isFinite(middle) && Math.abs(middle) > NEAR_MS ? Math.round(middle) : 0;
}

/** The time by the service's clock, in milliseconds since 1970: ages are reckoned by it, since it stamps what they are of. */
export function nowMs(): number {
  return Date.now() + clockOffsetMs();
}
