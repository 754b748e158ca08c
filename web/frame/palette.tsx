import { useMemo, useState, type KeyboardEvent, type ReactNode } from "react";
import { store } from "../data/index.ts";
import { go, linkTo } from "../nav/index.ts";
import { Dialog } from "../parts/index.ts";
import { VIEWS } from "../views/index.ts";

const MOST_SHOWN = 12;

/** Search: type a symbol or a view, choose with the arrows, Enter opens it. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const all = useMemo(placesOf, []);
  const wanted = text.trim().toLowerCase();
  const found = all.filter(({ title }) => title.toLowerCase().includes(wanted)).sort((a, b) => Number(!a.title.toLowerCase().startsWith(wanted)) - Number(!b.title.toLowerCase().startsWith(wanted))).slice(0, MOST_SHOWN);
  const open = (link: string | undefined) => {
    if (link === undefined) return;
    onClose();
    go(link);
  };
  const move = (event: KeyboardEvent) => {
    if (event.key === "Enter") return open(found[at]?.link);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    setAt((before) => Math.max(0, Math.min(found.length - 1, before + step)));
  };
  return (
    <Dialog title="Search" onClose={onClose} className="palette">
      <input type="search" role="combobox" aria-label="A symbol or a view" aria-expanded="true" aria-controls="found" aria-activedescendant={found[at] === undefined ? undefined : `found-${at}`} placeholder="A symbol or a view" data-first value={text} onKeyDown={move} onChange={(event) => { setText(event.target.value); setAt(0); }} />
      {found.length === 0 ? <p className="small" role="status">Nothing has this name.</p> : (
        <ul id="found" role="listbox" aria-label="Found">
          {found.map(({ title, link, kind }, i) => <li key={link} id={`found-${i}`} role="option" aria-selected={i === at} onClick={() => open(link)} onMouseMove={() => setAt(i)}><span>{title}</span><span className="kind">{kind}</span></li>)}
        </ul>
      )}
    </Dialog>
  );
}

interface Found {
  readonly title: string;
  readonly link: string;
  readonly kind: string;
}

function placesOf(): Found[] {
  const symbols = new Set(store.keys().flatMap((key) => store.row(key)?.symbol ?? []));
  return [...VIEWS.filter(({ isListed }) => isListed).map(({ name, title }) => ({ title, link: linkTo(name), kind: "view" })), ...[...symbols].sort().map((symbol) => ({ title: symbol, link: linkTo("symbol", symbol), kind: "symbol" }))];
}
