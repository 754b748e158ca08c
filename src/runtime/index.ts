export { systemClock, type Clock } from "./clock.ts";
export { Ledger, readBook, type BookRead, type LedgerOptions, type Recovered } from "./ledger.ts";
export { checkSnapshots, type SnapshotChecked } from "./check-snapshots.ts";
export { stateHash } from "./state-hash.ts";
export { FILL_ACCEPTED, FILL_DUPLICATE, FILL_REFUSED, type Acknowledgement, type FillsOutcome } from "./outcome.ts";
export { watchFiles } from "./watch-files.ts";
export { ServiceRefuses } from "./service-refuses.ts";
export type { SnapshotOutcome } from "./snapshot-keeper.ts";
export { Service, type Commit, type Measure, type Recovery, type ServiceOptions, type ServiceState } from "./service.ts";
