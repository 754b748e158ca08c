export { systemClock, type Clock } from "./clock.ts";
export { CurrencyFixed, Ledger, readBook, type BookRead, type LedgerOptions } from "./ledger.ts";
