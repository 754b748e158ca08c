import fc from "fast-check";
import { expect, test } from "vitest";
import { FillColumns } from "../model/index.ts";
import { trimmed } from "../num/index.ts";
import { FEW, FewRows } from "./few-rows.ts";
import { applyTrade, type Position, type Trade } from "./position.ts";
import { moneyDigits, valueOf, type Scale } from "./scale.ts";
import { PositionTable } from "./table.ts";
import { TwoRowsWalk } from "./two-rows.ts";

const ROWS = Int32Array.of(0, 1, 2, 1, 3, 4); // of three routes: two share the net row 1
const scale: Scale = { quantityDigits: 3, priceDigits: 2, multiplier: { mantissa: 25n, digits: 1 }, inverse: false };

const signed = (most: bigint) => fc.oneof(fc.bigInt({ min: 1n, max: 9n }), fc.bigInt({ min: 1n, max: most })).chain((size) => fc.constantFrom(size, -size));
const anyTime = fc.oneof(fc.bigInt({ min: 0n, max: 9n }), fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }));
/** In units of the rows: ties and flips among small ones, products beyond 2^53 and remainders beyond 2^32 among large ones. */
const anyTrade = (size: bigint, price: bigint) => fc.record({ route: fc.nat(2), units: signed(size), price: fc.oneof({ weight: 9, arbitrary: signed(price) }, { weight: 1, arbitrary: fc.constant(0n) }), fee: fc.oneof(fc.constant(0n), signed(2n ** 44n), fc.constant(2n ** 44n)), timeNs: anyTime });
const anyHolding = (size: bigint, cost: bigint): fc.Arbitrary<Position> =>
  fc.record({ quantity: fc.oneof(fc.constant(0n), signed(size)), cost: signed(cost), realized: signed(2n ** 52n), fees: signed(2n ** 52n - 1n), volume: fc.bigInt({ min: 0n, max: 2n ** 54n }), trades: fc.nat(9), peakCost: fc.bigInt({ min: 0n, max: cost * 2n }), openedNs: anyTime, lastNs: anyTime }).map((held) => ({ ...held, cost: held.quantity === 0n ? 0n : held.cost }));

const magnitudes = { "small: ties and flips": [20n, 20n, 20n, 500n], "everyday": [10n ** 5n, 10n ** 7n, 10n ** 6n, 10n ** 12n], "large holdings": [2n ** 38n, 2n, 2n ** 38n, 2n ** 52n], "near the limits": [2n ** 33n, 2n ** 7n, 2n ** 50n, 2n ** 53n - 1n] } as const;

