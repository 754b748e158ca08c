import fc from "fast-check";
import { expect, test } from "vitest";
import { LadderSide } from "../market/index.ts";
import { ofLimbs, PlainWalk, walk, type Trader } from "./walk.ts";

/** Up to 2^53, often near a power of 2^26, where limbs carry. */
const anyAmount = fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 2 ** 26 - 3, max: 2 ** 26 + 3 }), { weight: 6, arbitrary: fc.integer({ min: 2 ** 30, max: 2 ** 44 }) }, fc.maxSafeNat().map((n) => n + 1));
const anyLevels = fc.array(fc.tuple(anyAmount, anyAmount), { minLength: 1, maxLength: 6 });

function trader(isBid: boolean, levels: readonly (readonly [number, number])[], factors: readonly [number, number], fee: number): Trader {
  const side = new LadderSide(isBid);
  for (const [price, quantity] of levels) side.set(price, quantity % 1e15 || 1, quantity >= 1e15 ? 1 : 0);
  return { levels: side, priceFactor: BigInt(factors[0]), quantityFactor: BigInt(factors[1]), fee: BigInt(fee), plainPrice: factors[0], plainQuantity: factors[1] };
}

test("a walk in plain numbers is the exact one, or says that it cannot tell", () => {
  const plain = new PlainWalk();
  const factors = fc.tuple(fc.constantFrom(1, 10, 999), fc.constantFrom(1, 100));
  let [told, large] = [0, 0];
  fc.assert(
    fc.property(anyLevels, anyLevels, factors, factors, fc.integer({ min: -20, max: 50 }), fc.integer({ min: -20, max: 50 }), fc.constantFrom(0, 0, 7), (asks, bids, buyBy, sellBy, buyFee, sellFee, least) => {
      const [buy, sell] = [trader(false, asks, buyBy, buyFee), trader(true, bids, sellBy, sellFee)];
      const exact = walk(buy, sell, { one: 10_000n, least: BigInt(least) });
      if (!plain.run(buy, sell, 10_000 + buyFee + least, 10_000 - sellFee)) return;
      told += 1;
      const { cost0, cost1, cost2, proceeds0, proceeds1, proceeds2, buyReach, sellReach } = plain;
      expect({ quantity: BigInt(plain.quantity), cost: ofLimbs(cost0, cost1, cost2), proceeds: ofLimbs(proceeds0, proceeds1, proceeds2), buyReach, sellReach }).toEqual(exact);
      if (exact.cost > 2n ** 60n) large += 1;
    }),
    { numRuns: 4_000 },
  );
  expect(told).toBeGreaterThan(1_000);
  expect(large).toBeGreaterThan(100);
});
