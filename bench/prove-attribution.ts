// `npm run prove-attribution [-- SEED [FILLS]]`: attribution of random tagged fills, with flips, busts, amendments, fees in kind and in third
// currencies and funding, against sums that share no code with it: to the last digit, by every key and pair.
import type { EventReport } from "../src/core/engine/index.ts";
import { Directory, FillColumns, type Fill } from "../src/core/model/index.ts";
import { ATTRIBUTION_KEYS, type Attribution, type AttributionKey, type AttributionKeys } from "../src/core/performance/index.ts";
import { Ledger, readAttributions } from "../src/runtime/index.ts";
import { LotReckoner } from "./lot-reckoner.ts";
import { decimal, divided, magnitude, minus, negative, nothing, parsed, plus, rounded, same, shown, times, type Rational } from "./rational.ts";
import { ACCOUNTS, DEFINITIONS, instrumentOf, RATES, START_MS, SYMBOLS, TaggedStory, VENUES } from "./tagged-story.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const DEFAULT_SEED = 20_261_121;
const DEFAULT_FILLS = 1_000_000;
const BATCH = 10_000;
const CORRECTED = 2_000; // one fill in so many is busted, as many are amended
const FUNDED = 5_000;
const SHOWN_FAILURES = 10;
/** A tag's own figure is compared with exact fractions, of which the book rounds each share at 18 decimals. */
const WITHIN = parsed("0.00000001");
const EXACT_KEYS: ReadonlySet<AttributionKey> = new Set(["venue", "symbol", "account"]);

interface Funding {
  readonly at: number; // behind so many fills
  readonly account: string;
  readonly venue: string;
  readonly symbol: string;
  readonly amount: string;
}

const seed = Number(process.argv[2] ?? DEFAULT_SEED);
const count = Number(process.argv[3] ?? DEFAULT_FILLS);
const endNs = BigInt(START_MS + count * 20 + 1) * 1_000_000n;
const marks = new Map<string, string>(); // by venue and symbol, "" for every venue
let passed = 0;
let failed = 0;
await inTemporaryFolder((folder) => Promise.resolve(prove(folder)));

