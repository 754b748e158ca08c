import { encodeUtf8 } from "./utf8.ts";

const LONGEST = 256;
const LONGEST_REASON = 1_024;
// Control characters, halves of characters, and what breaks a line or turns its direction: names are shown to people.
const UNSHOWABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u200b\ufeff\u202a-\u202e\u2066-\u2069]/u;

/**
 * Why a text is no name of an account, venue, symbol, currency or fill: names are at least one character, at most
 * 256 bytes, and show as they are. So a NUL may stand between names in a key.
 * @example nameProblem("BTC/USD") // => undefined
 * @example nameProblem("") // => "is empty"
 */
export function nameProblem(name: string): string | undefined {
  return problemOf(name, LONGEST);
}

/**
 * Why a text is no reason that is kept and shown to people: as for names, and it may be longer.
 * @example reasonProblem("lost 6000 since midnight") // => undefined
 */
export function reasonProblem(text: string): string | undefined {
  return problemOf(text, LONGEST_REASON);
}

function problemOf(text: string, longest: number): string | undefined {
  if (text === "") return "is empty";
  if (UNSHOWABLE.test(text)) return "holds a character that cannot be printed";
  const bytes = text.length > longest ? text.length : encodeUtf8(text).length;
  return bytes > longest ? `is longer than ${longest} bytes` : undefined;
}
