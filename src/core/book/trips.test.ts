import fc from "fast-check";
import { expect, test } from "vitest";
import { addDecimals, divideHalfEven, formatRatio, formatScaled, readDecimal, zero, type Decimal } from "../num/index.ts";
import type { Fill } from "../model/index.ts";
import { anyStory, COIN_SYMBOLS, DOLLAR_SYMBOLS, told, type Step } from "../../../test/stories.ts";
import type { BookOptions } from "./index.ts";
import { minus, plus, type Known } from "./amounts.ts";
import { figuresOf } from "./figures.ts";
import type { BookRow } from "./rows.ts";
import { Trips, type Trip } from "./trips.ts";
import { tripView, TripSums, type TripView } from "./trip-view.ts";

const now = { nowNs: 0n };

function tripsOf(steps: readonly Step[], options: Parameters<typeof told>[1] = {}) {
  const { rates } = told(steps, options);
  const closed: Trip[] = [];
  const views: TripView[] = [];
  const trips = new Trips(rates, () => true, (trip) => {
    closed.push(trip);
    views.push(tripView(trip));
  });
  return { book: told(steps, { ...options, watcher: trips } satisfies BookOptions), trips, closed, views };
}

const decimal = (text: string) => readDecimal(text) as Decimal;
const fill = (quantity: string, price: string, rest: Partial<Fill> = {}): Step => ({
  fill: { account: "a", venue: "x", symbol: "ACME", id: "", quantity: decimal(quantity), price: decimal(price), fee: zero, feeCurrency: "", time: { ns: 0n, unit: "ns" }, venueType: "unknown", liquidity: "", strategy: "", signalId: "", ...rest },
});

test("a flip ends one trip and begins the next; its quantity and fee are divided, the remainder to the second", () => {
  const { views } = tripsOf([fill("2", "100", { fee: decimal("1") }), fill("-3", "110", { fee: decimal("0.1") }), fill("1", "105", { time: { ns: 5_000_000_000n, unit: "ns" } })]);
  const net = views.filter(({ venue }) => venue === null);
  expect(net).toMatchObject([
    { direction: "long", quantity: "2", entryPrice: "100", exitPrice: "110", grossPnl: "20", fees: "1.066666666666666667", netPnl: "18.933333333333333333", fills: 2, currency: "USD", durationSeconds: 0 },
    { direction: "short", quantity: "1", entryPrice: "110", exitPrice: "105", grossPnl: "5", fees: "0.033333333333333333", fills: 2, durationSeconds: 5 },
  ]);
  expect(views.filter(({ venue }) => venue === "x")).toEqual(net.map((view) => ({ ...view, venue: "x" })));
});

test("a fee in kind is sold at the fill's price; a rebate in kind after the last sale begins a trip", () => {
  const eth = { symbol: "ETH/USD", feeCurrency: "ETH" };
  const { views, trips, book } = tripsOf([fill("1", "2000", { ...eth, fee: decimal("0.001") }), fill("-0.999", "2100", { ...eth, feeCurrency: "USD", fee: decimal("2") })]);
  expect(views[0]).toMatchObject({ quantity: "1", exitPrice: "2099.9", grossPnl: "99.9", fees: "4", netPnl: "95.9", fills: 2 });
  expect([...book.nets()].map((row) => trips.openOf(row))).toEqual([undefined]);
  const rebate = tripsOf([fill("1", "2000", eth), fill("-1", "2100", { ...eth, fee: decimal("-0.01") })]);
  expect(rebate.views[0]).toMatchObject({ grossPnl: "100", fees: "-21", netPnl: "121" });
  expect([...rebate.book.nets()].map((row) => rebate.trips.openOf(row))).toMatchObject([{ fills: 1, opened: decimal("0.01"), entryValue: decimal("21") }]);
});

