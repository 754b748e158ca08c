import { encodeUtf8, LIQUIDITIES, nameProblem, VENUE_TYPES, type Directory } from "../../core/model/index.ts";
import { ABSENT, ByteIndex, hashOf, scanName, scannedName, TripleIndex } from "./byte-index.ts";
import type { FillColumn } from "./fill-row.ts";

/** The values that are names, in the order in which rows keep their numbers. */
export const NAMED: readonly FillColumn[] = ["account", "venue", "symbol", "fee_currency", "strategy", "signal_id", "liquidity", "venue_type"];
/** NAMED before this are the parts of a route; from here on they are names of the directory. */
export const FIRST_NAME = 3;
/** NAMED from here on are words of a closed list. */
const FIRST_WORD = 6;
const WORDS = [LIQUIDITIES, VENUE_TYPES];
const ofDirectory = new WeakMap<Directory, FastNames>();

/** Numbers of names, found by their bytes: those of one directory, for all that read into its numbers. */
export class FastNames {
  /** Of the name that was read last. */
  number = ABSENT;
  readonly #directory: Directory;
  readonly #names = NAMED.map(() => new ByteIndex());
  readonly #routes = new TripleIndex();
  readonly #routeTexts: string[][] = NAMED.slice(0, FIRST_NAME).map(() => []); // by their numbers

  private constructor(directory: Directory) {
    this.#directory = directory;
    WORDS.forEach((words, k) => {
      words.forEach((word, number) => {
        for (const text of new Set([word, word.toUpperCase()])) this.#learn(FIRST_WORD + k, text, number);
      });
    });
  }

  static of(directory: Directory): FastNames {
    let names = ofDirectory.get(directory);
    if (names === undefined) ofDirectory.set(directory, (names = new FastNames(directory)));
    return names;
  }

  /**
   * Reads NAMED[k], whose end is not known yet; fills of one kind come together, so it may be what it was before.
   * @returns where it ends, with `number` set; −1 for what `scanName` does not take, and for a word that is not known
   */
  read(k: number, bytes: Uint8Array, start: number, goesOn: Uint8Array): number {
    const names = this.#names[k]!;
    const again = names.again(bytes, start, goesOn);
    if (again >= 0) {
      this.number = names.lastNumber;
      return again;
    }
    const end = scanName(bytes, start, goesOn);
    if (end <= start) return -1;
    const number = names.find(bytes, start, end, scannedName.hash);
    this.number = number === ABSENT ? this.#newName(k, bytes, start, end) : number;
    return this.number === ABSENT ? -1 : end;
  }

  /** The number of a part of a route that rows do not say; `ABSENT` for a text that is no name. */
  partNumber(k: number, text: string): number {
    if (nameProblem(text) !== undefined) return ABSENT;
    const bytes = encodeUtf8(text);
    const names = this.#names[k]!;
    if (names.find(bytes, 0, bytes.length, hashOf(bytes)) === ABSENT) names.set(bytes, 0, bytes.length, hashOf(bytes), this.#routeTexts[k]!.push(text) - 1);
    return names.find(bytes, 0, bytes.length, hashOf(bytes));
  }

  /** The number of a route by those of its parts; `ABSENT` where one is missing. */
  route(account: number, venue: number, symbol: number): number {
    const known = this.#routes.find(account, venue, symbol);
    if (known !== ABSENT) return known;
    const parts = [account, venue, symbol].map((number, k) => this.#routeTexts[k]![number]);
    if (parts.includes(undefined)) return ABSENT;
    const route = this.#directory.routeNumber(parts[0]!, parts[1]!, parts[2]!);
    this.#routes.set(account, venue, symbol, route);
    return route;
  }

  /** Keeps the words of a row that the plain reader has taken, however they are written there. */
  learn(texts: { readonly [column in FillColumn]?: string | undefined }, traits: number): void {
    this.#learn(FIRST_WORD, texts.liquidity?.trim() ?? "", (traits >> 2) & 0b11);
    this.#learn(FIRST_WORD + 1, texts.venue_type?.trim() ?? "", traits >> 4);
  }

  #learn(k: number, text: string, number: number): void {
    if (text === "") return;
    const bytes = encodeUtf8(text);
    const words = this.#names[k]!;
    if (words.find(bytes, 0, bytes.length, hashOf(bytes)) === ABSENT) words.set(bytes, 0, bytes.length, hashOf(bytes), number);
  }

  /** Numbers a name that `scanName` has just read: what it lets pass is printable, not empty and not too long, and so a name. */
  #newName(k: number, bytes: Uint8Array, from: number, to: number): number {
    if (k >= FIRST_WORD) return ABSENT;
    const text = String.fromCharCode(...bytes.subarray(from, to));
    const number = k < FIRST_NAME ? this.#routeTexts[k]!.push(text) - 1 : this.#directory.nameNumber(text);
    this.#names[k]!.set(bytes, from, to, scannedName.hash, number);
    return number;
  }
}
