import { Book, type BookOptions } from "../src/core/book/index.ts";
import { FillColumns, traitsOf, type Directory } from "../src/core/model/index.ts";
import { Random } from "./random.ts";

/** Amounts of one symbol: integers and the digits they are counted in. */
export interface Tick {
  readonly quantityDigits: number;
  readonly priceDigits: number;
  readonly size: readonly [least: number, most: number];
  readonly price: readonly [least: number, most: number];
}

export interface MarketOptions {
  readonly seed: number;
  readonly positions: number; // net ones; each has rows on 2 to 4 venues below it
  readonly fills: number;
  readonly tick: (random: Random) => Tick; // asked once a symbol
}

/** Random fills over many positions, and the fills that opened those. Numbers are those of `directory`. */
export interface Market {
  readonly options: MarketOptions;
  readonly opening: FillColumns; // one for every route
  readonly fills: FillColumns;
}

const VENUES = ["binance", "kraken", "coinbase", "okx"];
const START_MS = Date.UTC(2024, 0, 2);
const STEP_MS = 7;

/**
 * Fills that hit positions and sides at random. Positions are opened larger than later fills are, as they are in life,
 * so that about a third of all fills close a part.
 */
export function randomMarket(options: MarketOptions, directory: Directory): Market {
  const random = new Random(options.seed);
  const ticks: Tick[] = [];
  const symbolOfRoute: number[] = [];
  for (let symbol = 0; symbol < options.positions; symbol += 1) {
    ticks.push(options.tick(random));
    const first = random.below(VENUES.length);
    for (let n = random.between(2, 4); n > 0; n -= 1) {
      directory.routeNumber("main", VENUES[(first + n) % VENUES.length]!, `S${symbol}/USD`);
      symbolOfRoute.push(symbol);
    }
  }
  const opening = new FillColumns(symbolOfRoute.length, 0);
  const fills = new FillColumns(options.fills, 0);
  const routes = symbolOfRoute.map((_, route) => route);
  for (let i = routes.length - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    [routes[i], routes[j]] = [routes[j]!, routes[i]!];
  }
  for (const route of routes) addFill(opening, route, ticks[symbolOfRoute[route]!]!, true, opening.count, random);
  for (let i = 0; i < options.fills; i += 1) {
    const route = random.below(symbolOfRoute.length);
    addFill(fills, route, ticks[symbolOfRoute[route]!]!, false, opening.count + i, random);
  }
  return { options, opening, fills };
}

/** A book in which the opening fills are booked. */
export function openedBook(market: Market, directory: Directory, options: BookOptions = {}): Book {
  const book = new Book(options);
  book.directory.add(directory.since(0, 0));
  book.apply(market.opening);
  return book;
}

/** Remembers all rows of a book; what is returned puts them back. */
export function rememberRows({ table }: Book): () => void {
  const lines = table.lines.slice();
  const rests = table.rests.slice();
  return () => {
    table.lines.set(lines);
    table.rests.set(rests);
  };
}

const PASSES = 3;

/**
 * Nanoseconds a fill, over passes that each begin with the opened book. A first pass is not timed: another process, or
 * the baseline, had the caches and the memory's pages in the meantime, which would be all that 100 ms show.
 */
export function nsPerFill(book: Book, { fills }: Market, reopen: () => void): number {
  let taken = 0;
  for (let pass = 0; pass <= PASSES; pass += 1) {
    reopen();
    const begun = performance.now();
    book.apply(fills);
    if (pass > 0) taken += performance.now() - begun;
  }
  return (taken / PASSES / fills.count) * 1e6;
}

function addFill(columns: FillColumns, route: number, tick: Tick, opens: boolean, number: number, random: Random): void {
  const row = columns.count;
  const units = random.between(...tick.size) * (opens ? 2 : 1) * (random.chance(0.5) ? 1 : -1);
  const price = random.between(...tick.price);
  const paid = Math.round(((Math.abs(units) * price) / 10 ** (tick.quantityDigits + tick.priceDigits)) * 10);
  // Opening fills need all their digits: then rows have them from the start, as defined instruments do.
  const amount = (mantissa: number, digits: number) => ({ mantissa: BigInt(opens && mantissa % 10 === 0 ? mantissa + 1 : mantissa), digits });
  columns.setAmounts(row, { quantity: amount(units, tick.quantityDigits), price: amount(price, tick.priceDigits), fee: amount(paid, 4) }); // a fee of 10 basis points
  const ns = BigInt(START_MS + number * STEP_MS) * 1_000_000n;
  columns.timeHigh[row] = Number(ns >> 32n);
  columns.timeLow[row] = Number(ns & 0xffff_ffffn);
  columns.route[row] = route;
  columns.feeCurrency[row] = -1;
  columns.strategy[row] = -1;
  columns.signal[row] = -1;
  columns.traits[row] = traitsOf({ unit: "ms" }, { liquidity: "taker", venueType: "cex" });
  columns.idEnd[row] = 0;
  columns.noteEnd[row] = 0;
  columns.count = row + 1;
}
