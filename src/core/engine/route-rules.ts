import type { FillColumns, Instrument } from "../model/index.ts";
import type { Book } from "../book/index.ts";
import { seedOf } from "./fingerprint.ts";

/** Digits that no amount exceeds. */
const ANY_DIGITS = 255;
/** No price fits at once: it must be looked at. */
const LOOK = -1;

/** What deciding needs to know of each route of a book, as columns: where its fingerprints start and what its instrument allows. */
export class RouteRules {
  /** Four words a route. */
  seeds = new Uint32Array(0);
  readonly #book: Book;
  #priceDigits = new Int16Array(0);
  #quantityDigits = new Int16Array(0);
  readonly #instruments: Instrument[] = [];
  #seeded = 0;
  #version = -1; // of the instruments that were asked

  constructor(book: Book) {
    this.#book = book;
  }

  /** Takes in what is new in the book: call before the others. */
  update(): void {
    const { directory, instruments } = this.#book;
    if (instruments.version !== this.#version) {
      this.#version = instruments.version;
      this.#instruments.length = 0;
    }
    const count = directory.routeCount;
    if (this.#instruments.length === count) return;
    if (this.#priceDigits.length < count) this.#grow(count * 2);
    for (let route = this.#instruments.length; route < count; route += 1) {
      const { venue, symbol } = directory.route(route);
      const instrument = instruments.of(venue, symbol);
      this.#instruments.push(instrument);
      this.#priceDigits[route] = instrument.inverse ? LOOK : (instrument.priceDigits ?? ANY_DIGITS);
      this.#quantityDigits[route] = instrument.quantityDigits ?? ANY_DIGITS;
    }
    for (; this.#seeded < count; this.#seeded += 1) this.seeds.set(seedOf(directory.route(this.#seeded)), this.#seeded * 4);
  }

  instrument(route: number): Instrument {
    return this.#instruments[route]!;
  }

  /** Whether a fill's amounts fit for certain: where not, `misfit` says what is wrong, if anything is. */
  fits(fills: FillColumns, row: number, route: number): boolean {
    return fills.priceDigits[row]! <= this.#priceDigits[route]! && fills.quantityDigits[row]! <= this.#quantityDigits[route]!;
  }

  #grow(routes: number): void {
    const { seeds } = this;
    this.seeds = new Uint32Array(routes * 4);
    this.seeds.set(seeds);
    const [price, quantity] = [this.#priceDigits, this.#quantityDigits];
    this.#priceDigits = new Int16Array(routes);
    this.#priceDigits.set(price);
    this.#quantityDigits = new Int16Array(routes);
    this.#quantityDigits.set(quantity);
  }
}
