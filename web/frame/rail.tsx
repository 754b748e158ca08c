import type { ReactNode } from "react";
import { linkTo } from "../nav/index.ts";
import { VIEWS } from "../views/index.ts";

const SEARCH = "M7 2a5 5 0 1 0 3.1 8.9l3 3 1.2-1.1-3-3A5 5 0 0 0 7 2zm0 1.6a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8z";

/** The views: icons at the left, with names where there is room; below on a phone. */
export function Rail({ at, onKeys, onSearch }: { readonly at: string; readonly onKeys: () => void; readonly onSearch: () => void }): ReactNode {
  return (
    <nav className="rail" aria-label="Views">
      {VIEWS.filter(({ isListed }) => isListed).map(({ name, title, icon }, i) => (
        <a key={name} href={linkTo(name)} title={`${title} (${i + 1})`} aria-current={name === at || (at === "symbol" && name === "positions") ? "page" : undefined}>
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d={icon} /></svg>
          <span className="label">{title}</span>
        </a>
      ))}
      <span className="gap" />
      <button type="button" onClick={onSearch} title="Search"><svg viewBox="0 0 16 16" aria-hidden="true"><path d={SEARCH} /></svg><span className="label">Search</span></button>
      <button type="button" onClick={onKeys} title="Keys (?)"><span className="sign" aria-hidden="true">?</span><span className="label">Keys</span></button>
    </nav>
  );
}
