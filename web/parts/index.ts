export { LimitBar, SignedBar } from "./bar.tsx";
export { Empty, Failure, Known, Panel } from "./states.tsx";
export { Dialog } from "./dialog.tsx";
export { DataTable, type Column } from "./data-table.tsx";
export { Outdated, patiently } from "./patiently.ts";
export { Code } from "./code.tsx";
export { VenueType } from "./venue-type.tsx";
export { Choice, Tiles, type Tile } from "./tiles.tsx";
export { breakerWords, ladderWords, limitValueText, limitWords, methodWords, reasonWords, scenarioWords, scopeWords, usedText } from "./words.ts";
