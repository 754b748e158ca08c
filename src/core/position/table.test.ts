import fc from "fast-check";
import { expect, test } from "vitest";
import { rescalePosition, type Position } from "./position.ts";
import type { Scale } from "./scale.ts";
import { PositionTable } from "./table.ts";

const anyAmount = (bits: number) => fc.oneof(fc.bigInt({ min: -(2n ** 30n), max: 2n ** 30n }), fc.bigInt({ min: -(2n ** BigInt(bits)) + 1n, max: 2n ** BigInt(bits) - 1n }));
const anySum = (bits: number) => anyAmount(bits).map((value) => (value < 0n ? -value : value));
const anyTime = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const anyPosition: fc.Arbitrary<Position> = fc.record({
  quantity: anyAmount(60), cost: anyAmount(110), realized: anyAmount(110), fees: anyAmount(110), volume: anySum(110), trades: fc.nat(), peakCost: anySum(110), openedNs: anyTime, lastNs: anyTime,
});
const digits = fc.nat(6);

test("a row that is widened holds what it held, in finer digits", () => {
  fc.assert(
    fc.property(anyPosition, digits, digits, digits, digits, fc.boolean(), (position, quantityDigits, priceDigits, moreQuantity, morePrice, inverse) => {
      const scale: Scale = { quantityDigits, priceDigits, multiplier: { mantissa: 1n, digits: 0 }, inverse };
      const wider = { ...scale, quantityDigits: quantityDigits + moreQuantity, priceDigits: priceDigits + morePrice };
      const table = new PositionTable();
      const row = table.add(scale, true);
      table.write(row, position);
      table.widen(row, wider);
      expect(table.read(row)).toEqual(rescalePosition(position, scale, wider));
      expect(table.scale(row)).toEqual(wider);
    }),
    { numRuns: 1000 },
  );
});
