import { nameProblem, type Directory } from "../model/index.ts";

/** Instead of a number: the plain reader must look, and say what is wrong. */
export const UNREADABLE = -2;

/** The numbers of names and routes in a directory, looked up by the texts as they come, which are checked once. */
export class NameNumbers {
  readonly #directory: Directory;
  readonly #names = new Map<string, number>();
  readonly #routes = new Map<string, Map<string, Map<string, number>>>(); // account → venue → symbol
  #account = "";
  #venue = "";
  #symbol = "";
  #last = UNREADABLE;
  #symbols: Map<string, number> = new Map(); // of #account and #venue

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** A name's number, −1 for "", UNREADABLE for what is no name as it stands. */
  name(text: string): number {
    let number = this.#names.get(text);
    if (number === undefined) {
      number = text === "" ? -1 : isPlainName(text) ? this.#directory.nameNumber(text) : UNREADABLE;
      this.#names.set(text, number);
    }
    return number;
  }

  route(account: string, venue: string, symbol: string): number {
    if (account !== this.#account || venue !== this.#venue) {
      this.#symbols = inner(inner(this.#routes, account), venue);
      this.#account = account;
      this.#venue = venue;
    } else if (symbol === this.#symbol) return this.#last;
    let number = this.#symbols.get(symbol);
    if (number === undefined) {
      number = [account, venue, symbol].every(isPlainName) ? this.#directory.routeNumber(account, venue, symbol) : UNREADABLE;
      this.#symbols.set(symbol, number);
    }
    this.#symbol = symbol;
    return (this.#last = number);
  }
}

function inner<V>(of: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let map = of.get(key);
  if (map === undefined) of.set(key, (map = new Map<string, V>()));
  return map;
}

function isPlainName(text: unknown): boolean {
  return typeof text === "string" && text.trim() === text && nameProblem(text) === undefined;
}
