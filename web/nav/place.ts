import { useSyncExternalStore } from "react";
import { linkTo, placeOf, type Place } from "./address.ts";

let place = placeOf(location.hash);
const listeners = new Set<() => void>();
addEventListener("hashchange", turn);

export function usePlace(): Place {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => place,
  );
}

export function go(link: string): void {
  location.hash = link;
}

/** Changes filters of the view that is open; undefined takes one away. The way back does not lead through every letter that was typed. */
export function setParams(changes: Readonly<Record<string, string | undefined>>): void {
  const { view, of, params } = place;
  history.replaceState(null, "", linkTo(view, of, { ...Object.fromEntries(params), ...changes }));
  turn();
}

function turn(): void {
  place = placeOf(location.hash);
  for (const listener of listeners) listener();
}
