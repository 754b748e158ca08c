import type { SimulatedSymbol } from "./catalog.ts";
import type { Random } from "./random.ts";
import type { Priced } from "./underlying.ts";
import type { Order, Quote, SimulatedVenue } from "./venue.ts";

/** What bots see, and where they trade. */
export interface Floor {
  readonly underlyings: readonly Priced[];
  readonly random: Random;
  readonly step: number; // counts up from 0, `STEPS_A_SECOND` a second
  venuesOf(symbol: string): readonly SimulatedVenue[];
  trade(venue: SimulatedVenue, symbol: SimulatedSymbol, order: Order): void;
}

/** A bot: looks at the floor at every step, and trades or not. It remembers what it needs. */
export type Bot = (floor: Floor) => void;

export const STEPS_A_SECOND = 20;

/** A venue and what it quotes for a symbol, if it does. */
export function quotesOf(floor: Floor, symbol: string): { readonly venue: SimulatedVenue; readonly quote: Quote }[] {
  return floor.venuesOf(symbol).flatMap((venue) => {
    const quote = venue.quote(symbol);
    return quote === undefined ? [] : [{ venue, quote }];
  });
}

/** A size around the usual one of a symbol. */
export function aboutUsual({ usual }: SimulatedSymbol, random: Random): number {
  return random.integer(Math.ceil(usual / 3), usual * 2);
}
