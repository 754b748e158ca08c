// `npm run prove [-- SEED] [FILLS]`: a million random fills through the columns into the book, and every row of it
// against an independent computation in exact fractions (see reckoner.ts). Ends with `N passed, N failed`.
import { Book, positionsOf, type PositionView, type RowView } from "../src/core/book/index.ts";
import { FillColumns, formatTime, inferInstrument, netKey, type Fill, type Instrument } from "../src/core/model/index.ts";
import { Random } from "./random.ts";
import { minus, negative, nothing, parsed, plus, same, shown, type Rational } from "./rational.ts";
import { Reckoner } from "./reckoner.ts";

const DEFAULT_SEED = 20_240_229;
const DEFAULT_FILLS = 1_000_000;
const CHECKPOINTS = 8;
const SHOWN_FAILURES = 10;
const ACCOUNTS = ["main", "fund"];
const VENUES = ["binance", "kraken", "coinbase"];
const NOW_NS = 2n ** 62n;

const defined = (symbol: string, of: Partial<Instrument>): Instrument => ({
  venue: "", symbol, kind: "perpetual", base: "ETH", quote: "USD", settle: "USD", multiplier: { mantissa: 1n, digits: 0 }, inverse: false, priceDigits: undefined, quantityDigits: undefined, ...of,
});
const definitions: readonly Instrument[] = [
  defined("PERP", { multiplier: { mantissa: 25n, digits: 1 } }),
  defined("MICRO", { kind: "future", multiplier: { mantissa: 1n, digits: 18 }, priceDigits: 2, quantityDigits: 0 }),
  defined("OPTION", { kind: "option", multiplier: { mantissa: 100n, digits: 0 }, priceDigits: 4, quantityDigits: 2 }),
  defined("BTC/USD", { kind: "spot", base: "BTC", priceDigits: 2, quantityDigits: 8 }),
  defined("EURO", { quote: "EUR", settle: "EUR" }),
  defined("COIN", { settle: "ETH", inverse: true, multiplier: { mantissa: 10n, digits: 0 }, priceDigits: 2, quantityDigits: 0 }),
  defined("COIN-WILD", { settle: "ETH", inverse: true }),
  defined("SPLIT", { multiplier: { mantissa: 10n, digits: 0 } }),
  defined("SPLIT", { venue: "kraken", multiplier: { mantissa: 1n, digits: 0 } }), // counts otherwise there: no common net row
];

/** How the amounts of a symbol look: those of a market, in its own digits, or anything at all. */
interface Style {
  readonly symbol: string;
  readonly wild: boolean;
  readonly fees: "any" | "quote"; // fees of any currency and scale, or plain ones
  readonly quantityDigits: number;
  readonly priceDigits: number;
  readonly priceWhole: number; // digits before the point
}

const seed = Number(process.argv[2] ?? DEFAULT_SEED);
const count = Number(process.argv[3] ?? DEFAULT_FILLS);
const random = new Random(seed);
const styles = stylesOf();
const book = new Book();
const venueRows = new Map<string, Reckoner>();
const netRows = new Map<string, Reckoner>();
let passed = 0;
let failed = 0;
prove();

