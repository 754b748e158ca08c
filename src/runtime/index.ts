export { systemClock, type Clock } from "./clock.ts";
export { Ledger, readBook, type BookRead, type LedgerOptions } from "./ledger.ts";
export { stateHash } from "./state-hash.ts";
export { FILL_ACCEPTED, FILL_DUPLICATE, FILL_REFUSED, type Acknowledgement, type FillsOutcome } from "./outcome.ts";
export { ServiceRefuses } from "./service-refuses.ts";
export { Service, type Commit, type Measure, type Recovery, type ServiceOptions, type ServiceState } from "./service.ts";
