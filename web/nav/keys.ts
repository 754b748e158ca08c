import { useEffect } from "react";

/** A key and what it does. */
export interface Key {
  readonly key: string; // as KeyboardEvent.key names it
  readonly says: string; // for the list
  readonly act: () => void;
}

const active: Key[][] = [];

/** Keys that work while a part of the page is there; those of the innermost part come first. Give a list that stays the same. */
export function useKeys(keys: readonly Key[]): void {
  useEffect(() => {
    const own = [...keys];
    active.unshift(own);
    return () => void active.splice(active.indexOf(own), 1);
  }, [keys]);
}

/** Every key that does something now. */
export function activeKeys(): Key[] {
  const seen = new Set<string>();
  return active.flat().filter(({ key }) => {
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

/** The search of a view is left by the arrow that leads to what it found, and by Escape once nothing stands in it. */
function leaves(target: HTMLElement, key: string): boolean {
  if (!(target instanceof HTMLInputElement) || target.type !== "search" || target.closest("dialog") !== null) return false;
  if (key === "Escape" && target.value === "") document.querySelector<HTMLElement>("#view")?.focus();
  return key === "ArrowDown";
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const target = event.target as HTMLElement;
  if (target.closest("input, textarea, select, dialog") !== null && !leaves(target, event.key)) return;
  const found = active.flat().find(({ key }) => key === event.key);
  if (found === undefined) return;
  event.preventDefault();
  found.act();
});
