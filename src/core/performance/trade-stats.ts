import { addDecimals, formatDecimal, zero, type Decimal } from "../num/index.ts";
import type { Known } from "../book/index.ts";
import type { Execution } from "./execution.ts";
import type { Convert } from "./execution-stats.ts";
import { plain } from "./plain.ts";
import type { TradeSums } from "./trades.ts";

/** Trades that closed something, added up in the reported currency: by what each realized, before fees. */
export class TradeStats {
  wins = 0;
  losses = 0;
  zeros = 0;
  unknown = 0; // in a currency that no mark converts
  #won: Decimal = zero;
  #lost: Decimal = zero;
  #best: Known;
  #worst: Known;
  readonly #convert: Convert;

  constructor(convert: Convert) {
    this.#convert = convert;
  }

  take({ closes, pnl, currency }: Pick<Execution, "closes" | "pnl" | "currency">): void {
    if (!closes) return;
    const made = this.#convert(pnl, currency);
    if (made === undefined) return void (this.unknown += 1);
    if (made.mantissa > 0n) {
      this.wins += 1;
      this.#won = addDecimals(this.#won, made);
    } else if (made.mantissa < 0n) {
      this.losses += 1;
      this.#lost = addDecimals(this.#lost, made);
    } else this.zeros += 1;
    if (this.#best === undefined || isMore(made, this.#best)) this.#best = made;
    if (this.#worst === undefined || isMore(this.#worst, made)) this.#worst = made;
  }

  /** Null while some are not known: one of those may be better. */
  get best(): string | null {
    return this.unknown > 0 || this.#best === undefined ? null : formatDecimal(this.#best);
  }

  get worst(): string | null {
    return this.unknown > 0 || this.#worst === undefined ? null : formatDecimal(this.#worst);
  }

  sums(): TradeSums {
    return { wins: this.wins, losses: this.losses, zeros: this.zeros, won: plain(this.#won), lost: plain(this.#lost) };
  }
}

function isMore(a: Decimal, b: Decimal): boolean {
  return addDecimals(a, { ...b, mantissa: -b.mantissa }).mantissa > 0n;
}
