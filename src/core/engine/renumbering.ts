import type { Directory } from "../model/index.ts";

/** The numbers of one directory in those of another. */
export class Renumbering {
  readonly #routes: number[] = [];
  readonly #names: number[] = [];
  readonly #from: Directory;
  readonly #to: Directory;

  constructor(from: Directory, to: Directory) {
    this.#from = from;
    this.#to = to;
  }

  route(number: number): number {
    const known = this.#routes[number];
    if (known !== undefined) return known;
    const { account, venue, symbol } = this.#from.route(number);
    return (this.#routes[number] = this.#to.routeNumber(account, venue, symbol));
  }

  name(number: number): number {
    return number === -1 ? -1 : (this.#names[number] ??= this.#to.nameNumber(this.#from.name(number)));
  }
}
