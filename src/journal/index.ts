export type { Journal, Progress } from "./journal.ts";
export { MemoryJournal } from "./memory-journal.ts";
export { FileJournal, type FileJournalOptions, type OpenReport } from "./file-journal.ts";
export { verifyJournal, type Verified } from "./verify.ts";
export { JournalCorrupt, JournalLocked, JournalWriteFailed, type Damage } from "./errors.ts";
export { WriterLock, type LockHolder } from "./writer-lock.ts";
export { IdentityRuns } from "./identity-runs.ts";
export type { Torn } from "./tail.ts";
export type { Disk } from "./disk.ts";
