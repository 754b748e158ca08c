import { formatRatio, formatScaled, tenTo } from "../num/index.ts";
import type { LadderSet, ListedLadder } from "../market/index.ts";
import { Life } from "./life.ts";
import type { OpportunityOptions } from "./options.ts";
import { goRound, type Round, type Triangle } from "./triangle.ts";
import { timeText } from "./view.ts";

/** Going round three symbols of one venue; amounts exact, in the last currency. */
export interface TriangleView {
  readonly kind: "triangular";
  readonly symbol: string; // "ETH>BTC>USD": bought for USD, sold for BTC, that for USD; "USD>BTC>ETH" the other way
  readonly currency: string;
  readonly buyVenue: string; // the same as sellVenue
  readonly sellVenue: string;
  readonly quantity: string; // of the first leg's base
  readonly middleQuantity: string; // of the currency between, after its fee
  readonly grossProfit: string; // had nobody charged anything
  readonly fees: string; // what the three fees take of it
  readonly netProfit: string;
  readonly basisPoints: number; // netProfit of what is paid
  readonly bestNetProfit: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly lifeMs: number;
  readonly ageMs: number; // of the oldest of the three ladders
}

interface Seen {
  readonly triangle: Triangle;
  readonly forward: boolean;
  readonly currency: string;
  readonly life: Life;
  round: Round;
  oldestUs: number;
}

/** All triangles within each venue, judged anew at every `refresh`: once a tick is often enough. */
export class TriangleWatch {
  readonly #ladders: LadderSet;
  readonly #options: Pick<OpportunityOptions, "fees" | "maxAgeUs"> & { readonly onEnded?: (triangle: TriangleView) => void };
  readonly #seen = new Map<string, Seen>();
  #triangles: readonly Triangle[] = [];
  #known = -1; // ladders that the triangles are of
  #rulesHoldUs = Number.NEGATIVE_INFINITY; // by the rules that hold until then
  #nowUs = Number.NEGATIVE_INFINITY;

  constructor(ladders: LadderSet, options: Pick<OpportunityOptions, "fees" | "maxAgeUs"> & { readonly onEnded?: (triangle: TriangleView) => void }) {
    this.#ladders = ladders;
    this.#options = options;
  }

  refresh(nowUs: number): void {
    const seenUs = this.#nowUs;
    this.#nowUs = Math.max(this.#nowUs, nowUs);
    const { all, nextEditionUs } = this.#ladders;
    if (this.#rulesHoldUs !== nextEditionUs) for (const key of this.#seen.keys()) this.#end(key, seenUs); // other rules: what lived by the old ones is over
    if (this.#known !== all.length || this.#rulesHoldUs !== nextEditionUs) this.#triangles = trianglesIn(all);
    this.#known = all.length;
    this.#rulesHoldUs = nextEditionUs;
    for (const triangle of this.#triangles) for (const forward of [true, false]) this.#judge(triangle, forward, seenUs);
  }

  /** What lives now, the greatest net profit first. */
  live(): TriangleView[] {
    return [...this.#seen.values()].map((seen) => viewOf(seen, this.#nowUs)).sort((a, b) => Number(b.netProfit) - Number(a.netProfit));
  }

  #judge(triangle: Triangle, forward: boolean, seenUs: number): void {
    const { ac, ab, bc, path } = triangle;
    const key = [ac.venue, ac.symbol, ab.symbol, bc.symbol, forward].join("\u0000");
    const round = this.#round(triangle, forward);
    const seen = this.#seen.get(key);
    if (round === undefined || round.net <= 0n) return this.#end(key, seenUs);
    const now = seen ?? { triangle, forward, currency: path[2], life: new Life(this.#nowUs), round, oldestUs: 0 };
    now.life.see(this.#nowUs, round.net, round.digits);
    now.round = round;
    now.oldestUs = Math.min(ac.timeUs, ab.timeUs, bc.timeUs);
    this.#seen.set(key, now);
  }

  #end(key: string, seenUs: number): void {
    const seen = this.#seen.get(key);
    if (seen === undefined) return;
    this.#seen.delete(key);
    seen.life.lastSeenUs = Math.max(seen.life.firstSeenUs, seenUs);
    this.#options.onEnded?.(viewOf(seen, seen.life.lastSeenUs));
  }

  #round(triangle: Triangle, forward: boolean): Round | undefined {
    const { fees, maxAgeUs } = this.#options;
    const legs = [triangle.ac, triangle.ab, triangle.bc];
    if (legs.some((ladder) => ladder.unusable(this.#nowUs, maxAgeUs) !== undefined)) return undefined;
    const [ac, ab, bc] = legs.map(({ venue, symbol }) => fees.rateAt(venue, symbol, this.#nowUs));
    return ac === undefined || ab === undefined || bc === undefined ? undefined : goRound(triangle, { ac, ab, bc }, forward);
  }
}

/** Every A, B, C of one venue of which A in C, A in B and B in C are spot symbols. */
function trianglesIn(all: readonly ListedLadder[]): Triangle[] {
  const spot = all.flatMap(({ ladder, mapped }) => (mapped?.kind === "spot" && mapped.multiplier.mantissa === 1n && mapped.multiplier.digits === 0 ? [{ ladder, ...mapped }] : []));
  const ofBase = grouped(spot, ({ ladder, base }) => [ladder.venue, base].join("\u0000"));
  return spot.flatMap((ac) =>
    (ofBase.get([ac.ladder.venue, ac.base].join("\u0000")) ?? [])
      .filter((ab) => ab.quote !== ac.quote)
      .flatMap((ab) =>
        (ofBase.get([ac.ladder.venue, ab.quote].join("\u0000")) ?? [])
          .filter((bc) => bc.quote === ac.quote)
          .map((bc): Triangle => ({ path: [ac.base, ab.quote, ac.quote], ac: ac.ladder, ab: ab.ladder, bc: bc.ladder })),
      ),
  );
}

function grouped<T>(of: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of of) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

function viewOf({ triangle, forward, currency, life, round, oldestUs }: Seen, nowUs: number): TriangleView {
  const money = (amount: bigint) => formatScaled(amount, round.digits);
  return {
    kind: "triangular", symbol: (forward ? triangle.path : [...triangle.path].reverse()).join(">"), currency,
    buyVenue: triangle.ac.venue, sellVenue: triangle.ac.venue,
    quantity: formatScaled(round.quantity, round.quantityDigits), middleQuantity: formatScaled(round.middle, round.middleDigits),
    grossProfit: money(round.gross), fees: money(round.gross - round.net), netProfit: money(round.net),
    basisPoints: Number(formatRatio(round.net * tenTo(4), round.paid, 12)),
    bestNetProfit: formatScaled(life.best, life.digits),
    firstSeen: timeText(life.firstSeenUs), lastSeen: timeText(life.lastSeenUs), lifeMs: (life.lastSeenUs - life.firstSeenUs) / 1_000,
    ageMs: Math.max(0, (nowUs - oldestUs) / 1_000),
  };
}
