import { limitForm, readLimit, shown, type LimitName } from "../../core/model/index.ts";
import { isProblem, readDecimal, type Decimal } from "../../core/num/index.ts";

/** Why a text is no value of a key. */
export interface Refused {
  readonly why: string;
}

/** What a key may hold. */
export interface Kind<T> {
  readonly form: string; // for people: what to write
  /** Reads a text that is not empty. */
  read(text: string): T | Refused;
}

/** A time; named so that nobody takes it for a number of something. */
export interface Duration {
  readonly ns: bigint;
}

export function isRefused(of: unknown): of is Refused {
  return typeof of === "object" && of !== null && "why" in of;
}

const WRONG: unique symbol = Symbol("wrong");
const kind = <T>(form: string, value: (text: string) => T | typeof WRONG): Kind<T> => ({
  form,
  read: (text) => {
    const read = value(text);
    return read === WRONG ? { why: `${shown(text)} is not ${form}` } : read;
  },
});
/** What `of` takes, or `none`. */
export function orNone<T>(of: Kind<T>): Kind<T | undefined> {
  return { form: `${of.form}, or none`, read: (text) => (text === "none" ? undefined : withNone(of.read(text))) };
}

function withNone<T>(read: T | Refused): T | Refused {
  return isRefused(read) ? { why: `${read.why}, or none` } : read;
}

/** One of some words; `synonyms` are further spellings of them. */
export function oneOf<const Word extends string>(words: readonly Word[], synonyms: Readonly<Record<string, Word>> = {}): Kind<Word> {
  return kind(`one of ${words.join(", ")}`, (text) => words.find((word) => word === text) ?? synonyms[text] ?? WRONG);
}

export const flag: Kind<boolean> = kind("true or false", (text) => (text === "true" ? true : text === "false" ? false : WRONG));

export function whole(least: number, most: number): Kind<number> {
  return kind(`a whole number from ${least} to ${most}`, (text) => {
    const value = Number(text);
    return /^\d{1,15}$/.test(text) && value >= least && value <= most ? value : WRONG;
  });
}

export function matching(pattern: RegExp, form: string): Kind<string> {
  return kind(form, (text) => (pattern.test(text) ? text : WRONG));
}

/** Texts with commas between them, or a list of YAML. */
export function listOf<T extends string>(of: Kind<T>): Kind<readonly T[]> {
  const form = `a list, each ${of.form}`;
  return {
    form: `${form}, or none`,
    read: (text) => {
      if (text === "none") return [];
      const parts = text.split(",").map((part) => of.read(part.trim()));
      return parts.find(isRefused) ?? (parts as T[]);
    },
  };
}

const UNITS: Readonly<Record<string, bigint>> = { ms: 1_000_000n, s: 1_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n, d: 86_400_000_000_000n };

/** A time as a number and its unit. @example duration("1s", "1d").read("90s") // => { ns: 90000000000n } */
export function duration(least: string, most: string): Kind<Duration> {
  return kind(`a time from ${least} to ${most}, as a whole number and ms, s, m, h or d`, (text) => {
    const ns = nsOf(text);
    return ns !== undefined && ns >= nsOf(least)! && ns <= nsOf(most)! ? { ns } : WRONG;
  });
}

function nsOf(text: string): bigint | undefined {
  const [, count, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  return count === undefined ? undefined : BigInt(count) * UNITS[unit!]!;
}

/** A part of a whole, without the ends: a confidence of 1 asks for a certainty that there is not. */
export const confidence: Kind<Decimal> = kind("a fraction above 0 and below 1, like 0.95", (text) => {
  const value = readDecimal(text);
  return isProblem(value) || value.mantissa <= 0n || value.mantissa >= 10n ** BigInt(value.digits) ? WRONG : value;
});

/** A bound on risk. */
export function limit(name: LimitName): Kind<Decimal | undefined> {
  return {
    form: `${limitForm(name)}; none: no limit`,
    read: (text) => {
      const read = readLimit(name, text);
      return read === "none" ? undefined : read;
    },
  };
}

/** A bound on risk of one account, venue, symbol or strategy, in the place of the common one. */
export function override(name: LimitName): Kind<Decimal | "none" | undefined> {
  return {
    form: `${limitForm(name)}; none: no limit; inherit: the common one`,
    read: (text) => (text === "inherit" ? undefined : readLimit(name, text)),
  };
}

/** Whether a path is one of a limit: the common one, or one in its place. */
export function isLimitPath(path: string): boolean {
  return /^(position_management|(venues|accounts|symbols|strategies)\..+)\.risk_limits\./.test(path);
}

/** The address of a database; what is wrong with it is said without it, for it may hold a password. */
/** Where the SQL tables are. What is wrong is not said again: it may hold a password. */
export const databasePlace: Kind<string> = {
  form: "an address like postgres://user@host:5432/name, embedded, or off",
  read: (text) => (text === "embedded" || text === "off" || (/^postgres(ql)?:\/\/\S+$/.test(text) && URL.canParse(text)) ? text : { why: "is not an address like postgres://user@host:5432/name, embedded, or off" }),
};

/** The same without its password. */
export function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^/@]*?:)(.*)(@)/, "$1***$3").replace(/([?&](?:password|sslpassword)=)[^&]*/gi, "$1***");
}
