import type { Directory, FillColumns } from "../core/model/index.ts";

/** Ends of symbols that name a currency, as in BTCUSDT. Left out are BUSD, FDUSD and TUSD, which BNBUSD and XBTUSD end like, too. */
const CURRENCIES = ["AUD", "BNB", "BRL", "BTC", "CAD", "CHF", "CNH", "DAI", "ETH", "EUR", "GBP", "HKD", "INR", "JPY", "KRW", "MXN", "NZD", "PLN", "SEK", "SGD", "TRY", "USD", "USDC", "USDT", "XBT", "ZAR"];
/** Shorter symbols are shares, which end like a currency by chance. */
const SHORTEST = 6;
/** Of symbols in a warning; more are counted. */
const NAMED = 5;
/** Days of a spreadsheet since 1900, from 1954 to 2119, as seconds since 1970 in the upper half of nanoseconds. */
const DAYS_HIGH = [Math.floor(20_000e9 / 2 ** 32), Math.ceil(80_000e9 / 2 ** 32)] as const;

/** What rows of a file may say otherwise than they were read: each is booked as it stands, and a person is told. */
export class ImportDoubts {
  readonly #file: string;
  #rebates = 0;
  #paid = 0;
  #firstDay: { readonly line: number; readonly seconds: number } | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** Looks at rows that were read; `lines` are those they stand in. */
  see(fills: FillColumns, lines: Uint32Array): void {
    for (let row = 0; row < fills.count; row++) {
      const fee = fills.wide.size === 0 ? fills.fee[row]! : (fills.wide.get(row)?.fee ?? fills.fee[row]!);
      if (fee < 0) this.#rebates += 1;
      else if (fee > 0) this.#paid += 1;
      const high = fills.timeHigh[row]!;
      if (high >= DAYS_HIGH[0] && high < DAYS_HIGH[1]) this.#firstDay ??= { line: lines[row]!, seconds: Number(fills.timeNs(row) / 1_000_000_000n) };
    }
  }

  /** @param isMapped whether the file's columns were named by a map, so that its signs are those of somebody else */
  warnings(isMapped: boolean): string[] {
    const found: string[] = [];
    if (isMapped && this.#rebates > 0 && this.#paid === 0) found.push(`${this.#file}: every fee is below 0 and so a rebate. If the file writes what was paid with a minus, say so in the map ("fee: -its column") and import into a new folder: --data DIR`);
    if (this.#firstDay !== undefined) found.push(`${this.#file}:${this.#firstDay.line}: ${this.#firstDay.seconds} was read as seconds since 1970. If it is the day number of a spreadsheet, write dates like 2024-01-31 and import into a new folder: --data DIR`);
    return found;
  }
}

/**
 * Says which symbols count in a currency that their names speak against: BTCUSDT without a definition counts in the base currency.
 * @param assumedQuote the quote currency that a symbol was given for want of a definition
 */
export function doubtfulQuotes(source: Directory, assumedQuote: (venue: string, symbol: string) => string | undefined): string[] {
  const meant = new Map<string, string>(); // symbol → its likely currency
  let counted = "";
  for (let number = 0; number < source.routeCount; number++) {
    const { venue, symbol } = source.route(number);
    const end = endOf(symbol);
    if (end === undefined || meant.has(symbol)) continue;
    const quote = assumedQuote(venue, symbol);
    if (quote === undefined || symbol.endsWith(quote)) continue;
    meant.set(symbol, end);
    counted = quote;
  }
  if (meant.size === 0) return [];
  const named = [...meant.keys()].slice(0, NAMED).join(", ");
  const more = meant.size > NAMED ? ` and ${meant.size - NAMED} more` : "";
  return [`${named}${more} ${meant.size === 1 ? "counts" : "count"} in ${counted}, the base currency: a name without / or - tells no quote currency. If that is wrong (${[...new Set(meant.values())].slice(0, NAMED).join(", ")}?), define what is traded, now or later: fillbook instruments FILE`];
}

function endOf(symbol: string): string | undefined {
  if (symbol.length < SHORTEST || /[/-]/.test(symbol)) return undefined;
  return CURRENCIES.find((currency) => symbol.endsWith(currency));
}
