import { useEffect, useRef, useState, type ReactNode } from "react";
import "./importing.css";
import { FILL_COLUMNS, REQUIRED_FILL_COLUMNS } from "../../src/core/model/index.ts";
import { Refused } from "../data/index.ts";
import { csvOf, download, estimateText, grouped } from "../figures/index.ts";
import { Dialog, DataTable, Failure, type Column } from "../parts/index.ts";
import { guessedMap, mapped, missingOf, type ColumnMap } from "./column-map.ts";
import type { CsvRow } from "./csv-rows.ts";
import { MapForm } from "./map-form.tsx";
import { headOf, importFills, NOTHING_YET, type Progress, type RefusedRow } from "./import.ts";

type Stage =
  | { readonly is: "no"; readonly name: string; readonly why: string } // nothing that could be imported was dropped
  | { readonly is: "asking"; readonly file: File; readonly names: readonly string[]; readonly rows: readonly CsvRow[] }
  | { readonly is: "running"; readonly file: File; readonly progress: Progress }
  | { readonly is: "done"; readonly file: File; readonly progress: Progress; readonly problem: string | undefined; readonly wasStopped: boolean };

/** A CSV of fills dropped anywhere on the page: asks once, shows how far it is, and says what became of every row. */
export function DropImport(): ReactNode {
  const [isOver, setOver] = useState(false);
  const [stage, setStage] = useState<Stage>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      setOver(false);
      if (event.dataTransfer?.types.includes("Files") !== true) return; // a text, into a field
      event.preventDefault();
      if (stop.current !== undefined) return;
      void stageOf(event.dataTransfer).then((next) => stop.current === undefined && setStage(next));
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, []);
  const run = async (file: File, map: ColumnMap | undefined) => {
    const controller = (stop.current = new AbortController());
    let last = NOTHING_YET;
    const show = (progress: Progress) => {
      last = progress;
      setStage({ is: "running", file, progress });
    };
    show(last);
    let problem: string | undefined;
    try {
      last = await importFills(file, map, controller.signal, show);
    } catch (error) {
      problem = controller.signal.aborted ? undefined : error instanceof Refused ? error.message : String(error);
    }
    stop.current = undefined;
    setStage({ is: "done", file, progress: last, problem, wasStopped: controller.signal.aborted });
  };
  const close = () => (stage?.is === "running" ? stop.current?.abort() : setStage(undefined));
  return (
    <>
      {isOver && <div className="drop-here" role="status"><p>Drop a CSV of fills to import it</p></div>}
      {stage?.is === "no" && <Dialog title={stage.name} onClose={close}><Failure says={stage.why} /><div className="acts"><button type="button" data-first className="primary" onClick={close}>Good</button></div></Dialog>}
      {stage?.is === "asking" && <Asking stage={stage} onClose={close} onGo={(map) => void run(stage.file, map)} />}
      {stage?.is === "running" && <Dialog title={`Importing ${stage.file.name}`} onClose={close}><Running stage={stage} /><div className="acts"><button type="button" onClick={close}>Stop</button></div></Dialog>}
      {stage?.is === "done" && <Done stage={stage} onClose={close} />}
    </>
  );
}