test("a split restates both sides; funding counts while something is held; what settles and what is moved close too", () => {
  const event = { id: "e", timeNs: 0n, account: "a", venue: "x", symbol: "ACME" };
  const { views } = tripsOf([
    fill("2", "100"), fill("-1", "110"), { event: { ...event, type: "split", over: 4n, under: 1n } }, { event: { ...event, type: "funded", amount: decimal("-0.5"), currency: "USD" } },
    { event: { ...event, type: "moved", quantity: decimal("-1"), cost: decimal("-30") } }, { event: { ...event, type: "settled", price: decimal("20") } }, { event: { ...event, type: "funded", amount: decimal("9"), currency: "USD" } },
  ]);
  // 200 paid for 8 of today's units; 110 + 30 + 3 × 20 came back
  expect(views[0]).toMatchObject({ quantity: "8", entryPrice: "25", exitPrice: "25", grossPnl: "0", funding: "-0.5", netPnl: "-0.5", fills: 2 });
});

test("totals: won and lost by net P&L, zero apart, each currency for itself, null where a fee has no mark", () => {
  const sums = new TripSums();
  const { closed } = tripsOf([
    fill("1", "10"), fill("-1", "12"), fill("1", "10"), fill("-1", "9"), fill("1", "5", { fee: decimal("1") }), fill("-1", "6"),
    fill("1", "100", { symbol: "COIN" }), fill("-1", "200", { symbol: "COIN", fee: decimal("1"), feeCurrency: "XYZ" }),
  ]);
  for (const trip of closed) if (trip.row.isNet) sums.add(trip);
  expect(sums.totals()).toEqual([
    { currency: "BTC", trips: 1, winners: null, losers: null, zero: null, grossPnl: "0.5", fees: null, funding: "0", netPnl: null, best: null, worst: null, average: null },
    { currency: "USD", trips: 3, winners: 1, losers: 1, zero: 1, grossPnl: "2", fees: "1", funding: "0", netPnl: "1", best: "2", worst: "-1", average: "0.333333333333" },
  ]);
});

const family = ({ account, symbol, isNet, ...row }: BookRow) => [account, symbol.replace("NEW", ""), isNet ? "" : (row as { venue?: string }).venue].join(" ");
const symbols = [...DOLLAR_SYMBOLS, ...COIN_SYMBOLS];

test("per row, what its trips made is its realized P&L, and what they paid its fees; a row on no trip is flat", () => {
  fc.assert(
    fc.property(anyStory(symbols), fc.boolean(), fc.constantFrom("average" as const, "fifo" as const, "lifo" as const, "hifo" as const), (steps, isMarked, method) => {
      const { book, trips, closed } = tripsOf(steps, { method, ...(isMarked ? {} : { marks: [] }) });
      const made = new Map<string, Known>();
      const paid = new Map<string, Known>();
      const add = (sums: Map<string, Known>, key: string, amount: Known) => sums.set(key, plus(sums.has(key) ? sums.get(key) : zero, amount));
      for (const { row, gross, fees } of closed) {
        add(made, family(row), gross);
        add(paid, family(row), fees);
      }
      for (const net of book.nets()) {
        const { net: figures, venues } = figuresOf(book, net, now);
        for (const { row, figures: own } of [{ row: net, figures }, ...venues]) {
          const open = trips.openOf(row);
          expect(open === undefined, "on a trip or flat").toBe(own.quantity.mantissa === 0n);
          const soFar = open === undefined ? zero : addDecimals(open.entryValue, open.exitValue);
          const realized = row.instrument.inverse ? minus(soFar, own.cost) : minus(own.cost, soFar);
          add(made, family(row), minus(realized, own.realized));
          add(paid, family(row), minus(open === undefined ? zero : open.fees, own.fees));
          if (open !== undefined) expect(open.held).toEqual(own.quantity);
        }
      }
      for (const sum of made.values()) expect(sum).toEqual(zero);
      for (const sum of paid.values()) if (isMarked) expect(sum).toEqual(zero);
    }),
    { numRuns: 400 },
  );
});

test("no cost method changes a trip", () => {
  fc.assert(
    fc.property(anyStory(symbols, false), fc.constantFrom("fifo" as const, "lifo" as const, "hifo" as const), (steps, method) => {
      expect(tripsOf(steps, { method }).views).toEqual(tripsOf(steps).views);
    }),
    { numRuns: 150 },
  );
});

