import { encodeUtf8 } from "./utf8.ts";

const LONGEST = 256;
// Control characters, halves of characters, and what breaks a line or turns its direction: names are shown to people.
const UNSHOWABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u200b\ufeff\u202a-\u202e\u2066-\u2069]/u;

/**
 * Why a text is no name of an account, venue, symbol, currency or fill: names are at least one character, at most
 * 256 bytes, and show as they are. So a NUL may stand between names in a key.
 * @example nameProblem("BTC/USD") // => undefined
 * @example nameProblem("") // => "is empty"
 */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (UNSHOWABLE.test(name)) return "holds a character that cannot be printed";
  const bytes = name.length > LONGEST ? name.length : encodeUtf8(name).length;
  return bytes > LONGEST ? `is longer than ${LONGEST} bytes` : undefined;
}
