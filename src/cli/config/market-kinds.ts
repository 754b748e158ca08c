import type { ConversionRule, SymbolRule, TakerFee, TransferCost } from "../../core/market/index.ts";
import { readTime, shown } from "../../core/model/index.ts";
import { isProblem, readDecimal, type Decimal } from "../../core/num/index.ts";
import { isRefused, type Kind, type Refused } from "./kinds.ts";

/** A fee as it stands below the venue that it is of. */
export type ConfiguredFee = Omit<TakerFee, "venue">;

const EVER = Number.NEGATIVE_INFINITY;
const KINDS = ["spot", "perpetual", "future"] as const;

/** Values of a list, with commas between. Unlike those of `listOf` they are no texts. */
export function several<T extends object>(of: Kind<T>): Kind<readonly T[]> {
  return {
    form: `a list, each ${of.form}, or none`,
    read: (text) => {
      if (text === "none") return [];
      const parts = text.split(",").map((part) => of.read(part.trim()));
      return parts.find(isRefused) ?? (parts as T[]);
    },
  };
}

/** A threshold. */
export const atLeastNothing: Kind<Decimal> = {
  form: "a number of at least 0",
  read: (text) => {
    const value = readDecimal(text);
    return isProblem(value) || value.mantissa < 0n ? { why: `${shown(text)} is not a number of at least 0` } : value;
  },
};

/** A time from which something holds, in microseconds. */
export const since: Kind<number> = {
  form: "a time like 2026-01-01 or 2026-01-01T08:00:00Z, or ever",
  read: (text) => (text === "ever" ? EVER : timeOf(text)),
};

const RULE_FORM = "VENUE SYMBOL BASE/QUOTE, VENUE * for every venue, then what is not usual: perpetual or future, xMULTIPLIER, until TIME";

/**
 * What a venue's symbol is.
 * @example symbolRule.read("kraken XBTUSD BTC/USD") // => { venue: "kraken", symbol: "XBTUSD", base: "BTC", quote: "USD" }
 * @example symbolRule.read("* BTCPERP BTC/USD perpetual x0.001") // => { symbol: "BTCPERP", base: "BTC", quote: "USD", kind: "perpetual", multiplier: { mantissa: 1n, digits: 3 } }
 */
export const symbolRule: Kind<SymbolRule> = {
  form: RULE_FORM,
  read: (text) => {
    const wrong = (why: string): Refused => ({ why: `${shown(text)}: ${why}; write ${RULE_FORM}` });
    const [venue, symbol, market, ...more] = text.split(/\s+/);
    if (venue === undefined || symbol === undefined || market === undefined) return wrong("is no rule");
    const [, base, quote] = /^([^/]+)\/([^/]+)$/.exec(market) ?? [];
    if (base === undefined || quote === undefined) return wrong(`${shown(market)} is not BASE/QUOTE`);
    let rule: SymbolRule = { ...(venue === "*" ? {} : { venue }), symbol, base, quote };
    for (let word = more.shift(); word !== undefined; word = more.shift()) {
      const kind = KINDS.find((one) => one === word);
      const multiplier = /^x\d/.test(word) ? readDecimal(word.slice(1)) : undefined;
      if (kind !== undefined) rule = { ...rule, kind };
      else if (multiplier !== undefined && !isProblem(multiplier) && multiplier.mantissa > 0n) rule = { ...rule, multiplier };
      else if (word === "until") {
        const expiresUs = timeOf(more.shift() ?? "");
        if (isRefused(expiresUs)) return wrong(expiresUs.why);
        rule = { ...rule, expiresUs };
      } else return wrong(`${shown(word)} is nothing that a rule says`);
    }
    return rule;
  },
};

const CONVERSION_FORM = "FROM TO RATE: one FROM is worth RATE of TO, like USDT USD 1";

/**
 * What one unit of a quote currency counts as in another.
 * @example conversion.read("USDT USD 1") // => { from: "USDT", to: "USD", rate: { mantissa: 1n, digits: 0 } }
 */
export const conversion: Kind<ConversionRule> = {
  form: CONVERSION_FORM,
  read: (text) => {
    const [from, to, worth, ...more] = text.split(/\s+/);
    const rate = readDecimal(worth ?? "");
    if (from === undefined || to === undefined || more.length > 0 || isProblem(rate) || rate.mantissa <= 0n) return { why: `${shown(text)} is not ${CONVERSION_FORM}` };
    return { from, to, rate };
  },
};

const FEE_FORM = "RATE as a share (0.001 is ten basis points; below 0 it is paid to the taker), then what is not general: from TIME, tier NAME, symbol SYMBOL";

/**
 * A taker fee of a venue.
 * @example takerFee.read("0.001") // => { fromUs: -Infinity, rate: { mantissa: 1n, digits: 3 } }
 * @example takerFee.read("0.0008 from 2026-01-01 tier vip1") // => { fromUs: 1767225600000000, rate: { mantissa: 8n, digits: 4 }, tier: "vip1" }
 */
export const takerFee: Kind<ConfiguredFee> = {
  form: FEE_FORM,
  read: (text) => {
    const wrong = (why: string): Refused => ({ why: `${shown(text)}: ${why}; write ${FEE_FORM}` });
    const [share, ...more] = text.split(/\s+/);
    const rate = readDecimal(share ?? "");
    if (isProblem(rate)) return wrong(rate.why);
    const one = 10n ** BigInt(rate.digits);
    if (rate.mantissa >= one || rate.mantissa <= -one) return wrong("a rate is a share below 1");
    let fee: ConfiguredFee = { fromUs: EVER, rate };
    while (more.length > 0) {
      const [word, value = ""] = [more.shift()!, more.shift()];
      const fromUs = word === "from" ? timeOf(value) : undefined;
      if (isRefused(fromUs)) return wrong(fromUs.why);
      if (fromUs !== undefined) fee = { ...fee, fromUs };
      else if (value !== "" && (word === "tier" || word === "symbol")) fee = { ...fee, [word]: value };
      else return wrong(`${shown(word)} is nothing that a fee says, or its value is missing`);
    }
    return fee;
  },
};

function timeOf(text: string): number | Refused {
  const read = readTime(text);
  return "problem" in read ? { why: `${shown(text)} is not a time like 2026-01-01 or 2026-01-01T08:00:00Z, or ever` } : Number(read.ns / 1_000n);
}

const TRANSFER_FORM = "ASSET FROM TO COST, the venues by name, * for any";

/**
 * What bringing goods over costs.
 * @example transferCost.read("BTC kraken bybit 12.5") // => { asset: "BTC", from: "kraken", to: "bybit", cost: { mantissa: 125n, digits: 1 } }
 * @example transferCost.read("* * bybit 3") // => { to: "bybit", cost: { mantissa: 3n, digits: 0 } }
 */
export const transferCost: Kind<TransferCost> = {
  form: TRANSFER_FORM,
  read: (text) => {
    const [asset, from, to, cost, ...more] = text.split(/\s+/);
    const amount = cost === undefined ? undefined : readDecimal(cost);
    if (asset === undefined || from === undefined || to === undefined || amount === undefined || isProblem(amount) || amount.mantissa < 0n || more.length > 0) return { why: `${shown(text)} is not like BTC kraken bybit 12.5: write ${TRANSFER_FORM}` };
    return { ...(asset === "*" ? {} : { asset }), ...(from === "*" ? {} : { from }), ...(to === "*" ? {} : { to }), cost: amount };
  },
};
