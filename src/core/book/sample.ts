import { addDecimals, divideHalfEven, tenTo, zero, type Decimal } from "../num/index.ts";
import { isMore, magnitude, plus, text, type Known } from "./amounts.ts";
import type { Book } from "./book.ts";
import { figuresOf } from "./figures.ts";
import { PnlSums, type PnlGroup } from "./pnl.ts";
import type { Moment } from "./rates.ts";
import type { NetRow } from "./rows.ts";

/** Decimals of a share of the whole. */
const SHARE_DIGITS = 4;

/** P&L and exposure of one account, or of all (`key` empty), in the reported currency. Null where a mark or a rate is missing. */
export interface SampleGroup extends PnlGroup {
  readonly grossExposure: string | null; // Σ |value| of positions on each venue
  readonly openPositions: number;
}
/** The whole book at a moment. */
export interface BookSample {
  readonly total: SampleGroup;
  readonly accounts: readonly SampleGroup[];
  readonly shares: ReadonlyMap<NetRow, string | null>; // of each position in the value of all: 0 to 1, to 4 decimals
  readonly concentration: string | null; // the largest of them
}

/** What a sample of P&L and exposure holds, in one pass over the book. */
export function sampleOf(book: Book, moment: Moment, currency: string): BookSample {
  const sums = new PnlSums(book, moment, currency);
  const exposures = new Map<string, Exposure>();
  const all = new Exposure();
  const values = new Map<NetRow, Known>();
  for (const net of book.nets()) {
    const { net: whole, venues } = figuresOf(book, net, moment);
    const { settle } = net.instrument;
    sums.add(net.account, net, whole);
    const inCurrency = (value: Known) => sums.convert(value && magnitude(value), settle)?.amount;
    values.set(net, inCurrency(whole.value));
    const isOpen = venues.some(({ figures }) => figures.position.quantity !== 0n);
    const gross = venues.reduce<Known>((sum, { figures }) => plus(sum, inCurrency(figures.value)), zero);
    let own = exposures.get(net.account);
    if (own === undefined) exposures.set(net.account, (own = new Exposure()));
    for (const exposure of [own, all]) exposure.add(gross, isOpen);
  }
  const { groups, total } = sums.view();
  const whole = [...values.values()].reduce<Known>(plus, zero);
  const largest = [...values.values()].reduce((most, value) => (most !== undefined && value !== undefined && isMore(value, most) ? value : most), zero);
  return {
    total: { key: "", ...total, ...all.view() },
    accounts: groups.map((group) => ({ ...group, ...exposures.get(group.key)!.view() })),
    shares: new Map(Array.from(values, ([net, value]) => [net, share(value, whole)])),
    concentration: share(largest, whole),
  };
}

class Exposure {
  #gross: Known = zero;
  #open = 0;

  add(gross: Known, isOpen: boolean): void {
    this.#gross = plus(this.#gross, gross);
    if (isOpen) this.#open += 1;
  }

  view(): Pick<SampleGroup, "grossExposure" | "openPositions"> {
    return { grossExposure: text(this.#gross), openPositions: this.#open };
  }
}

function share(part: Known, whole: Known): string | null {
  if (part === undefined || whole === undefined) return null;
  if (whole.mantissa === 0n) return "0";
  return text({ mantissa: divideHalfEven(part.mantissa * tenTo(SHARE_DIGITS + whole.digits), whole.mantissa * tenTo(part.digits)), digits: SHARE_DIGITS });
}

/** What was lost since the best sample, and the most that ever was: money, of net P&L. */
export interface Drawdown {
  readonly peak: Decimal;
  readonly most: Decimal;
}

/** Takes the next sample; an unknown one changes nothing. */
export function drawdownAfter({ peak, most }: Drawdown, net: Known): Drawdown {
  if (net === undefined) return { peak, most };
  if (isMore(net, peak)) return { peak: net, most };
  const lost = addDecimals(peak, { ...net, mantissa: -net.mantissa });
  return { peak, most: isMore(lost, most) ? lost : most };
}
