import type { ReactNode } from "react";

/** A figure under its name. */
export interface Tile {
  readonly title: string;
  readonly says?: string; // on hover
  readonly isLarge?: boolean;
  readonly figure: ReactNode;
}

/** The figures that one looks at first, in a row. */
export function Tiles({ of }: { readonly of: readonly Tile[] }): ReactNode {
  return <dl className="tiles">{of.map(({ title, says, isLarge = false, figure }) => <div key={title} title={says}><dt>{title}</dt><dd className={isLarge ? "huge" : undefined}>{figure}</dd></div>)}</dl>;
}

/** One of several, chosen by a button; none is a way of its own. */
export function Choice<T extends string>({ label, of, chosen, onChoose }: { readonly label: string; readonly of: readonly { readonly key: T; readonly title: string }[]; readonly chosen: T; readonly onChoose: (key: T) => void }): ReactNode {
  return <span className="choice" role="group" aria-label={label}>{of.map(({ key, title }) => <button key={key} type="button" aria-pressed={key === chosen} onClick={() => onChoose(key)}>{title}</button>)}</span>;
}
