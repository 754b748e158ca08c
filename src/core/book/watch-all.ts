import type { RowWatcher } from "./transitions.ts";

/** Several watchers as one: each is told of everything, in this order. Undefined for none. */
export function watchAll(watchers: readonly (RowWatcher | undefined)[]): RowWatcher | undefined {
  const all = watchers.filter((watcher) => watcher !== undefined);
  if (all.length <= 1) return all[0];
  return {
    ...(all.every((watcher) => watcher.filled !== undefined) && { filled: (...told: Parameters<NonNullable<RowWatcher["filled"]>>) => { for (const watcher of all) watcher.filled?.(...told); } }),
    changed: (change) => { for (const watcher of all) watcher.changed(change); },
    split: (row, over, under, scale) => { for (const watcher of all) watcher.split(row, over, under, scale); },
    funded: (row, currency, amount, timeNs) => { for (const watcher of all) watcher.funded(row, currency, amount, timeNs); },
    renamed: (from, to, timeNs) => { for (const watcher of all) watcher.renamed(from, to, timeNs); },
    capital: (account, currency, amount, timeNs) => { for (const watcher of all) watcher.capital?.(account, currency, amount, timeNs); },
  };
}
