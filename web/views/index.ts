import type { ComponentType } from "react";

/** A view of the page: a folder here whose `index.tsx` has a component as its default. What it needs comes when it is opened. */
export interface View {
  readonly name: string; // in the address
  readonly title: string;
  readonly icon: string; // the path of a picture of 16 × 16
  readonly isListed: boolean; // in the rail
  readonly load: () => Promise<{ readonly default: ComponentType }>;
}

/** In the order of the rail; the keys 1 to 8 open them. */
export const VIEWS: readonly View[] = [
  { name: "overview", title: "Overview", icon: "M2 2h5v7H2zM9 2h5v4H9zM9 8h5v6H9zM2 11h5v3H2z", isListed: true, load: () => import("./overview/index.tsx") },
  { name: "positions", title: "Positions", icon: "M2 3h12v1.6H2zM2 7.2h12v1.6H2zM2 11.4h12V13H2z", isListed: true, load: () => import("./positions/index.tsx") },
  { name: "symbol", title: "Symbol", icon: "", isListed: false, load: () => import("./symbol/index.tsx") },
  { name: "risk", title: "Risk", icon: "M8 1.5l6 2.3v4.1c0 3.4-2.5 5.6-6 6.6-3.5-1-6-3.2-6-6.6V3.8zM8 3.2L3.6 4.9v3c0 2.4 1.7 4 4.4 4.9 2.7-.9 4.4-2.5 4.4-4.9v-3zM7.2 5h1.6v3.6H7.2zM7.2 9.6h1.6v1.6H7.2z", isListed: true, load: () => import("./risk/index.tsx") },
  { name: "performance", title: "Performance", icon: "M2 13.5V12l4-4.4 3 2.6L13 4.6V3h1.5v4H13l-4 5.4-3-2.6-2.9 3.7zM2 2h1.4v9L2 12.6z", isListed: true, load: () => import("./performance/index.tsx") },
  { name: "opportunities", title: "Opportunities", icon: "M5 2l3.5 3.5L5 9V6.4H1.5V4.6H5zM11 7v2.6h3.5v1.8H11V14l-3.5-3.5z", isListed: true, load: () => import("./opportunities/index.tsx") },
  { name: "pairs", title: "Pairs", icon: "M5.5 4a4 4 0 1 0 0 8 4 4 0 0 0 2.5-.9A4 4 0 1 0 8 4.9 4 4 0 0 0 5.5 4zm0 1.6a2.4 2.4 0 0 1 1.5.5 4 4 0 0 0 0 3.8 2.4 2.4 0 1 1-1.5-4.3zm5 0a2.4 2.4 0 1 1-1.5 4.3 4 4 0 0 0 0-3.8 2.4 2.4 0 0 1 1.5-.5z", isListed: true, load: () => import("./pairs/index.tsx") },
  { name: "operations", title: "Operations", icon: "M2 3h8v2H2zM12 3h2v2h-2zM2 7h3v2H2zM7 7h7v2H7zM2 11h8v2H2zM12 11h2v2h-2z", isListed: true, load: () => import("./operations/index.tsx") },
];
