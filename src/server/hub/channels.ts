import { pairsPage } from "../../core/engine/index.ts";
import type { AccountScope, ChannelRow } from "../../core/wire/index.ts";
import type { Clock, MarketKeeper, Service } from "../../runtime/index.ts";
import type { LiveVenues } from "../live-venues.ts";
import type { ChannelSource } from "./side-stream.ts";

export interface ChannelsOf {
  readonly service: Service;
  readonly clock: Clock;
  readonly marksMaxAgeNs: bigint | undefined;
  readonly markets: MarketKeeper;
  readonly venues: LiveVenues;
}

const AGES = ["ageMs", "buyAgeMs", "sellAgeMs", "lastSeen", "lifeMs", "latencyRisk"];
/** Levels a side that `liquidity` tells. */
const LEVELS = 10;
/** Figures of pairs go by marks and ladders, too: without a new entry they are looked at once in so long. */
const PAIRS_MS = 1_000;

/** The channels of a service beside its book, by name. */
export function channelsOf(of: ChannelsOf): ReadonlyMap<string, () => ChannelSource> {
  return new Map<string, () => ChannelSource>([["opportunities", () => opportunities(of)], ["liquidity", () => liquidity(of)], ["venues", () => venues(of)], ["pairs", () => pairs(of)]]);
}

/** What lives between venues and within them. How quickly venues answer is of all accounts together. */
function opportunities({ markets, venues: live }: ChannelsOf): ChannelSource {
  return {
    passing: AGES,
    rows: async (accounts) => {
      live.wish();
      const between = (await markets.opportunities(accounts)).map((one): ChannelRow => ({ key: [one.kind, one.symbol, one.buyVenue, one.buySymbol, one.sellVenue, one.sellSymbol].join("|"), row: accounts === undefined ? one : { ...one, latencyMs: null, latencyRisk: null, latencyRiskReason: "no_venue_stats" } }));
      return [...between, ...markets.triangles().map((one): ChannelRow => ({ key: [one.kind, one.buyVenue, one.symbol].join("|"), row: one }))];
    },
  };
}

/** One market over all its venues; no row while there is no ladder of it. */
function liquidity({ markets }: ChannelsOf): ChannelSource {
  return {
    passing: AGES,
    rows: (_accounts, symbol) => {
      const view = markets.liquidity(symbol, { levels: LEVELS });
      return view === undefined ? [] : [{ key: view.symbol, row: view }];
    },
  };
}

/** What is known of venues, as they are folded now and then. */
function venues({ venues: live }: ChannelsOf): ChannelSource {
  let seen = -1;
  return {
    passing: [],
    rows: () => {
      live.wish();
      if (live.version === seen || live.venues === undefined) return undefined;
      seen = live.version;
      return live.venues.map((view) => ({ key: view.venue, row: view }));
    },
  };
}

/** Pairs that something was filled of, in no other accounts than these. */
function pairs({ service, clock, marksMaxAgeNs, markets }: ChannelsOf): ChannelSource {
  let seen = { seq: -1, atMs: Number.NEGATIVE_INFINITY };
  return {
    passing: ["daysToResolution", "annualizedReturn"],
    rows: (accounts: AccountScope) => service.readDurable(({ folded, seq }) => {
      const now = performance.now();
      if (seq === seen.seq && now - seen.atMs < PAIRS_MS) return undefined;
      seen = { seq, atMs: now };
      const { pairs: views } = pairsPage(folded, { nowNs: clock.nowNs(), maxAgeNs: marksMaxAgeNs }, { accounts }, { after: 0, limit: Number.POSITIVE_INFINITY }, { ladderOf: (venue, symbol) => markets.quote(venue, symbol), fees: service.pairFees });
      return views.map((view) => ({ key: view.pairId, row: view }));
    }),
  };
}