function prove(folder: string): void {
  const { fills, funding, flips } = written(folder);
  process.stdout.write(`prove-attribution: seed ${seed}, ${count.toLocaleString("en-US")} tagged fills, ${flips.toLocaleString("en-US")} of which flip a position, ${Math.floor(count / CORRECTED)} busts, as many amendments, ${funding.length} funding payments\n`);
  const keys: AttributionKeys[] = [...ATTRIBUTION_KEYS.map((key) => [key]), ...ATTRIBUTION_KEYS.flatMap((a, i) => ATTRIBUTION_KEYS.slice(i + 1).map((b) => [a, b]))];
  const begun = performance.now();
  const { attributions } = readAttributions({ dataDir: folder, currency: "USD", marksMaxAgeNs: undefined, nowNs: endNs, reported: "USD" }, keys);
  const seconds = (performance.now() - begun) / 1000;
  process.stdout.write(`  ${keys.length} attributions in ${seconds.toFixed(1)} s, ${((seconds * 1e6) / count).toFixed(2)} µs a fill\n`);
  const own = ownSums(fills, funding);
  const net = [...own.values()].reduce(plus, nothing);
  const right = fills.filter((fill) => fill !== undefined);
  for (const attribution of attributions) checkSums(attribution, net, right.length);
  for (const [i, of] of keys.entries()) if (of.every((key) => EXACT_KEYS.has(key))) checkGroups(attributions[i]!, of, own);
  for (const tag of ["signal", "strategy"] as const) checkTags(attributions[keys.findIndex(([key, second]) => key === tag && second === undefined)]!, lotSums(fills, funding, tag));
  process.stdout.write(`  net P&L ${attributions[0]!.total.totalPnl} USD\n${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

/** Writes the journal. Returns the fills as they are right: undefined where one was busted. */
function written(folder: string): { fills: (Fill | undefined)[]; funding: Funding[]; flips: number } {
  const ledger = Ledger.open({ dataDir: folder, currency: "USD", clock: { nowNs: () => endNs } });
  const story = new TaggedStory(seed, true);
  const { random } = story;
  const directory = new Directory();
  const columns = new FillColumns(BATCH);
  const fills: (Fill | undefined)[] = [];
  const funding: Funding[] = [];
  const held = new Map<string, bigint>();
  let flips = 0;
  ledger.writesLater = true;
  ledger.expect(count);
  ledger.define(DEFINITIONS);
  ledger.take([...ACCOUNTS.keys()].map((at): EventReport => ({ type: "chosen", id: "", timeNs: 0n, account: ACCOUNTS[at]!, method: at === 0 ? "average" : "hifo" })));
  ledger.mark(Object.entries(RATES).map(([symbol, price]) => ({ venue: "", symbol, price, timeNs: 0n })));
  while (fills.length < count) {
    columns.clear();
    for (let run = Math.min(BATCH, count - fills.length); run > 0; run -= 1) {
      const fill = story.fill(fills.length);
      const key = `${fill.account} ${fill.symbol}`;
      const before = held.get(key) ?? 0n;
      const after = before + fill.quantity.mantissa;
      if (before !== 0n && after !== 0n && before < 0n !== after < 0n) flips += 1;
      held.set(key, after);
      fills.push(fill);
      columns.push(fill, directory);
    }
    const { refused } = ledger.bookFills(columns, directory);
    if (refused.length > 0) throw new Error(`a fill was refused: ${refused[0]!.refusal.why}`);
    if (fills.length % FUNDED === 0) funding.push({ at: fills.length, account: random.pick(ACCOUNTS), venue: random.pick(VENUES), symbol: "PERP", amount: `${random.chance(0.5) ? "-" : ""}${random.below(1_000)}.${random.between(1, 99_999)}` });
    if (funding.at(-1)?.at === fills.length) ledger.take([fundedBy(funding.at(-1)!)]);
  }
  for (const symbol of SYMBOLS) mark("", symbol, `${random.between(1, 9_999)}.${random.between(1, 999)}`);
  mark("kraken", "OPTION", "3.5");
  mark("okx", "PERP", "2222.25");
  mark("", "ETH/USD", "2012.5");
  ledger.mark([...marks].map(([key, price]) => ({ venue: key.split(" ")[0]!, symbol: key.split(" ")[1]!, price, timeNs: endNs })));
  ledger.take(corrections(fills, random));
  ledger.sync();
  ledger.close();
  return { fills, funding, flips };
}

function fundedBy({ account, venue, symbol, amount, at }: Funding): EventReport {
  const { n, over } = parsed(amount);
  return { type: "funded", id: "", timeNs: BigInt(START_MS + at * 20) * 1_000_000n, account, venue, symbol, currency: "USD", amount: { mantissa: n, digits: over.toString().length - 1 } };
}

/** Busts and amendments, said at the end, of fills anywhere; puts them right in `fills`. */
function corrections(fills: (Fill | undefined)[], random: TaggedStory["random"]): EventReport[] {
  const events: EventReport[] = [];
  for (let left = 2 * Math.floor(count / CORRECTED); left > 0; ) {
    const at = random.below(count);
    const fill = fills[at];
    if (fill === undefined) continue;
    const identity = { account: fill.account, venue: fill.venue, symbol: fill.symbol, id: fill.id };
    if (left % 2 === 0) {
      events.push({ type: "bust", id: "", timeNs: endNs, fill: identity });
      fills[at] = undefined;
    } else {
      const quantity = { mantissa: BigInt(random.between(1, 10_000)), digits: fill.quantity.digits };
      events.push({ type: "amend", id: "", timeNs: endNs, fill: identity, changes: { quantity, side: "sell" } });
      fills[at] = { ...fill, quantity: { ...quantity, mantissa: -quantity.mantissa } };
    }
    left -= 1;
  }
  return events;
}

function mark(venue: string, symbol: string, price: string): void {
  marks.set(`${venue} ${symbol}`, price);
}

/** Net P&L in USD of each account, venue and symbol: what was paid and received, and what is held at its mark. */
function ownSums(fills: readonly (Fill | undefined)[], funding: readonly Funding[]): Map<string, Rational> {
  const quantities = new Map<string, Rational>();
  const sums = new Map<string, Rational>();
  const add = (to: Map<string, Rational>, key: string, amount: Rational) => to.set(key, plus(to.get(key) ?? nothing, amount));
  for (const fill of fills) {
    if (fill === undefined) continue;
    const key = `${fill.account} ${fill.venue} ${fill.symbol}`;
    const quantity = amountOf(fill.quantity);
    add(sums, key, minus(negative(valueOf(fill.symbol, quantity, amountOf(fill.price))), feeOf(fill)));
    add(quantities, key, minus(quantity, inKindOf(fill)));
    if (inKindOf(fill).n !== 0n) add(sums, key, times(inKindOf(fill), amountOf(fill.price)));
  }
  for (const { account, venue, symbol, amount } of funding) add(sums, `${account} ${venue} ${symbol}`, parsed(amount));
  for (const [key, quantity] of quantities) {
    const [, venue, symbol] = key.split(" ") as [string, string, string];
    add(sums, key, valueOf(symbol, quantity, markOf(venue, symbol)));
  }
  return new Map([...sums].map(([key, sum]) => [key, times(sum, inUsd(key.split(" ")[2]!))]));
}

/** What each tag made, in USD. */
function lotSums(fills: readonly (Fill | undefined)[], funding: readonly Funding[], key: "signal" | "strategy"): Map<string, Rational> {
  const reckoners = new Map(ACCOUNTS.flatMap((account) => SYMBOLS.map((symbol) => [`${account} ${symbol}`, new LotReckoner(instrumentOf(symbol))])));
  const held = new Map<string, Rational>(); // by account, venue and symbol
  const paid = [...funding];
  for (const [at, fill] of fills.entries()) {
    for (; paid[0] !== undefined && paid[0].at <= at; paid.shift()) reckoners.get(`${paid[0].account} ${paid[0].symbol}`)!.fund(parsed(paid[0].amount));
    if (fill === undefined) continue;
    reckoners.get(`${fill.account} ${fill.symbol}`)!.apply({ fill, tag: key === "signal" ? fill.signalId : fill.strategy, fee: feeOf(fill), inKind: inKindOf(fill) });
    const own = `${fill.account} ${fill.venue} ${fill.symbol}`;
    held.set(own, minus(plus(held.get(own) ?? nothing, amountOf(fill.quantity)), inKindOf(fill)));
  }
  for (const { account, symbol, amount } of paid) reckoners.get(`${account} ${symbol}`)!.fund(parsed(amount));
  const all = new Map<string, Rational>();
  for (const [of, reckoner] of reckoners) {
    const [account, symbol] = of.split(" ") as [string, string];
    const value = VENUES.reduce((sum, venue) => plus(sum, valueOf(symbol, held.get(`${account} ${venue} ${symbol}`) ?? nothing, markOf(venue, symbol))), nothing);
    for (const [tag, made] of reckoner.at(value)) all.set(tag, plus(all.get(tag) ?? nothing, times(made, inUsd(symbol))));
  }
  return all;
}

function checkSums({ by, groups, total }: Attribution, net: Rational, trades: number): void {
  checkAmount(`by ${by}: the sum of its ${groups.length} groups`, groups.reduce((sum, { totalPnl }) => plus(sum, parsed(totalPnl!)), nothing), net);
  checkAmount(`by ${by}: the total`, parsed(total.totalPnl!), net);
  check(`by ${by}: fills`, groups.reduce((sum, { numTrades }) => sum + numTrades, 0), trades);
}

/** Groups that no lot divides: to the last digit. */
function checkGroups({ by, groups }: Attribution, keys: AttributionKeys, own: ReadonlyMap<string, Rational>): void {
  const sums = new Map<string, Rational>();
  for (const [of, sum] of own) {
    const [account, venue, symbol] = of.split(" ") as [string, string, string];
    const named: Partial<Record<AttributionKey, string>> = { account, venue, symbol };
    const key = keys.map((name) => named[name]!).join(",");
    sums.set(key, plus(sums.get(key) ?? nothing, sum));
  }
  check(`by ${by}: groups`, groups.length, sums.size);
  for (const { key, totalPnl } of groups) checkAmount(`by ${by}: ${key}`, parsed(totalPnl!), sums.get(key) ?? nothing);
}

/** Groups of lots, of which each share is rounded: within less than a digit of money. */
function checkTags({ by, groups }: Attribution, sums: ReadonlyMap<string, Rational>): void {
  check(`by ${by}: groups`, groups.length, sums.size);
  for (const { key, totalPnl } of groups) {
    const off = magnitude(minus(parsed(totalPnl!), sums.get(key) ?? nothing));
    if (off.n * WITHIN.over <= WITHIN.n * off.over) passed += 1;
    else fail(`by ${by}: "${key}" to 8 decimals`, totalPnl!, shown(sums.get(key) ?? nothing));
  }
}

/** What a quantity is worth in the settle currency at a price; of an inverse contract less than 0, for it gains as that falls. */
function valueOf(symbol: string, quantity: Rational, price: Rational): Rational {
  const { inverse, multiplier } = instrumentOf(symbol);
  const units = times(quantity, amountOf(multiplier));
  return inverse ? negative(rounded(divided(units, price), 18)) : times(units, price);
}

/** The part of the quantity that a fee in the base currency of a spot symbol takes. */
function inKindOf({ fee, feeCurrency, symbol }: Fill): Rational {
  const { kind, base, settle } = instrumentOf(symbol);
  return kind === "spot" && feeCurrency === base && base !== settle ? amountOf(fee) : nothing;
}

/** What a fee is worth in the settle currency. */
function feeOf(fill: Fill): Rational {
  const { settle } = instrumentOf(fill.symbol);
  const fee = amountOf(fill.fee);
  if (inKindOf(fill).n !== 0n) return times(fee, amountOf(fill.price));
  return fill.feeCurrency === "BNB" ? times(fee, parsed(RATES[`BNB/${settle}`]!)) : fee;
}

function inUsd(symbol: string): Rational {
  const { settle } = instrumentOf(symbol);
  return settle === "USD" ? parsed("1") : parsed(settle === "ETH" ? marks.get(" ETH/USD")! : RATES[`${settle}/USD`]!);
}

function markOf(venue: string, symbol: string): Rational {
  return parsed(marks.get(`${venue} ${symbol}`) ?? marks.get(` ${symbol}`)!);
}

function amountOf({ mantissa, digits }: Fill["quantity"]): Rational {
  return decimal(mantissa, digits);
}

function checkAmount(what: string, is: Rational, shouldBe: Rational): void {
  if (same(is, shouldBe)) passed += 1;
  else fail(what, shown(is), shown(shouldBe));
}

function check(what: string, is: number, shouldBe: number): void {
  if (is === shouldBe) passed += 1;
  else fail(what, `${is}`, `${shouldBe}`);
}

function fail(what: string, is: string, shouldBe: string): void {
  failed += 1;
  if (failed <= SHOWN_FAILURES) process.stdout.write(`  FAILED ${what} is ${is}, should be ${shouldBe}\n`);
}
