import fc from "fast-check";
import { expect, test } from "vitest";
import { runPositionCase, type PositionCase } from "../src/cli/cases/position-case.ts";
import { reckon } from "./oracle.ts";

const RUNS = Number(process.env["CASES"] ?? 400);

/** Few significant digits over many magnitudes, as exchanges state them; few different prices, so that some are equal. */
const anyAmount = (least: number, most: number): fc.Arbitrary<string> =>
  fc.tuple(fc.oneof(fc.integer({ min: 1, max: 9999 }), fc.constantFrom(1, 5, 10, 100)), fc.integer({ min: least, max: most })).map(([units, exponent]) => {
    if (exponent >= 0) return `${units}${"0".repeat(exponent)}`;
    const text = `${units}`.padStart(1 - exponent, "0");
    return `${text.slice(0, exponent)}.${text.slice(exponent)}`;
  });

const linear = (kind: string) => ({ kind, base: "AAA", quote: "USD", settle: "USD", inverse: false });
const anyInstrument = fc.tuple(fc.constantFrom(linear("spot"), linear("equity"), linear("perpetual"), linear("future"), { ...linear("perpetual"), settle: "AAA", inverse: true }), fc.constantFrom("1", "1", "10", "0.01", "50"))
  .map(([of, multiplier]) => ({ ...of, multiplier: of.kind === "spot" || of.kind === "equity" ? "1" : multiplier }) as PositionCase["instrument"]);

function anySteps(instrument: PositionCase["instrument"]): fc.Arbitrary<PositionCase["fills"]> {
  const prices = fc.oneof({ weight: 3, arbitrary: anyAmount(-4, 1) }, { weight: 1, arbitrary: fc.constantFrom("100", "101", "99.5") });
  const quantities = fc.oneof({ weight: 3, arbitrary: anyAmount(-3, 0) }, { weight: 2, arbitrary: fc.constantFrom("1", "2", "0.5", "3") });
  const fee = fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    { weight: 2, arbitrary: fc.tuple(fc.integer({ min: -99, max: 399 }), fc.constantFrom("USD", "BNB", instrument.base)).map(([units, feeCurrency]) => ({ fee: `${units < 0 ? "-" : ""}0.${`${Math.abs(units)}`.padStart(4, "0")}`, feeCurrency })) },
  );
  const fill = fc.tuple(fc.constantFrom("buy" as const, "sell" as const), quantities, prices, fee).map(([side, quantity, price, paid]) => ({ side, quantity, price, ...paid }));
  const funding = fc.integer({ min: -999, max: 999 }).map((units) => ({ op: "funding" as const, amount: `${units}`, currency: instrument.settle }));
  const split = fc.constantFrom("2", "3", "0.5", "10", "0.1", "3/2", "1.25").map((ratio) => ({ op: "split" as const, ratio }));
  const step = fc.oneof({ weight: 10, arbitrary: fill }, ...(instrument.kind === "perpetual" ? [{ weight: 1, arbitrary: funding }] : []), ...(instrument.inverse ? [] : [{ weight: 1, arbitrary: split }]));
  return fc.tuple(fill, fc.array(step, { maxLength: 14, size: "max" })).map(([first, rest]) => [first, ...rest].map((one, i) => ("op" in one ? one : { id: `${i + 1}`, ...one })));
}

const anyCase: fc.Arbitrary<PositionCase> = anyInstrument.chain((instrument) =>
  fc.record({
    id: fc.constant("made"),
    instrument: fc.constant(instrument),
    method: fc.constantFrom("average" as const, "fifo" as const, "lifo" as const, "hifo" as const),
    fills: anySteps(instrument),
    mark: fc.option(anyAmount(-4, 1)),
  }).map((of) => ({ ...of, expected: reckon(of) })),
);

test("random cases come to what exact fractions say, by every cost method", () => {
  fc.assert(fc.property(anyCase, (of) => { expect(runPositionCase(of)).toEqual([]); }), { numRuns: RUNS });
});

test("a wrong figure of each kind is seen", () => {
  const instrument: PositionCase["instrument"] = { kind: "equity", base: "AAA", quote: "USD", settle: "USD", multiplier: "1", inverse: false };
  const fills: PositionCase["fills"] = [
    { id: "1", side: "buy", quantity: "3", price: "10", fee: "1" }, { id: "2", side: "buy", quantity: "2", price: "11" }, { op: "split", ratio: "2" }, { id: "3", side: "sell", quantity: "4", price: "6" }, { op: "funding", amount: "1", currency: "USD" },
  ];
  const of = { id: "x", instrument, method: "fifo" as const, fills, mark: "7" };
  const expected = reckon(of);
  expect(expected).toMatchObject({ quantity: "6", avgPrice: "16/3", grossRealized: "4", unrealized: "10", funding: "1", lots: [["2", "5"], ["4", "11/2"]] });
  expect(runPositionCase({ ...of, expected })).toEqual([]);
  const wrong: Record<string, unknown> = { quantity: "6.001", avgPrice: "5.333334", grossRealized: "4.0000001", unrealized: "10.0000001", funding: "1.01", numTrades: 4, totalVolume: "10", feesByCurrency: {}, lots: [["2", "5"], ["4", "5.51"]], other: "1" };
  for (const [name, value] of Object.entries(wrong)) expect(runPositionCase({ ...of, expected: { ...expected, [name]: value } }), name).toHaveLength(1);
  expect(() => runPositionCase({ ...of, expected, fills: [...fills, { op: "merge" } as never] })).toThrow("merge is not known");
});
