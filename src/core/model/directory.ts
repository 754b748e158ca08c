import { assert } from "../num/index.ts";

/** Where fills of one account, on one venue, in one symbol go. */
export interface Route {
  readonly account: string;
  readonly venue: string;
  readonly symbol: string;
}

/**
 * Numbers for texts that come again and again: names (currencies, strategies, signals) and routes. Numbers count up
 * from 0 in the order of first use, so a directory is rebuilt by adding the same texts in the same order.
 */
export class Directory {
  readonly #names: string[] = [];
  readonly #nameNumbers = new Map<string, number>();
  readonly #routes: Route[] = [];
  readonly #routeNumbers = new Map<string, number>();

  get nameCount(): number {
    return this.#names.length;
  }
  get routeCount(): number {
    return this.#routes.length;
  }

  /** The number of a name, a new one when it is new. "" has none: −1. */
  nameNumber(name: string): number {
    if (name === "") return -1;
    const known = this.#nameNumbers.get(name);
    if (known !== undefined) return known;
    this.#nameNumbers.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }

  /** The number of a name that is known, else undefined. */
  findName(name: string): number | undefined {
    return this.#nameNumbers.get(name);
  }

  /** The name of a number; "" for −1. */
  name(number: number): string {
    if (number === -1) return "";
    const name = this.#names[number];
    assert(name !== undefined, `name ${number} is in the directory`);
    return name;
  }

  /** The number of a route, a new one when it is new. */
  routeNumber(account: string, venue: string, symbol: string): number {
    const key = routeKey(account, venue, symbol);
    const known = this.#routeNumbers.get(key);
    if (known !== undefined) return known;
    this.#routeNumbers.set(key, this.#routes.length);
    return this.#routes.push({ account, venue, symbol }) - 1;
  }

  /** The number of a route that is known, else undefined. */
  findRoute(account: string, venue: string, symbol: string): number | undefined {
    return this.#routeNumbers.get(routeKey(account, venue, symbol));
  }

  route(number: number): Route {
    const route = this.#routes[number];
    assert(route !== undefined, `route ${number} is in the directory`);
    return route;
  }

  /** Names and routes from the given numbers on: what a block must carry so that its reader knows them. */
  since(names: number, routes: number): DirectoryPage {
    return { names: this.#names.slice(names), routes: this.#routes.slice(routes).map((r) => [r.account, r.venue, r.symbol]) };
  }

  /** Adds a page written by `since`. */
  add(page: DirectoryPage): void {
    for (const name of page.names) this.nameNumber(name);
    for (const [account, venue, symbol] of page.routes) this.routeNumber(account, venue, symbol);
  }
}

/** One text for a route. The lengths keep routes apart whatever characters their texts hold. */
function routeKey(account: string, venue: string, symbol: string): string {
  return `${account.length},${venue.length},${account}${venue}${symbol}`;
}

export interface DirectoryPage {
  readonly names: readonly string[];
  readonly routes: readonly (readonly [account: string, venue: string, symbol: string])[];
}