/** Trips reckoned again from the fills of one row, in units of 10^-60: whole numbers, one small fill after the other. */
function reckoned(fills: readonly Fill[], { inverse, multiplier }: { readonly inverse: boolean; readonly multiplier: bigint }) {
  const DIGITS = 60;
  const at = ({ mantissa, digits }: Decimal, to: number) => mantissa * 10n ** BigInt(to - digits);
  const found: object[] = [];
  let held = 0n; // 18 digits
  let side = { in: 0n, inValue: 0n, out: 0n, outValue: 0n, fills: 0 };
  const value = (quantity: bigint, price: Decimal) =>
    inverse ? divideHalfEven(multiplier * quantity * 10n ** BigInt(price.digits), price.mantissa * 10n) * 10n ** 42n : quantity * price.mantissa * (multiplier * 10n ** BigInt(DIGITS - 18 - price.digits - 1));
  const shown = (quantity: bigint, of: bigint) => {
    const [q, v] = [quantity * multiplier * 10n ** BigInt(DIGITS - 18 - 1), of];
    return inverse ? formatRatio(q, v, 12) : formatRatio(v, q, 12);
  };
  for (const { quantity, price, fee, feeCurrency, symbol } of fills) {
    const inKind = symbol === "ETH/USD" && feeCurrency === "ETH" && fee.mantissa !== 0n;
    let isCounted = false;
    for (const part of inKind ? [at(quantity, 18), -at(fee, 18)] : [at(quantity, 18)]) {
      const closes = held === 0n || held > 0n === part > 0n ? 0n : held + part === 0n || held > 0n === held + part > 0n ? part : -held;
      const whole = value(part, price);
      const closing = closes === part ? whole : inverse ? divideHalfEven(whole / 10n ** 42n * closes, part) * 10n ** 42n : (whole * closes) / part;
      if (closes !== 0n) {
        side.out += closes;
        side.outValue += closing;
        if (part !== -at(fee, 18) || !inKind || !isCounted) side.fills += 1;
        isCounted = true;
        held += closes;
        if (held === 0n) {
          const gross = -(side.inValue + side.outValue);
          found.push({ direction: side.in > 0n ? "long" : "short", quantity: formatScaled(side.in > 0n ? side.in : -side.in, 18), grossPnl: formatScaled(inverse ? -gross : gross, DIGITS), entryPrice: shown(side.in, side.inValue), exitPrice: shown(side.out, side.outValue), fills: side.fills });
          side = { in: 0n, inValue: 0n, out: 0n, outValue: 0n, fills: 0 };
          isCounted = false;
        }
      }
      if (closes === part) continue;
      side.in += part - closes;
      side.inValue += whole - closing;
      if (!isCounted) side.fills += 1;
      isCounted = true;
      held += part - closes;
    }
  }
  return found;
}

test("an independent computation of trips agrees", () => {
  const multipliers: Readonly<Record<string, bigint>> = { PERP: 25n, FUT: 500n, CALL: 1000n, COIN: 1000n }; // tenths
  fc.assert(
    fc.property(anyStory(symbols, false), (steps) => {
      const { views } = tripsOf(steps);
      const fills = steps.flatMap((step) => ("fill" in step ? [step.fill] : []));
      for (const symbol of symbols) for (const account of ["a", "b"]) for (const venue of [null, "x", "y"]) {
        const mine = (of: { readonly symbol: string; readonly account: string; readonly venue: string | null }) => of.symbol === symbol && of.account === account && (venue === null || of.venue === venue);
        const seen = views.filter((view) => view.symbol === symbol && view.account === account && view.venue === venue);
        expect(seen.map(({ direction, quantity, grossPnl, entryPrice, exitPrice, fills: count }) => ({ direction, quantity, grossPnl, entryPrice, exitPrice, fills: count })))
          .toEqual(reckoned(fills.filter(mine), { inverse: symbol === "COIN", multiplier: multipliers[symbol] ?? 10n }));
      }
    }),
    { numRuns: 200 },
  );
});
