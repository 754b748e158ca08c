export { systemClock, type Clock } from "./clock.ts";
export { Ledger, readBook, type BookRead, type LedgerOptions } from "./ledger.ts";
export { stateHash } from "./state-hash.ts";
