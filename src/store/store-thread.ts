import type { ProjectionOptions } from "./projection.ts";
import type { SqlRow, SqlValues } from "./database.ts";
import type { StorePlace } from "./open.ts";

/** What the thread begins with. */
export interface StoreTask extends StorePlace, ProjectionOptions {
  readonly retentionDays: number | undefined; // rows older than that are deleted; undefined: none
}
/** What it is told. */
export type StoreOrder =
  | { readonly kind: "through"; readonly seq: number } // entries up to this one are on disk
  | { readonly kind: "ask"; readonly id: number; readonly sql: string; readonly params: readonly unknown[] }
  | { readonly kind: "saw"; readonly opportunities: readonly SqlValues[] } // rows by their id; what came before of one is written over
  | { readonly kind: "stop"; readonly isNow: boolean }; // once all is written, or after the transaction at hand
/** What it tells. */
export type StoreNews =
  | { readonly kind: "open"; readonly name: string; readonly seq: number }
  | { readonly kind: "at"; readonly seq: number }
  | { readonly kind: "answer"; readonly id: number; readonly seq: number; readonly rows?: readonly SqlRow[]; readonly error?: string }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "failed"; readonly text: string; readonly isFinal: boolean }; // not final: it tries again
