import { Component, lazy, Suspense, useEffect, useMemo, useState, type ComponentType, type ReactNode } from "react";
import { nowMs, store, useStanding } from "../data/index.ts";
import { timeText, useZone } from "../figures/index.ts";
import { activeKeys, go, linkTo, useKeys, usePlace, type Key } from "../nav/index.ts";
import { DropImport } from "../importing/index.ts";
import { Dialog, Empty, Outdated, patiently } from "../parts/index.ts";
import { VIEWS, type View } from "../views/index.ts";
import { Locked } from "./locked.tsx";
import { Palette } from "./palette.tsx";
import { Rail } from "./rail.tsx";
import { TopBar } from "./top-bar.tsx";

const PARTS = new Map(VIEWS.map((view): [string, ComponentType] => [view.name, lazy(() => patiently(view.load))]));

/** The whole page: the rail, the bar above, one view. */
export function App(): ReactNode {
  const { view: name, of } = usePlace();
  const { state } = useStanding();
  const [open, setOpen] = useState<"keys" | "search">();
  const view = VIEWS.find((one) => one.name === name);
  const keys = useMemo((): Key[] => [
    { key: "/", says: "Search", act: () => searchHere() || setOpen("search") },
    { key: "?", says: "These keys", act: () => setOpen("keys") },
    ...VIEWS.filter(({ isListed }) => isListed).map(({ name: to, title }, i) => ({ key: `${i + 1}`, says: title, act: () => go(linkTo(to)) })),
  ], []);
  useKeys(keys);
  useEffect(() => {
    document.title = `${of ?? view?.title ?? "Nothing here"} – Fillbook`;
  }, [of, view]);
  return (
    <div className="page" data-connection={state.is}>
      <a className="skip" href="#view" onClick={(event) => { event.preventDefault(); document.querySelector<HTMLElement>("#view")?.focus(); }}>To the view</a>
      <TopBar />
      <Rail at={name} onKeys={() => setOpen("keys")} onSearch={() => setOpen("search")} />
      <main id="view" tabIndex={-1} aria-label={view?.title ?? "Nothing here"}>
        <Notice />
        {state.is === "locked" ? <Locked why={state.why} /> : <Shown view={view} at={`${name}/${of ?? ""}`} />}
      </main>
      <DropImport />
      {open === "keys" && <KeyList onClose={() => setOpen(undefined)} />}
      {open === "search" && <Palette onClose={() => setOpen(undefined)} />}
    </div>
  );
}

function Shown({ view, at }: { readonly view: View | undefined; readonly at: string }): ReactNode {
  const Part = view && PARTS.get(view.name);
  if (Part === undefined) return <Empty title="There is no such view"><p>The address names none. <a href={linkTo("overview")}>Go to the overview</a></p></Empty>;
  return (
    <Fence key={at}>
      <Suspense fallback={<p className="waiting" role="status">Opening …</p>}><Part /></Suspense>
    </Fence>
  );
}

/** Keeps what went wrong in one view from taking the page away. */
class Fence extends Component<{ readonly children: ReactNode }, { readonly error: Error | undefined }> {
  override state: { readonly error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (error instanceof Outdated) {
      return (
        <Empty title="Load the page again">
          <p>{error.message}. Where you are, the filters and the token stay.</p>
          <p><button type="button" className="primary" onClick={() => location.reload()}>Load it again</button></p>
        </Empty>
      );
    }
    return (
      <Empty title="This view stopped">
        <p>{error.message}. The book is not touched by it.</p>
        <p><button type="button" onClick={() => this.setState({ error: undefined })}>Open it again</button></p>
      </Empty>
    );
  }
}

/** Says that figures are not of now, and since when. */
function Notice(): ReactNode {
  const { state, seq } = useStanding();
  const [sinceMs, setSince] = useState<number>();
  const zone = useZone();
  const isLost = state.is === "lost";
  useEffect(() => {
    if (isLost) setSince((before) => before ?? nowMs());
    else if (state.is === "live" || state.is === "locked") setSince(undefined);
  }, [isLost, state.is]);
  if (state.is === "refused") return <p id="notice" role="alert">{state.why}</p>;
  if (sinceMs === undefined || state.is === "locked") return null;
  const since = `${timeText(new Date(sinceMs).toISOString(), zone, "clock")} ${zone === "utc" ? "UTC" : "local"}`;
  return <p id="notice" role="alert">{seq === undefined ? "The service does not answer. Trying again." : `Not connected since ${since}: figures are those of entry ${seq.toLocaleString("en-US")}. Trying again.`}</p>;
}

function KeyList({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="keys">
        {activeKeys().map(({ key, says }) => <div key={key}><dt><kbd>{KEY_NAMES[key] ?? key}</kbd></dt><dd>{says}</dd></div>)}
        <div><dt><kbd>↑</kbd> <kbd>↓</kbd></dt><dd>From row to row</dd></div>
        <div><dt><kbd>Enter</kbd></dt><dd>Open a row, or follow it</dd></div>
        <div><dt><kbd>Esc</kbd></dt><dd>Close what is open</dd></div>
      </dl>
      <p className="small">Entries held: {store.standing.seq?.toLocaleString("en-US") ?? "none"}. Price charts are drawn with <a href="https://www.tradingview.com/" rel="noreferrer" target="_blank">Lightweight Charts by TradingView</a>.</p>
    </Dialog>
  );
}

const KEY_NAMES: Readonly<Record<string, string>> = { ArrowDown: "↓", ArrowUp: "↑", ArrowRight: "→", ArrowLeft: "←" };

/** Puts the keyboard into the search of the view, where it has one. */
function searchHere(): boolean {
  const field = document.querySelector<HTMLInputElement>("main input[type=search]");
  field?.focus();
  field?.select();
  return field !== null;
}
