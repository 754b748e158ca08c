import fc from "fast-check";
import { expect, test } from "vitest";
import { FillColumns } from "../model/index.ts";
import { trimmed } from "../num/index.ts";
import { FewRows, type Place } from "./few-rows.ts";
import { applyTrade, flat, type Position, type Trade } from "./position.ts";
import { moneyDigits, valueOf, type Scale } from "./scale.ts";
import { PositionTable } from "./table.ts";

const scale: Scale = { quantityDigits: 3, priceDigits: 2, multiplier: { mantissa: 25n, digits: 1 }, inverse: false };
/** Of the venue of route 2: its row counts in finer digits than the others. */
const finer: Scale = { ...scale, quantityDigits: 5, priceDigits: 3 };
const scaleOf = (row: number): Scale => (row === 3 ? finer : scale);
/** Three routes: two share the net row 1, one leaves its venue as it is. */
const PLACES: readonly Place[] = [{ route: 0, venueRow: 0, netRow: 1 }, { route: 1, venueRow: undefined, netRow: 1 }, { route: 2, venueRow: 3, netRow: 4 }];
const ROWS = 5;
/** Two rows in all, which are taken each through many fills at once: of one scale, and of two. */
const TWO_ROWS: readonly Place[] = [{ route: 0, venueRow: 0, netRow: 1 }, { route: 1, venueRow: undefined, netRow: 1 }, { route: 2, venueRow: 0, netRow: 1 }];
const TWO_SCALES: readonly Place[] = [{ route: 0, venueRow: 3, netRow: 1 }, { route: 1, venueRow: undefined, netRow: 1 }, { route: 2, venueRow: 3, netRow: undefined }];
const shapes = { "many rows": PLACES, "two rows": TWO_ROWS, "two rows of two scales": TWO_SCALES };

interface Traded {
  readonly route: number;
  readonly units: bigint;
  readonly price: bigint;
  readonly fee: bigint;
  readonly timeNs: bigint;
}

FewRows.prepare(); // what it worked on must not be left in any row
const few = FewRows.shared()!;
const signed = (most: bigint) => fc.oneof(fc.bigInt({ min: 1n, max: 9n }), fc.bigInt({ min: 1n, max: most })).chain((size) => fc.constantFrom(size, -size));
const anyTime = fc.oneof(fc.bigInt({ min: 0n, max: 9n }), fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }));
const anyTrade = (size: bigint, price: bigint): fc.Arbitrary<Traded> =>
  fc.record({ route: fc.nat(2), units: signed(size), price: fc.oneof({ weight: 9, arbitrary: signed(price) }, { weight: 1, arbitrary: fc.constant(0n) }), fee: fc.oneof(fc.constant(0n), signed(2n ** 44n), fc.constant(2n ** 44n)), timeNs: anyTime });
const anyHolding = (size: bigint, cost: bigint): fc.Arbitrary<Position> =>
  fc
    .record({ quantity: fc.oneof(fc.constant(0n), signed(size)), cost: signed(cost), realized: signed(cost), fees: signed(2n ** 54n), volume: fc.bigInt({ min: 0n, max: 2n ** 54n }), trades: fc.nat(9), peakCost: fc.bigInt({ min: 0n, max: cost * 2n }), openedNs: anyTime, lastNs: anyTime })
    .map((held) => ({ ...held, cost: held.quantity === 0n ? 0n : held.cost }));

/** In units of the rows: sizes and prices of fills, holdings and their costs, at most. What all fills of a round bring, four times and in finer digits, stays below 2^51: beyond that a fill is not for the machine. */
const magnitudes = {
  "small: ties and flips": [20n, 20n, 20n, 500n],
  "everyday": [10n ** 5n, 10n ** 7n, 10n ** 6n, 10n ** 12n],
  "beyond a double": [10n ** 8n, 10n ** 6n, 10n ** 11n, 10n ** 17n],
  "at the limit of 60 bits": [3n, 7n, 20n, 2n ** 60n + 99n],
  "beyond 60 bits": [2n ** 36n, 2n ** 34n, 2n ** 43n, 2n ** 70n],
  "huge costs of little": [20n, 20n, 20n, 2n ** 98n],
  "as large as can be": [2n ** 34n, 2n ** 40n, 2n ** 43n, 2n ** 98n],
} as const;

