import fc from "fast-check";
import { expect, test } from "vitest";
import { decimalOf } from "../num/index.ts";
import { breakerAllows, coolDownOf, effectOf, NEVER_TRIPPED, stepBreaker, type Breaker } from "./index.ts";

const trip = (timeNs: bigint) => ({ type: "tripped", id: "", timeNs, by: "daily_loss", who: "fillbook", why: "lost 6000" }) as const;
const reset = (timeNs: bigint, to: "closed" | "half_open") => ({ type: "reset", id: "", timeNs, to, who: "me", why: "looked at" }) as const;
const probe = (timeNs: bigint) => ({ type: "probed", id: "", timeNs, who: "desk", why: "buy 1 ABC" }) as const;
const after = (...facts: readonly Parameters<typeof stepBreaker>[1][]): Breaker => facts.reduce(stepBreaker, NEVER_TRIPPED);

test("it opens with a trip, and is half open or closed as a reset says, with who and why", () => {
  expect(after(trip(1n))).toEqual({ state: "open", sinceNs: 1n, by: "daily_loss", who: "fillbook", reason: "lost 6000", probes: 0 });
  expect(after(trip(1n), reset(2n, "half_open"))).toEqual({ state: "half_open", sinceNs: 2n, by: "daily_loss", who: "me", reason: "looked at", probes: 0 });
  expect(after(trip(1n), reset(2n, "half_open"), probe(3n), trip(4n))).toMatchObject({ state: "open", sinceNs: 4n, probes: 0 });
  expect(after(trip(1n), reset(2n, "closed"))).toMatchObject({ state: "closed", sinceNs: 2n });
});

test.each([
  ["5", "-5", "reduces"], ["5", "-4.999", "reduces"], ["5", "-5.001", "increases"], ["5", "1", "increases"],
  ["-5", "5", "reduces"], ["-5", "6", "increases"], ["-5", "-1", "increases"], ["0", "1", "increases"], ["0", "-1", "increases"], ["5", "0", "increases"],
])("holding %s, an order of %s %s", (held, ordered, effect) => {
  expect(effectOf(decimalOf(held), decimalOf(ordered))).toBe(effect);
});

const quantity = fc.tuple(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: 0, max: 4 })).map(([mantissa, digits]) => ({ mantissa: BigInt(mantissa), digits }));
test("an order reduces when, and only when, less is held after it on the same side, or nothing", () => {
  fc.assert(fc.property(quantity, quantity, (held, ordered) => {
    const scale = 10_000n;
    const whole = ({ mantissa, digits }: { readonly mantissa: bigint; readonly digits: number }) => (mantissa * scale) / 10n ** BigInt(digits);
    const [before, then] = [whole(held), whole(held) + whole(ordered)];
    const isLess = (then < 0n ? -then : then) < (before < 0n ? -before : before);
    expect(effectOf(held, ordered)).toBe(isLess && then * before >= 0n ? "reduces" : "increases");
  }));
});

test("whatever came before: open lets only reducing orders through, half open so many others as there are probes, closed all", () => {
  const anyFact = fc.tuple(fc.constantFrom(...(["trip", "half_open", "closed", "probe"] as const)), fc.nat(9)).map(([what, ns]) => (what === "trip" ? trip(BigInt(ns)) : what === "probe" ? probe(BigInt(ns)) : reset(BigInt(ns), what)));
  fc.assert(fc.property(fc.array(anyFact, { maxLength: 12 }), fc.integer({ min: 0, max: 3 }), (facts, probes) => {
    const breaker = after(...facts);
    expect(breakerAllows(breaker, "reduces", probes)).toEqual({ allowed: true, isProbe: false });
    const { allowed } = breakerAllows(breaker, "increases", probes);
    expect(allowed).toBe(breaker.state === "closed" || (breaker.state === "half_open" && breaker.probes < probes));
    let lets = 0;
    for (let now = breaker; lets < 9 && now.state === "half_open" && breakerAllows(now, "increases", probes).allowed; now = stepBreaker(now, probe(1n))) lets += 1;
    expect(lets).toBe(breaker.state === "half_open" ? Math.max(0, probes - breaker.probes) : 0);
  }));
});

test("the cool-down half opens what is open, closes what is half open, and does nothing where there is none", () => {
  expect(coolDownOf(after(trip(10n)), 5n)).toEqual({ to: "half_open", dueNs: 15n });
  expect(coolDownOf(after(trip(10n), reset(15n, "half_open")), 5n)).toEqual({ to: "closed", dueNs: 20n });
  expect([coolDownOf(after(trip(10n)), undefined), coolDownOf(NEVER_TRIPPED, 5n), coolDownOf(after(trip(1n), reset(2n, "closed")), 5n)]).toEqual([undefined, undefined, undefined]);
});
