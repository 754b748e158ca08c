import { formatDecimal, isProblem, readDecimal, trimmed, type Decimal } from "../num/index.ts";
import { shown } from "./shown.ts";
import { readTime, type Instant } from "./time.ts";

/** Most of a venue's text that a refusal carries, in bytes of UTF-8. */
const RAW_BYTES = 4_096;

/** Why a payload, or one row of it, cannot be read. Thrown inside decoders only, so that each field is read in one line. */
export class Unreadable extends Error {}

/**
 * An object that a venue sent, read by field. A field may have several names, old and new; the first that says something
 * counts. Numbers are texts, or objects that hold the text they came as: no float is involved.
 */
export class Payload {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || isNumber(value)) throw new Unreadable("is no object");
    this.#fields = value as Record<string, unknown>;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name);
  }

  /** A field as it came; undefined for one that is missing or null. */
  field(name: string): unknown {
    return this.has(name) ? (this.#fields[name] ?? undefined) : undefined;
  }

  requiredField(name: string): unknown {
    return this.field(name) ?? missing(name);
  }

  /** The text of a field; undefined where none of the names says anything. */
  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.field(name);
      if (value === undefined || value === "") continue;
      if (typeof value === "string") return value;
      if (typeof value === "object" && value !== null && isNumber(value)) return value.value;
      throw new Unreadable(`${name}: is neither text nor number`);
    }
    return undefined;
  }

  required(...names: readonly string[]): string {
    const text = this.text(...names);
    return text ?? missing(...names);
  }

  decimal(...names: readonly string[]): Decimal | undefined {
    const text = this.text(...names);
    if (text === undefined) return undefined;
    const value = readDecimal(text);
    if (isProblem(value)) throw new Unreadable(`${names.find((name) => this.text(name) !== undefined) ?? ""}: ${value.why}`);
    return value;
  }

  requiredDecimal(...names: readonly string[]): Decimal {
    const value = this.decimal(...names);
    return value ?? missing(...names);
  }

  /** Dollars in one field or cents in another, as cents: of names like `fee_dollars` and `fee`. */
  cents(dollars: readonly string[], cents: readonly string[]): Decimal | undefined {
    const value = this.decimal(...dollars);
    return value === undefined ? this.decimal(...cents) : trimmed(value.mantissa * 100n, value.digits);
  }

  time(...names: readonly string[]): Instant | undefined {
    const text = this.text(...names);
    if (text === undefined) return undefined;
    const time = readTime(text);
    if ("problem" in time) throw new Unreadable(`${names.find((name) => this.text(name) !== undefined) ?? ""}: ${time.why}`);
    return time;
  }

  requiredTime(...names: readonly string[]): Instant {
    const time = this.time(...names);
    return time ?? missing(...names);
  }

  /** One of a few words, in any case. */
  word<const Word extends string>(words: readonly Word[], ...names: readonly string[]): Word | undefined {
    const text = this.text(...names);
    if (text === undefined) return undefined;
    const found = words.find((word) => word === text.toLowerCase());
    if (found === undefined) throw new Unreadable(`${names[0] ?? ""}: ${shown(text)} is none of ${words.join(", ")}`);
    return found;
  }

  flag(name: string): boolean | undefined {
    const value = this.field(name);
    if (value !== undefined && typeof value !== "boolean") throw new Unreadable(`${name}: is neither true nor false`);
    return value;
  }

  /** The elements of a list. */
  list(name: string): readonly unknown[] {
    const value = this.field(name);
    if (!Array.isArray(value)) throw new Unreadable(`${name}: is no list`);
    return value;
  }
}

/** @throws Unreadable */
export function missing(...names: readonly string[]): never {
  throw new Unreadable(`${names.join(" or ")}: is missing`);
}

/** @throws Unreadable for an amount that is 0 or below */
export function aboveZero(name: string, value: Decimal): Decimal {
  if (value.mantissa <= 0n) throw new Unreadable(`${name}: ${formatDecimal(value)} is not above 0`);
  return value;
}

/** @throws Unreadable for an amount below 0 */
export function notBelowZero(name: string, value: Decimal): Decimal {
  if (value.mantissa < 0n) throw new Unreadable(`${name}: ${formatDecimal(value)} is below 0`);
  return value;
}

/** A number as lossless-json gives it: an object that holds its text. */
function isNumber(value: object): value is { readonly value: string } {
  return "isLosslessNumber" in value && value.isLosslessNumber === true && "value" in value && typeof value.value === "string";
}

/**
 * The beginning of a raw text, at most 4 KiB of UTF-8, cut between characters.
 * @example keptRaw("€".repeat(2000)).length // => 1365
 */
export function keptRaw(text: string): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > RAW_BYTES) return text.slice(0, end);
    end += character.length;
  }
  return text;
}