for (const [shape, places] of Object.entries(shapes)) {
  for (const [name, [size, price, holding, cost]] of Object.entries(magnitudes)) {
    test(`machine code gives what the readable reference gives: ${shape}, ${name}`, () => {
      fc.assert(
        fc.property(fc.array(anyHolding(holding, cost), { minLength: ROWS, maxLength: ROWS }), fc.array(anyTrade(size, price), { minLength: 1, maxLength: 60 }), (before, trades) => {
          const table = tableOf(before);
          let expected = before;
          for (let round = 0; round < 4; round += 1) {
            expect(few.apply(table, places, columns(trades), Int32Array.from(trades.keys()), 0, trades.length)).toBe(trades.length);
            expected = applied(expected, trades, places);
          }
          expect(before.map((_, row) => table.read(row))).toEqual(expected);
        }),
        { numRuns: shape === "many rows" ? 500 : 300 },
      );
    });
  }
}

for (const name of ["small: ties and flips", "everyday", "beyond a double", "at the limit of 60 bits"] as const) {
  test(`the same for many fills at once: ${name}`, () => {
    const [size, price, holding, cost] = magnitudes[name];
    fc.assert(
      fc.property(fc.array(anyHolding(holding, cost), { minLength: ROWS, maxLength: ROWS }), fc.array(anyTrade(size, price), { minLength: 300, maxLength: 900 }), (before, trades) => {
        const table = tableOf(before);
        expect(few.apply(table, TWO_ROWS, columns(trades), Int32Array.from(trades.keys()), 0, trades.length)).toBe(trades.length);
        expect(before.map((_, row) => table.read(row))).toEqual(applied(before, trades, TWO_ROWS));
      }),
      { numRuns: 25 },
    );
  });
}

test("it stops before the first fill that is not for it, having booked those before; picks may stand apart", () => {
  const spoiled: readonly ((fills: FillColumns, row: number) => void)[] = [
    (fills, row) => (fills.quantity[row] = Number.NaN), // a wide fill
    (fills, row) => (fills.quantityDigits[row] = 6),
    (fills, row) => (fills.priceDigits[row] = 4),
    (fills, row) => void ((fills.fee[row] = 1), (fills.feeCurrency[row] = 7)),
    (fills, row) => void ((fills.fee[row] = 1), (fills.feeDigits[row] = 18)),
    (fills, row) => void ((fills.quantity[row] = 2 ** 51), (fills.quantityDigits[row] = 3)),
    (fills, row) => (fills.fee[row] = 2 ** 53),
  ];
  fc.assert(
    fc.property(fc.array(anyTrade(10n ** 5n, 10n ** 7n), { minLength: 2, maxLength: 40 }), fc.nat(), fc.constantFrom(...spoiled), fc.integer({ min: 1, max: 3 }), fc.constantFrom(PLACES, TWO_ROWS), (trades, at, spoil, apart, places) => {
      const stop = at % trades.length;
      const fills = columns(trades.flatMap((trade) => Array.from({ length: apart }, () => trade)));
      spoil(fills, stop * apart);
      const table = tableOf(Array.from({ length: ROWS }, () => flat));
      expect(few.apply(table, places, fills, Int32Array.from(trades.keys(), (i) => i * apart), 0, trades.length)).toBe(stop);
      expect(Array.from({ length: ROWS }, (_, row) => table.read(row))).toEqual(applied(Array.from({ length: ROWS }, () => flat), trades.slice(0, stop), places));
    }),
    { numRuns: 500 },
  );
});

