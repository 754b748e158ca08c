import { useMemo, useState, type ReactNode } from "react";
import { setParams } from "../../nav/index.ts";
import { Dialog } from "../../parts/index.ts";
import { COLUMNS } from "./columns.tsx";
import type { Choice, Source } from "./lines.ts";

export interface FiltersProps {
  readonly choice: Choice;
  readonly source: Source;
  readonly columns: readonly string[];
  readonly onColumns: (keys: readonly string[]) => void;
  readonly isCompact: boolean; // rows of 24 pixels, not 28
  readonly onCompact: (isCompact: boolean) => void;
  readonly onExport: () => void;
}

/** What is shown: search, status, account, venue, groups; the choice of columns; the file. */
export function Filters({ choice, source, columns, onColumns, isCompact, onCompact, onExport }: FiltersProps): ReactNode {
  const [isChoosing, setChoosing] = useState(false);
  const { accounts, venues } = useMemo(() => namesOf(source), [source.keys]);
  return (
    <div className="filters" role="search">
      <input type="search" aria-label="Symbol, account or venue" placeholder="Symbol, account, venue  /" value={choice.text} onChange={(event) => setParams({ q: event.target.value })} />
      <Choose label="Status" value={choice.status} of={[["open", "Open"], ["closed", "Closed"], ["all", "Open and closed"]]} onChoose={(status) => setParams({ status: status === "open" ? undefined : status })} />
      <Choose label="Account" value={choice.account ?? ""} of={[["", "Every account"], ...pairs(accounts)]} onChoose={(account) => setParams({ account })} />
      <Choose label="Venue" value={choice.venue ?? ""} of={[["", "Every venue"], ...pairs(venues)]} onChoose={(venue) => setParams({ venue })} />
      <Choose label="Group" value={choice.group ?? ""} of={[["", "No groups"], ["account", "By account"], ["venue", "By venue"], ["strategy", "By strategy"]]} onChoose={(group) => setParams({ group })} />
      {choice.only === "unvalued" && <button type="button" className="chip" onClick={() => setParams({ only: undefined })}>Without a mark ✕</button>}
      <span className="gap" />
      <button type="button" className="on-wide" onClick={() => setChoosing(true)}>Columns</button>
      <button type="button" className="on-wide" onClick={onExport}>Export CSV</button>
      {isChoosing && (
        <Dialog title="Columns" onClose={() => setChoosing(false)}>
          <fieldset className="column-choice">
            <legend className="small">Kept in this browser</legend>
            {COLUMNS.map(({ key, title, says }) => (
              <label key={key} title={says}>
                <input type="checkbox" checked={columns.includes(key)} onChange={(event) => onColumns(COLUMNS.map((one) => one.key).filter((one) => (one === key ? event.target.checked : columns.includes(one))))} /> {title === "" ? "Currency" : title}
              </label>
            ))}
          </fieldset>
          <label className="density"><input type="checkbox" checked={isCompact} onChange={(event) => onCompact(event.target.checked)} /> Compact rows</label>
          <div className="acts"><button type="button" onClick={() => onColumns(COLUMNS.filter(({ isUsual }) => isUsual).map(({ key }) => key))}>The usual ones</button></div>
        </Dialog>
      )}
    </div>
  );
}

/** Every account and venue that something is held in. */
function namesOf(source: Source): { readonly accounts: ReadonlySet<string>; readonly venues: ReadonlySet<string> } {
  const [accounts, venues] = [new Set<string>(), new Set<string>()];
  for (const key of source.keys) {
    accounts.add(source.row(key, null)?.account ?? "");
    for (const { venue } of source.venues(key)) venues.add(venue ?? "");
  }
  return { accounts, venues };
}

function Choose({ label, value, of, onChoose }: { readonly label: string; readonly value: string; readonly of: readonly (readonly [value: string, says: string])[]; readonly onChoose: (value: string | undefined) => void }): ReactNode {
  return (
    <select aria-label={label} value={value} onChange={(event) => onChoose(event.target.value === "" ? undefined : event.target.value)}>
      {of.map(([key, says]) => <option key={key} value={key}>{says}</option>)}
    </select>
  );
}

function pairs(names: ReadonlySet<string>): [string, string][] {
  return [...names].sort().map((name) => [name, name]);
}
