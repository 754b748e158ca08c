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
];
