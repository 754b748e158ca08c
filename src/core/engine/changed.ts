/** A symbol with corrected fills, the first of them at `seq`. */
export interface ChangedSymbol {
  readonly account: string;
  readonly venue: string | undefined; // of all of them; undefined: of several
  readonly symbol: string;
  readonly seq: number;
}

/** What must be booked anew. */
export class Changed {
  #accounts = new Set<string>();
  #first = new Map<string, ChangedSymbol>();

  add({ account, venue, symbol }: { readonly account: string; readonly venue: string; readonly symbol: string }, seq: number): void {
    const key = JSON.stringify([account, symbol]);
    const known = this.#first.get(key);
    this.#first.set(key, { account, symbol, venue: known === undefined || known.venue === venue ? venue : undefined, seq: Math.min(seq, known?.seq ?? seq) });
  }

  addAccount(account: string): void {
    this.#accounts.add(account);
  }

  takeAll(): { readonly accounts: ReadonlySet<string>; readonly symbols: Iterable<ChangedSymbol> } {
    const all = { accounts: this.#accounts, symbols: this.#first.values() };
    this.#accounts = new Set();
    this.#first = new Map();
    return all;
  }
}