test("rows that the columns cannot book, or that hold nearly too much, are left as they are", () => {
  const one: Traded = { route: 0, units: 2n, price: 3n, fee: 0n, timeNs: 5n };
  const applyOne = (before: Position, rowScale = scale) => {
    expect(appliedOne(before, rowScale, TWO_ROWS)).toBe(appliedOne(before, rowScale, PLACES));
    return appliedOne(before, rowScale, PLACES);
  };
  const appliedOne = (before: Position, rowScale: Scale, places: readonly Place[]) => {
    const table = new PositionTable();
    for (let row = 0; row < ROWS; row += 1) table.write(table.add(row === 0 ? rowScale : scale, true), row === 0 ? before : flat);
    const done = few.apply(table, places, columns([one]), Int32Array.of(0), 0, 1);
    expect(table.read(1).trades).toBe(done);
    expect(table.read(0).trades).toBe(before.trades + done);
    return done;
  };
  expect(applyOne(flat)).toBe(1);
  expect(applyOne(flat, { ...scale, inverse: true })).toBe(0);
  expect(applyOne({ ...flat, trades: 2 ** 31 - 2 })).toBe(0);
  expect(applyOne({ ...flat, quantity: 1n, cost: 2n ** 100n + 1n })).toBe(0);
  expect(applyOne({ ...flat, realized: -(2n ** 100n) - 1n })).toBe(0);
  expect(applyOne({ ...flat, quantity: 2n ** 51n - 2n, cost: 1n })).toBe(0);
  expect(applyOne({ ...flat, quantity: 2n ** 51n - 3n, cost: 1n })).toBe(1);
});

test("fees and volume stay exact where a double would not, thousands of fills at a time", () => {
  const table = tableOf(Array.from({ length: ROWS }, () => flat));
  const [units, fee] = [2n ** 49n - 1n, 2n ** 51n - 1n];
  const inAndOut = Array.from({ length: 3_000 }, (_, i): Traded => ({ route: 0, units: i % 2 === 0 ? units : -units, price: 0n, fee, timeNs: 0n }));
  expect(few.apply(table, PLACES, columns(inAndOut), Int32Array.from(inAndOut.keys()), 0, 3_000)).toBe(3_000);
  for (const row of [0, 1]) expect(table.read(row)).toMatchObject({ quantity: 0n, fees: 3_000n * fee, volume: 3_000n * units, trades: 3_000 });
});

test("it takes as many rows as it has room for, of routes of any number, and none where there are more", () => {
  const table = new PositionTable();
  for (let row = 0; row < 70; row += 1) table.add(scale, true);
  const bought = (places: readonly Place[], route: number) => few.apply(table, places, columns([{ route, units: 1n, price: 1n, fee: 0n, timeNs: 0n }]), Int32Array.of(0), 0, 1);
  const venues = (count: number) => Array.from({ length: count }, (_, i): Place => ({ route: 500_000 + i, venueRow: i, netRow: 69 }));
  expect(bought(venues(62), 500_061)).toBe(1);
  expect(bought(venues(63), 500_061)).toBe(0);
  expect(bought(PLACES, 0)).toBe(1);
  expect([61, 69, 0, 1].map((row) => table.read(row).trades)).toEqual([1, 1, 1, 1]);
});

function tableOf(positions: readonly Position[]): PositionTable {
  const table = new PositionTable();
  positions.forEach((position, row) => { table.write(table.add(scaleOf(row), true), position); });
  return table;
}

function applied(positions: readonly Position[], trades: readonly Traded[], places: readonly Place[]): Position[] {
  const rows = [...positions];
  for (const { route, units, price, fee, timeNs } of trades) {
    const { venueRow, netRow } = places[route]!;
    for (const row of [venueRow, netRow]) {
      if (row === undefined) continue;
      const to = scaleOf(row);
      const [quantity, paid] = [units * 10n ** BigInt(to.quantityDigits - scale.quantityDigits), fee * 10n ** BigInt(moneyDigits(to) - moneyDigits(scale))];
      const trade: Trade = { quantity, value: valueOf(to, quantity, price * 10n ** BigInt(to.priceDigits - scale.priceDigits)), fee: paid, timeNs };
      rows[row] = applyTrade(rows[row]!, trade, false);
    }
  }
  return rows;
}

/** As a venue states them: in as few digits as each needs. */
function columns(trades: readonly Traded[]): FillColumns {
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