function prove(): void {
  process.stdout.write(`prove: seed ${seed}, ${count.toLocaleString("en-US")} fills, ${styles.length} symbols, ${ACCOUNTS.length} accounts, ${VENUES.length} venues\n`);
  for (const instrument of definitions) book.define(instrument);
  book.mark({ venue: "", symbol: "BNB/USD", price: "300.25", timeNs: -(2n ** 62n) });
  const columns = new FillColumns(20_000);
  for (let done = 0, checkpoint = 1; done < count; ) {
    columns.clear();
    for (let run = Math.min(random.between(1, columns.capacity), count - done); run > 0; run -= 1, done += 1) {
      const fill = anyFill(done);
      columns.push(fill, book.directory);
      for (const row of rowsOf(fill)) row.apply(fill);
    }
    book.apply(columns);
    if (done < (count * checkpoint) / CHECKPOINTS) continue;
    checkBook();
    checkpoint = Math.floor((done * CHECKPOINTS) / count) + 1;
    process.stdout.write(`  ${done.toLocaleString("en-US")} fills: ${passed.toLocaleString("en-US")} checks passed, ${failed} failed\n`);
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

function stylesOf(): Style[] {
  const market = (symbol: string, quantityDigits: number, priceDigits: number, priceWhole: number): Style => ({ symbol, wild: false, fees: "any", quantityDigits, priceDigits, priceWhole });
  const plain = (symbol: string, quantityDigits: number, priceDigits: number, priceWhole: number): Style => ({ ...market(symbol, quantityDigits, priceDigits, priceWhole), fees: "quote" });
  const wild = (symbol: string): Style => ({ symbol, wild: true, fees: "any", quantityDigits: 0, priceDigits: 0, priceWhole: 0 });
  return [
    market("ETH/USD", 8, 2, 4), market("SHIB/USD", 0, 12, 0), market("AAPL", 0, 2, 3), market("BTC/USD", 8, 2, 5), market("MICRO", 0, 2, 5), market("OPTION", 2, 4, 2), market("COIN", 0, 2, 4), market("EURO", 3, 1, 5),
    ...Array.from({ length: 12 }, (_, i) => market(`M${i}/USD`, random.between(0, 18), random.between(0, 12), random.between(0, 6))),
    ...Array.from({ length: 10 }, (_, i) => plain(`S${i}`, random.between(0, 4), random.between(0, 4), random.between(1, 3))), // mostly one double each
    ...Array.from({ length: 10 }, (_, i) => plain(`C${i}/USD`, random.between(5, 9), random.between(4, 9), random.between(1, 5))), // mostly two
    wild("WILD/USD"), wild("SOL-EUR"), wild("PERP"), wild("COIN-WILD"), wild("SPLIT"),
  ];
}

function anyFill(number: number): Fill {
  const style = random.pick(styles);
  const account = random.pick(ACCOUNTS);
  const venue = random.pick(VENUES);
  const instrument = instrumentOf(venue, style.symbol);
  const held = venueRows.get(`${account} ${venue} ${style.symbol}`)?.quantity;
  return {
    account, venue, symbol: style.symbol, id: String(number),
    quantity: (random.chance(0.1) ? undoing(held, instrument) : undefined) ?? signed(style.wild ? anyAmount(9) : digitsOf(random.between(1, 7), style.quantityDigits)),
    price: style.wild ? anyAmount(9) : digitsOf(style.priceWhole + style.priceDigits, style.priceDigits),
    fee: random.chance(0.2) ? { mantissa: 0n, digits: 0 } : signed(style.fees === "any" && random.chance(0.2) ? anyAmount(3) : digitsOf(random.between(1, 5), random.between(0, 8)), 0.2),
    feeCurrency: random.pick(style.fees === "quote" ? ["", instrument.quote] : ["", "", "", instrument.quote, instrument.settle, instrument.base, "BNB"]),
    time: { ns: BigInt(Date.UTC(2024, 0, 1) + number - random.below(100)) * 1_000_000n, unit: "ms" },
    venueType: "cex", liquidity: "", strategy: "", signalId: "",
  };
}

/** What closes a position exactly, or turns it round; undefined where there is none, or its digits are not a fill's. */
function undoing(held: Rational | undefined, instrument: Instrument): Fill["quantity"] | undefined {
  if (held === undefined || held.n === 0n) return undefined;
  let digits = held.over.toString().length - 1;
  let mantissa = -held.n * (random.chance(0.5) ? 1n : 2n);
  for (; digits > 0 && mantissa % 10n === 0n; mantissa /= 10n) digits -= 1;
  const fits = digits <= (instrument.quantityDigits ?? 18) && magnitudeOf(mantissa) < 10n ** BigInt(18 + digits);
  return fits ? { mantissa, digits } : undefined;
}

/** From 10^−12, or what 18 decimals hold, up to 10^most: any scale, any number of decimals, needless zeros too. */
function anyAmount(most: number): Fill["price"] {
  const order = random.between(-12, most); // digits before the point, or −zeros after it
  const significant = random.between(1, Math.min(15, 18 + order));
  const digits = Math.max(0, significant - order);
  const mantissa = digitsOf(significant, 0).mantissa * 10n ** BigInt(Math.max(0, order - significant));
  const zeros = random.chance(0.1) ? random.between(0, 18 - digits) : 0;
  return { mantissa: mantissa * 10n ** BigInt(zeros), digits: digits + zeros };
}

/** A number of so many digits, none of them leading zeros, at some decimals. */
function digitsOf(length: number, digits: number): Fill["price"] {
  let mantissa = BigInt(random.between(1, 9));
  for (let rest = length - 1; rest > 0; rest -= 9) {
    const part = Math.min(9, rest);
    mantissa = mantissa * 10n ** BigInt(part) + BigInt(random.below(10 ** part));
  }
  return { mantissa, digits };
}

function signed(amount: Fill["price"], negatives = 0.5): Fill["price"] {
  return random.chance(negatives) ? { ...amount, mantissa: -amount.mantissa } : amount;
}

function magnitudeOf(n: bigint): bigint {
  return n < 0n ? -n : n;
}

function instrumentOf(venue: string, symbol: string): Instrument {
  const common = definitions.find((d) => d.symbol === symbol && d.venue === "");
  return definitions.find((d) => d.symbol === symbol && d.venue === venue) ?? common ?? inferInstrument(venue, symbol, "USD");
}

function rowsOf({ account, venue, symbol }: Fill): [Reckoner, Reckoner] {
  const instrument = instrumentOf(venue, symbol);
  return [reckoner(venueRows, `${account} ${venue} ${symbol}`, instrument), reckoner(netRows, `${account} ${symbol} ${netKey(instrument)}`, instrument)];
}

function reckoner(rows: Map<string, Reckoner>, key: string, instrument: Instrument): Reckoner {
  const known = rows.get(key);
  if (known !== undefined) return known;
  const row = new Reckoner(instrument);
  rows.set(key, row);
  return row;
}

/** Every row of the book, as it is shown, against its reckoning; and no row is missing. */
function checkBook(): void {
  const views = positionsOf(book, { nowNs: NOW_NS });
  for (const view of views) {
    const instrument = instrumentOf(view.venues[0]!.venue, view.symbol);
    checkRow(`${view.account} ${view.symbol} net`, instrument, view, netRows.get(`${view.account} ${view.symbol} ${netKey(instrument)}`)!);
    for (const venue of view.venues) checkVenue(view, venue.venue, venue);
  }
  check("net rows", views.length, netRows.size);
  check("venue rows", views.reduce((sum, view) => sum + view.venues.length, 0), venueRows.size);
}

function checkVenue({ account, symbol }: PositionView, venue: string, row: RowView): void {
  checkRow(`${account} ${symbol} ${venue}`, instrumentOf(venue, symbol), row, venueRows.get(`${account} ${venue} ${symbol}`)!);
}

function checkRow(name: string, { inverse }: Instrument, row: RowView, reckoned: Reckoner): void {
  const quantity = parsed(row.quantity);
  const total = parsed(row.totalCost);
  const cost = quantity.n < 0n ? negative(total) : total;
  const realized = parsed(row.realizedPnl);
  const law = inverse ? plus(realized, cost) : minus(cost, realized);
  checkAmount(`${name}: the law of conservation`, law, reckoned.flow);
  checkAmount(`${name}: quantity`, quantity, reckoned.quantity);
  checkAmount(`${name}: cost`, cost, reckoned.cost);
  checkAmount(`${name}: realized P&L`, realized, reckoned.realized);
  checkAmount(`${name}: volume`, parsed(row.totalVolume), reckoned.volume);
  check(`${name}: trades`, row.numTrades, reckoned.trades);
  check(`${name}: last updated`, row.lastUpdated ?? "", formatTime(reckoned.lastNs));
  for (const currency of new Set([...Object.keys(row.feesByCurrency), ...reckoned.fees.keys()])) {
    checkAmount(`${name}: fees in ${currency}`, parsed(row.feesByCurrency[currency] ?? "0"), reckoned.fees.get(currency) ?? nothing);
  }
}

function checkAmount(what: string, is: Rational, shouldBe: Rational): void {
  if (same(is, shouldBe)) passed += 1;
  else fail(what, shown(is), shown(shouldBe));
}

function check(what: string, is: number | string, shouldBe: number | string): void {
  if (is === shouldBe) passed += 1;
  else fail(what, String(is), String(shouldBe));
}

function fail(what: string, is: string, shouldBe: string): void {
  failed += 1;
  if (failed <= SHOWN_FAILURES) process.stdout.write(`  FAILED ${what} is ${is}, should be ${shouldBe}\n`);
}
