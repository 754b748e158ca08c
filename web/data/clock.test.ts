import fc from "fast-check";
import { expect, test } from "vitest";
import { clockOffsetMs, noteServiceTime } from "./clock.ts";

test("the clock of the service is known to two seconds after a few answers, whatever this machine's says, and when it is set", () => {
  fc.assert(fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.array(fc.tuple(fc.nat(5_000), fc.nat(900), fc.nat(900)), { minLength: 1, maxLength: 9 }), (offset, answers) => {
    let own = 1_700_000_000_000;
    for (const [pause, there, back] of answers) {
      own += pause;
      const stamped = Math.floor((own + there + offset) / 1_000) * 1_000;
      noteServiceTime(new Date(stamped).toUTCString(), own, own + there + back);
      own += there + back;
    }
    expect(Math.abs(clockOffsetMs() - offset)).toBeLessThanOrEqual(Math.abs(offset) > 4_000 ? 1_400 : 4_000);
  }));
});

test("an answer without a time says nothing", () => {
  const before = clockOffsetMs();
  for (const date of [null, "", "soon"]) noteServiceTime(date, 0, 1);
  expect(clockOffsetMs()).toBe(before);
});
