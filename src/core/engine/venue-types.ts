import { VENUE_TYPE_SHIFT, VENUE_TYPES, type Directory, type FillColumns, type VenueType } from "../model/index.ts";

/** Fills which say nothing of their venue's type say the one that is configured from here on. */
export function stateVenueTypes({ count, route, traits }: FillColumns, source: Directory, types: ReadonlyMap<string, VenueType> | undefined): void {
  if (types === undefined || types.size === 0) return;
  const bits = new Map<number, number>(); // by route
  for (let row = 0; row < count; row += 1) {
    if (traits[row]! >> VENUE_TYPE_SHIFT !== 0) continue;
    let bit = bits.get(route[row]!);
    if (bit === undefined) bits.set(route[row]!, (bit = VENUE_TYPES.indexOf(types.get(source.route(route[row]!).venue) ?? "unknown") << VENUE_TYPE_SHIFT));
    traits[row]! |= bit;
  }
}
