import { useSyncExternalStore, type ReactNode } from "react";
import { keptInBrowser, useNowMs } from "../data/index.ts";
import { ageText } from "./text.ts";

const ZONE = "fillbook-zone";
type Zone = "utc" | "local";
let zone: Zone = keptInBrowser.get(ZONE) === "local" ? "local" : "utc";
const listeners = new Set<() => void>();

/** Whether times are shown in UTC or in the time of this machine. */
export function useZone(): Zone {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => zone,
  );
}

export function turnZone(): void {
  zone = zone === "utc" ? "local" : "utc";
  keptInBrowser.set(ZONE, zone);
  for (const listener of listeners) listener();
}

/**
 * A time as people read it; ISO 8601 in, in UTC or local.
 * @param part the day, the time of day, or both
 */
export function timeText(iso: string, inZone: Zone, part: "day" | "clock" | "both" = "both"): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const two = (value: number) => `${value}`.padStart(2, "0");
  const day = inZone === "utc" ? iso.slice(0, 10) : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const clock = inZone === "utc" ? date.toISOString().slice(11, 19) : `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return part === "day" ? day : part === "clock" ? clock : `${day} ${clock}`;
}

/** A time; the exact one on hover. */
export function Time({ at, part = "both" }: { readonly at: string | null; readonly part?: "day" | "clock" | "both" }): ReactNode {
  const inZone = useZone();
  if (at === null) return <span className="unknown">{"\u2013"}</span>;
  return <time dateTime={at} title={`${at}`}>{timeText(at, inZone, part)}</time>;
}

/** How old something is, counted on. @param at when it was, ISO 8601 */
export function Age({ at, why }: { readonly at: string | null; readonly why?: string }): ReactNode {
  const nowMs = useNowMs();
  if (at === null) return <span className="unknown" title={why}>{"\u2013"}</span>;
  return <span title={at}>{ageText((nowMs - Date.parse(at)) / 1_000)}</span>;
}
