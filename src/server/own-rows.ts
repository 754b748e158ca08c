import type { EventReport } from "../core/engine/index.ts";
import { FillColumns, type Directory } from "../core/model/index.ts";
import { boundTo } from "./access/principal.ts";

/** The code of a row that its token may not write. */
export const FORBIDDEN_ACCOUNT = "forbidden_account";

/** Lets the fills through that a token bound to accounts may write; of others it says which rows they are. */
export class OwnFills {
  readonly #directory: Directory;
  readonly #accounts: ReadonlySet<string>;
  readonly #take: (fills: FillColumns, indexes: Uint32Array) => void;
  readonly #refuse: (index: number, reason: string) => void;
  readonly #isOwn = new Map<number, boolean>(); // by route

  constructor(directory: Directory, accounts: ReadonlySet<string>, take: (fills: FillColumns, indexes: Uint32Array) => void, refuse: (index: number, reason: string) => void) {
    this.#directory = directory;
    this.#accounts = accounts;
    this.#take = take;
    this.#refuse = refuse;
  }

  add(fills: FillColumns, indexes: Uint32Array): void {
    const own: number[] = [];
    for (let row = 0; row < fills.count; row += 1) {
      if (this.#mayWrite(fills.route[row]!)) own.push(row);
      else this.#refuse(indexes[row]!, `${FORBIDDEN_ACCOUNT}: ${boundTo(this.#accounts)}`);
    }
    if (own.length === fills.count) return this.#take(fills, indexes);
    if (own.length === 0) return;
    const kept = new FillColumns(own.length);
    for (const row of own) kept.copyRow(fills, row);
    this.#take(kept, Uint32Array.from(own, (row) => indexes[row]!));
  }

  #mayWrite(route: number): boolean {
    let isOwn = this.#isOwn.get(route);
    if (isOwn === undefined) this.#isOwn.set(route, (isOwn = this.#accounts.has(this.#directory.route(route).account)));
    return isOwn;
  }
}

/** Why a token bound to accounts may not write an event; undefined when it may. What names no account is of every one. */
export function foreignEvent(report: EventReport, accounts: ReadonlySet<string> | undefined): string | undefined {
  const account = accountOf(report);
  if (accounts === undefined || (account !== "" && accounts.has(account))) return undefined;
  return account === "" ? `${FORBIDDEN_ACCOUNT}: this is of every account, and ${boundTo(accounts)}` : `${FORBIDDEN_ACCOUNT}: ${boundTo(accounts)}`;
}

/** The account that an event is of; "" when it is of every one. */
function accountOf(report: EventReport): string {
  switch (report.type) {
    case "bust":
    case "amend":
      return report.fill.account;
    case "split":
    case "renamed":
    case "limit":
    case "limited":
    case "breach":
    case "breached":
    case "trip":
    case "tripped":
    case "release":
    case "reset":
    case "probe":
    case "probed":
      return "";
    case "funded":
    case "moved":
    case "capital":
    case "chosen":
    case "settled":
      return report.account;
  }
}
