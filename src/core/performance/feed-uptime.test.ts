import fc from "fast-check";
import { expect, test } from "vitest";
import { FeedUptime } from "./index.ts";

const MINUTE = 60_000_000_000n;

test("silence of more than five minutes is down time; a fill is a sign of life, too", () => {
  const uptime = new FeedUptime();
  for (const minute of [10n, 11n, 12n]) uptime.marked("kraken", minute * MINUTE + 7n);
  expect(uptime.of("kraken", 16n * MINUTE)).toBe(1);
  expect(uptime.of("kraken", 29n * MINUTE)).toBe(7 / 20); // up 10 to 16 of 10 to 29
  uptime.filled("kraken", 27n * MINUTE);
  expect(uptime.of("kraken", 29n * MINUTE)).toBe(10 / 20);
});

test("where marks of record are an hour apart, two hours of silence are none", () => {
  const uptime = new FeedUptime(60n * MINUTE);
  uptime.marked("kraken", 0n);
  expect([uptime.of("kraken", 119n * MINUTE), uptime.of("kraken", 239n * MINUTE)]).toEqual([1, 0.5]);
});

test("without a mark of its own nothing is known of a venue's feed, nor before the first", () => {
  const uptime = new FeedUptime();
  uptime.filled("kraken", 0n);
  expect(uptime.of("kraken", MINUTE)).toBeUndefined();
  uptime.marked("kraken", 9n * MINUTE);
  expect([uptime.of("kraken", 8n * MINUTE), uptime.of("kraken", 9n * MINUTE)]).toEqual([undefined, 1]);
});

test("law: it is what looking at each minute counts, in whatever order the signs come", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(60), fc.boolean()), { minLength: 1, maxLength: 20 }), fc.integer({ min: 60, max: 90 }), (signs, last) => {
      const uptime = new FeedUptime();
      for (const [minute, isMark] of signs) uptime[isMark ? "marked" : "filled"]("v", BigInt(minute) * MINUTE);
      const first = Math.min(...signs.filter(([, isMark]) => isMark).map(([minute]) => minute));
      const minutes = Number.isFinite(first) ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : [];
      const up = minutes.filter((minute) => signs.some(([at]) => at >= first && at <= minute && minute - at < 5));
      expect(uptime.of("v", BigInt(last) * MINUTE)).toBe(minutes.length === 0 ? undefined : up.length / minutes.length);
    }),
  );
});
