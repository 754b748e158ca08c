import type { ReactNode } from "react";

/** What kind of venue it is, behind its name; nothing where nobody told. */
export function VenueType({ of }: { readonly of: string | null }): ReactNode {
  return of === null || of === "unknown" ? null : <span className="type small">{of}</span>;
}
