import { formatRatio, formatScaled, tenTo, type Decimal } from "../num/index.ts";
import { ConsolidatedLadder, type Funding, type ListedLadder } from "../market/index.ts";
import type { OpportunityOptions } from "./options.ts";

/** A contract against the goods. Prices exact in the market's currency; estimates are numbers, unknown is null. */
export interface BasisView {
  readonly symbol: string;
  readonly currency: string;
  readonly kind: "perpetual" | "future";
  readonly spotVenue: string;
  readonly contractVenue: string;
  readonly contractSymbol: string;
  readonly spotPrice: string; // middle of the best bid and ask
  readonly contractPrice: string;
  readonly basis: string; // contract − spot
  readonly basisPoints: number | null; // of spot; null where that is not above 0
  readonly premiumEdge: string | null; // a unit of spot bought and of the contract sold now, after both taker fees; null: a fee is unknown
  readonly discountEdge: string | null; // the other way round
  readonly annualized: number | null; // basis of spot a year, simple: of a future to its expiry
  readonly fundingPerDay: number | null; // share of the value that the short side is paid a day: of a perpetual
  readonly breakEvenDays: number | null; // of funding until it has paid two taker fees on each side; null: it never does, or nothing is known
  readonly ageMs: number; // of the older ladder
}

const US_A_DAY = 86_400_000_000;
const DAYS_A_YEAR = 365;

/** Every spot ladder of a market against every contract on it, usable ones with both sides only. */
export function basisOf(
  market: string, ladders: readonly ListedLadder[], nowUs: number,
  { fees, maxAgeUs, fundingOf }: Pick<OpportunityOptions, "fees" | "maxAgeUs"> & { readonly fundingOf?: (venue: string, symbol: string) => Funding | undefined },
): BasisView[] {
  const usable = ladders.filter(({ ladder, mapped }) => mapped?.market === market && ladder.unusable(nowUs, maxAgeUs) === undefined && ladder.bids.count > 0 && ladder.asks.count > 0);
  const spots = usable.filter(({ mapped }) => mapped?.kind === "spot");
  const contracts = usable.filter(({ mapped }) => mapped?.kind !== "spot");
  return spots.flatMap((spot) =>
    contracts.map((contract): BasisView => {
      const [goods, paper] = [bestOf(market, spot, nowUs, maxAgeUs), bestOf(market, contract, nowUs, maxAgeUs)];
      const digits = Math.max(goods.digits, paper.digits);
      const at = (price: bigint, from: number) => price * tenTo(digits - from);
      const [s, c] = [at(goods.bid + goods.ask, goods.digits), at(paper.bid + paper.ask, paper.digits)]; // twice the middle
      const [spotFee, contractFee] = [spot, contract].map(({ ladder }) => fees.rateAt(ladder.venue, ladder.symbol, nowUs));
      const { kind, expiresUs, currency } = contract.mapped!;
      const funding = fundingOf?.(contract.ladder.venue, contract.ladder.symbol);
      const fundingPerDay = kind !== "perpetual" || funding === undefined ? null : (funding.rate * 24) / funding.intervalHours;
      const bothFees = spotFee === undefined || contractFee === undefined ? null : 2 * (shareOf(spotFee) + shareOf(contractFee));
      const edge = (sold: bigint, soldFee: Decimal | undefined, bought: bigint, boughtFee: Decimal | undefined) => (soldFee === undefined || boughtFee === undefined ? null : edgeOf(sold, soldFee, bought, boughtFee, digits));
      return {
        symbol: market, currency, kind: kind === "future" ? "future" : "perpetual",
        spotVenue: spot.ladder.venue, contractVenue: contract.ladder.venue, contractSymbol: contract.ladder.symbol,
        spotPrice: formatScaled(s * 5n, digits + 1), contractPrice: formatScaled(c * 5n, digits + 1),
        basis: formatScaled((c - s) * 5n, digits + 1), basisPoints: s <= 0n ? null : Number(formatRatio((c - s) * 10_000n, s, 12)),
        premiumEdge: edge(at(paper.bid, paper.digits), contractFee, at(goods.ask, goods.digits), spotFee),
        discountEdge: edge(at(goods.bid, goods.digits), spotFee, at(paper.ask, paper.digits), contractFee),
        annualized: s <= 0n || expiresUs === undefined || expiresUs <= nowUs ? null : Number(formatRatio(c - s, s, 12)) * ((DAYS_A_YEAR * US_A_DAY) / (expiresUs - nowUs)),
        fundingPerDay,
        breakEvenDays: fundingPerDay === null || bothFees === null || fundingPerDay === 0 ? null : bothFees / Math.abs(fundingPerDay),
        ageMs: Math.max(0, (nowUs - Math.min(spot.ladder.timeUs, contract.ladder.timeUs)) / 1_000),
      };
    }),
  );
}

function bestOf(market: string, listed: ListedLadder, nowUs: number, maxAgeUs: number): { readonly bid: bigint; readonly ask: bigint; readonly digits: number } {
  const one = new ConsolidatedLadder(market, [listed], { nowUs, maxAgeUs, kind: listed.mapped!.kind });
  return { bid: one.best("bids")!.price, ask: one.best("asks")!.price, digits: one.priceDigits };
}

/** What one unit sold brings less what one bought costs, after fees. */
function edgeOf(sold: bigint, soldFee: Decimal, bought: bigint, boughtFee: Decimal, digits: number): string {
  const share = Math.max(soldFee.digits, boughtFee.digits);
  const fee = (of: Decimal) => of.mantissa * tenTo(share - of.digits);
  return formatScaled(sold * (tenTo(share) - fee(soldFee)) - bought * (tenTo(share) + fee(boughtFee)), digits + share);
}

function shareOf({ mantissa, digits }: Decimal): number {
  return Number(mantissa) / 10 ** digits;
}