for (const [name, [size, price, holding, cost]] of Object.entries(magnitudes)) {
  test(`many fills at a time give what one by one gives, or change nothing: ${name}`, () => {
    let applied = 0;
    const few = new FewRows();
    fc.assert(
      fc.property(fc.array(anyHolding(holding, cost), { minLength: 5, maxLength: 5 }), fc.array(anyTrade(size, price), { minLength: 1, maxLength: FEW }), (before, trades) => {
        const table = new PositionTable();
        for (const position of before) table.write(table.add(scale, true), position);
        const expected = [...before];
        for (let round = 0; round < 6; round += 1) {
          if (!few.apply(table, columns(trades), ROWS, Int32Array.from(trades.keys()), 0, trades.length)) break;
          applied += 1;
          for (const { route, units, price: at, fee, timeNs } of trades) {
            const trade: Trade = { quantity: units, value: valueOf(scale, units, at), fee, timeNs };
            for (const row of [...ROWS.slice(2 * route, 2 * route + 2)]) expected[row] = applyTrade(expected[row]!, trade, false);
          }
        }
        expect(before.map((_, row) => table.read(row))).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
    expect(applied).toBeGreaterThan(100);
  });
}

for (const [name, [size, price, holding, cost]] of Object.entries(magnitudes)) {
  test(`two rows take what one by one gives, or nothing: ${name}`, () => {
    let applied = 0;
    let left = 0;
    const two = new TwoRowsWalk();
    fc.assert(
      fc.property(fc.array(anyHolding(holding, cost), { minLength: 2, maxLength: 2 }), fc.array(anyTrade(size, price), { minLength: 1, maxLength: FEW }), fc.boolean(), fc.nat(20), (before, trades, hasOwn, finer) => {
        const table = new PositionTable();
        for (const position of before) table.write(table.add(scale, true), position);
        const fills = columns(trades);
        if (finer === 0) fills.quantityDigits[trades.length - 1] = scale.quantityDigits + 1;
        if (finer === 1) fills.feeCurrency[trades.length - 1] = 7;
        const expected = [...before];
        for (let round = 0; round < 6; round += 1) {
          if (!two.apply(table, fills, Int32Array.from(trades.keys()), 0, trades.length, { all: 0, route: 1, own: hasOwn ? 1 : 0 })) {
            left += 1;
            break;
          }
          applied += 1;
          for (const { route, units, price: at, fee, timeNs } of trades) {
            const trade: Trade = { quantity: units, value: valueOf(scale, units, at), fee, timeNs };
            for (const row of hasOwn && route === 1 ? [0, 1] : [0]) expected[row] = applyTrade(expected[row]!, trade, false);
          }
        }
        expect(before.map((_, row) => table.read(row))).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
    expect(applied).toBeGreaterThan(100);
    expect(left).toBeGreaterThan(20);
  });
}

test("fees and volume stay exact where a double would not", () => {
  const table = new PositionTable();
  for (let row = 0; row < 5; row += 1) table.add(scale, true);
  const units = 2n ** 49n - 1n;
  const inAndOut = [units, -units].map((moved) => ({ route: 0, units: moved, price: 0n, fee: 2n ** 51n - 1n, timeNs: 0n }));
  for (let round = 0; round < 40; round += 1) expect(new FewRows().apply(table, columns(inAndOut), ROWS, Int32Array.of(0, 1), 0, 2)).toBe(true);
  for (const row of [0, 1]) expect(table.read(row)).toMatchObject({ quantity: 0n, fees: 80n * (2n ** 51n - 1n), volume: 80n * units, trades: 80 });
});

test("fees that together leave a double are left to the ordinary way", () => {
  const table = new PositionTable();
  for (let row = 0; row < 5; row += 1) table.add(scale, true);
  const fees = Array.from({ length: FEW }, () => ({ route: 0, units: 1n, price: 1n, fee: 2n ** 51n - 1n, timeNs: 0n }));
  expect(new FewRows().apply(table, columns(fees), ROWS, Int32Array.from(fees.keys()), 0, FEW)).toBe(false);
  expect(table.read(0).trades).toBe(0);
});

test("two rows do not take fees, or sizes, that together leave a double; below that they stay exact", () => {
  const table = new PositionTable();
  for (let row = 0; row < 2; row += 1) table.add(scale, true);
  const walk = new TwoRowsWalk();
  const two = (trades: Parameters<typeof columns>[0]) => walk.apply(table, columns(trades), Int32Array.from(trades.keys()), 0, trades.length, { all: 0, route: 1, own: 1 });
  const of = { route: 1, units: 1n, price: 0n, fee: 0n, timeNs: 0n };
  const [fee, units] = [2n ** 51n - 1n, 2n ** 49n - 1n];
  for (let round = 0; round < 40; round += 1) expect(two([{ ...of, units, fee }, { ...of, units: -units, fee }])).toBe(true);
  for (const row of [0, 1]) expect(table.read(row)).toMatchObject({ quantity: 0n, volume: 80n * units, fees: 80n * fee, trades: 80 });
  expect(two(Array.from({ length: FEW }, () => ({ ...of, fee })))).toBe(false);
  for (let passed = 0; passed < 2; passed += 1) expect(two([of])).toBe(passed > 0); // once it is not tried
  expect(two([{ ...of, units: 2n ** 50n }, { ...of, units: 2n ** 50n }])).toBe(false);
});

/** As a venue states them: in as few digits as each needs. */
function columns(trades: readonly { readonly route: number; readonly units: bigint; readonly price: bigint; readonly fee: bigint; readonly timeNs: bigint }[]): FillColumns {
  const fills = new FillColumns(trades.length, 0);
  trades.forEach(({ route, units, price, fee, timeNs }, row) => {
    fills.setAmounts(row, { quantity: trimmed(units, scale.quantityDigits), price: trimmed(price, scale.priceDigits), fee: trimmed(fee, moneyDigits(scale)) });
    fills.route[row] = route;
    fills.feeCurrency[row] = -1;
    fills.timeHigh[row] = Number(timeNs >> 32n);
    fills.timeLow[row] = Number(timeNs & 0xffff_ffffn);
  });
  fills.count = trades.length;
  return fills;
}
