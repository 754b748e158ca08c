import type { Directory, Block, Fact } from "../core/model/index.ts";

/** When the journal first told of each account's symbol: a fill, though it may be busted since, an event, or a rename to it. */
export class Births {
  readonly #byName = new Map<string, Map<string, bigint>>(); // symbol → account → the journal's time
  readonly #seen: boolean[] = []; // by route

  /** @param directory knows all routes of the block */
  note(directory: Directory, { timeNs, sections }: Block): void {
    for (const section of sections) {
      if (section.kind === "facts") for (const fact of section.facts) this.#fact(fact, timeNs);
      else {
        const { route, count } = section.fills;
        for (let row = 0; row < count; row += 1) {
          if (this.#seen[route[row]!] === true) continue;
          this.#seen[route[row]!] = true;
          const { account, symbol } = directory.route(route[row]!);
          this.#born(account, symbol, timeNs);
        }
      }
    }
  }

  /** The journal's time of a position's first entry. */
  of({ account, symbol }: { readonly account: string; readonly symbol: string }): bigint {
    return this.#byName.get(symbol)?.get(account) ?? 0n;
  }

  #fact(fact: Fact, timeNs: bigint): void {
    if (fact.type === "funded" || fact.type === "moved") this.#born(fact.account, fact.symbol, timeNs);
    else if (fact.type === "renamed") for (const account of this.#byName.get(fact.symbol)?.keys() ?? []) this.#born(account, fact.to, timeNs);
  }

  #born(account: string, symbol: string, timeNs: bigint): void {
    let accounts = this.#byName.get(symbol);
    if (accounts === undefined) this.#byName.set(symbol, (accounts = new Map<string, bigint>()));
    if (!accounts.has(account)) accounts.set(account, timeNs);
  }
}
