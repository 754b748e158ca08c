import { aboutUsual, quotesOf, STEPS_A_SECOND, type Bot, type Floor } from "./floor.ts";
import type { SimulatedSymbol } from "./catalog.ts";
import type { Quote, SimulatedVenue } from "./venue.ts";

/** Quotes on every venue that rewards it, is met by strangers, and leans its quotes so that what it holds goes back to nothing. */
export function marketMaker(account: string): Bot {
  const held = new Map<string, number>();
  return (floor) => {
    for (const { of } of floor.underlyings) {
      for (const { venue } of quotesOf(floor, of.symbol)) {
        if (venue.rules.venueType !== "cex" || !floor.random.chance(0.05)) continue;
        const quantity = aboutUsual(of, floor.random);
        const stock = held.get(of.symbol) ?? 0;
        const side = floor.random.chance(0.5 - Math.max(-0.4, Math.min(0.4, stock / (of.usual * 40)))) ? "buy" : "sell";
        held.set(of.symbol, stock + (side === "buy" ? quantity : -quantity));
        floor.trade(venue, of, { account, side, quantity, liquidity: "maker", strategy: "market-maker", signalId: side === "buy" ? "bid" : "ask" });
      }
    }
  };
}

/** Buys what has been rising and sells what has been falling: two averages of the price, looked at once a second. */
export function momentumTaker(account: string): Bot {
  const averages = new Map<string, { fast: number; slow: number; held: number }>();
  return (floor) => {
    if (floor.step % STEPS_A_SECOND !== 0) return;
    for (const { of, price } of floor.underlyings) {
      const seen = averages.get(of.symbol) ?? { fast: price, slow: price, held: 0 };
      averages.set(of.symbol, seen);
      seen.fast += (price - seen.fast) / 4;
      seen.slow += (price - seen.slow) / 16;
      const wanted = Math.sign(seen.fast - seen.slow) * of.usual * 8;
      const missing = wanted - seen.held;
      if (missing === 0 || Math.abs(seen.fast - seen.slow) < seen.slow * of.restless) continue;
      const side = missing > 0 ? "buy" : "sell";
      const quantity = Math.min(Math.abs(missing), aboutUsual(of, floor.random) * 2);
      seen.held += missing > 0 ? quantity : -quantity;
      floor.trade(best(floor, of, side), of, { account, side, quantity, liquidity: "taker", strategy: "momentum", signalId: side === "buy" ? "cross-up" : "cross-down" });
    }
  };
}

/** Holds a fixed share of its capital in every symbol: sells what has grown beyond it, buys what has fallen behind. */
export function rebalancer(account: string): Bot {
  const held = new Map<string, number>();
  return (floor) => {
    if (floor.step % (10 * STEPS_A_SECOND) !== 0) return;
    for (const { of, price } of floor.underlyings) {
      const share = Math.round((of.usual * 30 * of.price) / price); // worth the same whatever the price
      const missing = share - (held.get(of.symbol) ?? 0);
      if (Math.abs(missing) < share / 2_000) continue;
      const side = missing > 0 ? "buy" : "sell";
      held.set(of.symbol, share);
      floor.trade(best(floor, of, side), of, { account, side, quantity: Math.abs(missing), liquidity: "taker", strategy: "rebalance", signalId: "drift" });
    }
  };
}

/** Buys on one venue what another pays more for, when the difference is worth the trouble. */
export function arbitrageur(account: string, leastGainPpm: number): Bot {
  return (floor) => {
    for (const { of } of floor.underlyings) {
      const quotes = quotesOf(floor, of.symbol);
      const [cheap, dear] = [lowestAsk(quotes), highestBid(quotes)];
      if (cheap === undefined || dear === undefined || cheap.venue === dear.venue) continue;
      if (dear.quote.bid < cheap.quote.ask * (1 + leastGainPpm / 1e6) || !floor.random.chance(0.2)) continue;
      const order = { account, quantity: aboutUsual(of, floor.random), liquidity: "taker", strategy: "arbitrage", signalId: `${cheap.venue.rules.venue}>${dear.venue.rules.venue}` } as const;
      floor.trade(cheap.venue, of, { ...order, side: "buy" });
      floor.trade(dear.venue, of, { ...order, side: "sell" });
    }
  };
}

interface Quoted {
  readonly venue: SimulatedVenue;
  readonly quote: Quote;
}

function best(floor: Floor, { symbol }: SimulatedSymbol, side: "buy" | "sell"): SimulatedVenue {
  const quotes = quotesOf(floor, symbol);
  return (side === "buy" ? lowestAsk(quotes) : highestBid(quotes))!.venue;
}

function lowestAsk(quotes: readonly Quoted[]): Quoted | undefined {
  return quotes.reduce<Quoted | undefined>((least, one) => (least === undefined || one.quote.ask < least.quote.ask ? one : least), undefined);
}

function highestBid(quotes: readonly Quoted[]): Quoted | undefined {
  return quotes.reduce<Quoted | undefined>((most, one) => (most === undefined || one.quote.bid > most.quote.bid ? one : most), undefined);
}
