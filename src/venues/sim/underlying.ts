import type { SimulatedSymbol } from "./catalog.ts";
import type { Random } from "./random.ts";

/** Share of the way back to where it began that a price is pulled every second: a demo of a week stays in sight. */
const PULL = 0.000_02;

/** A symbol at a price. */
export interface Priced {
  readonly of: SimulatedSymbol;
  readonly price: number; // whole units of 10^-8
}

/** The one price of a symbol that every venue quotes: a random walk with a weak pull to where it began. */
export class Underlying implements Priced {
  readonly of: SimulatedSymbol;
  price: number; // whole units of 10^-8
  readonly #random: Random;

  constructor(of: SimulatedSymbol, random: Random) {
    this.of = of;
    this.price = of.price;
    this.#random = random;
  }

  /** Moves it on by `seconds`. Square root and the four operations only: these are the same on every machine. */
  move(seconds: number): void {
    const walk = this.#random.normal() * this.of.restless * Math.sqrt(seconds) * this.price;
    const pull = (this.of.price - this.price) * PULL * seconds;
    this.price = Math.max(1, Math.round(this.price + walk + pull));
  }
}