/** What to do with what was dropped: one file of text, with a head. */
async function stageOf({ files, items }: DataTransfer): Promise<Stage | undefined> {
  const [file] = files;
  if (file === undefined) return undefined;
  if (files.length > 1) return { is: "no", name: `${grouped(`${files.length}`)} files were dropped`, why: "Drop one at a time: each is asked about, and has its own list of refused rows. Nothing was imported." };
  const isFolder = items[0]?.webkitGetAsEntry()?.isDirectory === true;
  const no = (why: string): Stage => ({ is: "no", name: `${file.name} cannot be imported`, why: `${why} Nothing was imported.` });
  if (isFolder) return no("It is a folder: drop a file of it.");
  try {
    const { names, rows, problem } = await headOf(file);
    return problem === undefined ? { is: "asking", file, names, rows } : no(problem);
  } catch (error) {
    return no(`It cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function Asking({ stage: { file, names, rows }, onClose, onGo }: { readonly stage: Extract<Stage, { is: "asking" }>; readonly onClose: () => void; readonly onGo: (map: ColumnMap | undefined) => void }): ReactNode {
  const others = names.filter((name) => !(FILL_COLUMNS as readonly string[]).includes(name));
  const isOfFills = others.length === 0 && REQUIRED_FILL_COLUMNS.every((name) => names.includes(name)); // then they go as they stand
  const [map, setMap] = useState(() => guessedMap(names));
  const missing = isOfFills ? [] : missingOf(map);
  const isWhole = file.size <= 1 << 20;
  const about = isWhole ? grouped(`${rows.length}`) : `about ${grouped(`${Math.round((rows.length / (1 << 20)) * file.size)}`)}`;
  const count = `${about} ${about === "1" ? "row" : "rows"}`;
  const symbols = new Set(rows.map(({ values }) => (isOfFills ? values["symbol"] : mapped(values, map)["symbol"])).filter((symbol) => symbol !== undefined));
  return (
    <Dialog title={`Import ${file.name}?`} onClose={onClose} className={isOfFills ? "" : "mapping"}>
      <p>{count}, {estimateText(file.size / 1e6, file.size < 1e5 ? 3 : 1)} MB, {isWhole ? "" : "at least "}{symbols.size === 1 ? "1 symbol" : `${grouped(`${symbols.size}`)} symbols`}. Each row becomes a fill of the journal. A row that is there already is counted as a duplicate and changes nothing; a row that cannot be booked is refused and listed.</p>
      {!isOfFills && (
        <>
          <p>{missing.length === 0 && others.length < names.length ? `No column of a fill is called ${others.map((name) => name || "nothing").join(", ")}. What is not chosen here is left out.` : "Its columns have other names than those of a fill. Which is which?"}</p>
          <MapForm names={names} rows={rows.filter(({ problem }) => problem === undefined)} map={map} onMap={setMap} />
          {missing.length > 0 && <Failure says={`Nothing says ${missing.join(", ")} yet.${missing.includes("id") ? " Where the file has no id of each trade, import it in a terminal: fillbook import FILE --map MAP.yaml with id: auto makes them." : ""}`} />}
        </>
      )}
      <div className="acts">
        <button type="button" onClick={onClose}>Leave it</button>
        <button type="button" data-first className="primary" disabled={missing.length > 0 || rows.length === 0} onClick={() => onGo(isOfFills ? undefined : map)}>Import {count}</button>
      </div>
    </Dialog>
  );
}

function Running({ stage: { file, progress } }: { readonly stage: Extract<Stage, { is: "running" }> }): ReactNode {
  return (
    <>
      <progress aria-label="How much of the file was read" value={progress.bytes} max={Math.max(1, file.size)} />
      <Counts progress={progress} />
    </>
  );
}

function Counts({ progress: { accepted, duplicates, refused } }: { readonly progress: Progress }): ReactNode {
  return (
    <dl className="counts" aria-live="polite">
      <div><dt>Accepted</dt><dd data-count="accepted">{grouped(`${accepted}`)}</dd></div>
      <div><dt>Duplicates</dt><dd data-count="duplicates">{grouped(`${duplicates}`)}</dd></div>
      <div><dt>Refused</dt><dd data-count="refused" className={refused > 0 ? "danger" : ""}>{grouped(`${refused}`)}</dd></div>
    </dl>
  );
}

function Done({ stage: { file, progress, problem, wasStopped }, onClose }: { readonly stage: Extract<Stage, { is: "done" }>; readonly onClose: () => void }): ReactNode {
  const { reasons, refused, seq } = progress;
  const names = [...new Set(reasons.flatMap(({ values }) => Object.keys(values)))];
  const inOrder = reasons.toSorted((a, b) => a.line - b.line);
  const save = () => download(`${file.name}.refused.csv`, csvOf(["line", "reason", ...names], inOrder.map(({ line, reason, values }) => [`${line}`, reason, ...names.map((name) => values[name] ?? null)])));
  return (
    <Dialog title={wasStopped ? `Stopped: ${file.name}` : problem === undefined ? `Imported ${file.name}` : `${file.name} was not imported whole`} onClose={onClose} className={reasons.length > 0 ? "broad" : ""}>
      {problem !== undefined && <Failure says={`${problem} What was taken before stays; the same file again is all duplicates up to there.`} />}
      <Counts progress={progress} />
      <p className="small" role="status">{seq === undefined ? "Nothing was journaled." : `Journaled through entry ${grouped(`${seq}`)}.`}</p>
      {reasons.length > 0 && (
        <>
          <h3>{refused === 1 ? "1 row was refused" : `${grouped(`${refused}`)} rows were refused`}{refused > reasons.length ? `; the first ${grouped(`${reasons.length}`)}` : ""}</h3>
          <DataTable caption="Refused rows" columns={COLUMNS} rows={inOrder} keyOf={({ line }) => `${line}`} height={240} />
        </>
      )}
      <div className="acts">
        {reasons.length > 0 && <button type="button" onClick={save}>Save them as CSV</button>}
        <button type="button" data-first className="primary" onClick={onClose}>Good</button>
      </div>
    </Dialog>
  );
}

const COLUMNS: readonly Column<RefusedRow>[] = [
  { key: "line", title: "Line", narrow: true, cell: ({ line }) => grouped(`${line}`) },
  { key: "reason", title: "Why", isText: true, narrow: true, cell: ({ reason }) => reason },
  { key: "row", title: "Row", isText: true, cell: ({ values }) => <code className="small">{Object.values(values).join(", ")}</code> },
];
