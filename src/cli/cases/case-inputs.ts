import { join } from "node:path";
import { risk } from "../../index.ts";
import { readTable } from "../../venues/csv/index.ts";

/** A value of a case: numbers, lists, objects; `null` is a missing observation. */
export type CaseValue = number | string | boolean | null | readonly CaseValue[] | { readonly [name: string]: CaseValue };
export type CaseValues = Readonly<Record<string, CaseValue>>;

/** An input that stands in a file beside the case file. */
interface FileInput {
  readonly file: string;
  readonly column?: string; // all but the dates, where none is named
  readonly date_column?: string;
  readonly transform?: string; // steps, separated by commas: none, drop nulls, simple_returns, log_returns, …
  readonly window?: number; // the last so many
  readonly take?: number; // the first so many
  readonly start_date?: string; // rows not before
  readonly end_date?: string; // rows not after
  readonly filter?: Readonly<Record<string, string>>; // rows with these texts
  readonly bar_end?: string; // "date + 1 day": a row of a day ends with it
  readonly bar_end_from?: string | null; // rows that do not end before
  readonly bar_end_to?: string | null; // rows that do not end after
}

type Row = Readonly<Record<string, string>>;
const tables = new Map<string, Promise<readonly Row[]>>();

/** The inputs of a case, those that stand in files read. @param folder of the case file */
export async function inputsOf(given: CaseValues, folder: string): Promise<CaseValues> {
  if (Object.values(given).some((value) => isFileInput(value) && stepsOf(value).some((step) => JOIN.test(step)))) return Object.fromEntries(await joined(given, folder));
  const entries = await Promise.all(Object.entries(given).map(async ([name, value]) => [name, isFileInput(value) ? await readInput(value, folder) : value] as const));
  return Object.fromEntries(entries);
}

const JOIN = /^inner join on /i;

function stepsOf({ transform = "none" }: FileInput): string[] {
  return transform.split(",").map((step) => step.trim());
}

/** Columns of several files on the dates that all of them have, those with a missing value left out. */
async function joined(given: CaseValues, folder: string): Promise<[string, CaseValue][]> {
  const files = Object.entries(given).filter((entry): entry is [string, CaseValue & FileInput] => isFileInput(entry[1]));
  const columns = await Promise.all(files.map(async ([, input]) => {
    const rows = (await tableOf(join(folder, input.file))).filter((row) => isChosen(row, input));
    return new Map(rows.map((row) => [row[input.date_column ?? "date"] ?? "", numberOf(row, input.column ?? "")]));
  }));
  const dates = [...(columns[0] ?? new Map<string, number>()).keys()].filter((date) => columns.every((column) => (column.get(date) ?? null) !== null));
  const named = new Map(files.map(([name], i) => [name, dates.map((date) => columns[i]!.get(date)!)]));
  return Object.entries(given).map(([name, value]) => [name, named.get(name) ?? value]);
}

function isFileInput(value: CaseValue): value is CaseValue & FileInput {
  return typeof value === "object" && value !== null && "file" in value;
}

async function readInput(input: FileInput, folder: string): Promise<CaseValue> {
  const known = new Set(["file", "column", "date_column", "transform", "window", "take", "start_date", "end_date", "filter", "bar_end", "bar_end_from", "bar_end_to"]);
  const unknown = Object.entries(input as object as CaseValues).find(([key, value]) => !known.has(key) && value !== null)?.[0];
  if (unknown !== undefined) throw new Error(`the input names ${unknown}, which is not known here`);
  const rows = (await tableOf(join(folder, input.file))).filter((row) => isChosen(row, input));
  const steps = stepsOf(input);
  if (input.column === undefined) return matrixInput(rows, input, steps);
  const column = steps.reduce(transformed, rows.map((row) => numberOf(row, input.column!)));
  const cut = input.take === undefined ? column : column.slice(0, input.take);
  return input.window === undefined ? cut : cut.slice(-input.window);
}

/** Rows of a file, each file once. */
async function tableOf(path: string): Promise<readonly Row[]> {
  let table = tables.get(path);
  if (table === undefined) tables.set(path, (table = readRowsOf(path)));
  return table;
}

async function readRowsOf(path: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  await readTable(path, { columns: "any" }, {
    row: ({ values }) => rows.push(Object.fromEntries(Object.entries(values).map(([name, text]) => [name.replace(/^#/, ""), text]))),
    refused: ({ line, reason }) => {
      throw new Error(`${path}:${line}: ${reason}`);
    },
  });
  return rows;
}

function isChosen(row: Row, { date_column: dates = "date", start_date: from, end_date: to, filter = {}, bar_end_from: endFrom, bar_end_to: endTo }: FileInput): boolean {
  const day = (text: string) => text.replace(/\D/g, "").slice(0, 8);
  if (from !== undefined && day(row[dates] ?? "") < day(from)) return false;
  if (to !== undefined && day(row[dates] ?? "") > day(to)) return false;
  const end = (text: string) => new Date(Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}T00:00:00Z`) + 86_400_000).toISOString();
  if (endFrom && day(end(day(row[dates] ?? ""))) < day(endFrom)) return false;
  if (endTo && day(end(day(row[dates] ?? ""))) > day(endTo)) return false;
  return Object.entries(filter).every(([name, text]) => row[name] === text);
}

function numberOf(row: Row, column: string): number | null {
  const text = row[column];
  if (text === undefined) throw new Error(`the file has no column ${column}`);
  return text === "" ? null : Number(text);
}

function transformed(values: readonly (number | null)[], step: string): (number | null)[] {
  const change = (of: (now: number, before: number) => number) =>
    values.slice(1).map((now, i) => {
      const before = values[i] ?? null;
      return now === null || before === null ? null : of(now, before);
    });
  switch (step) {
    case "none":
      return [...values];
    case "drop nulls":
      return values.filter((value) => value !== null);
    case "simple_returns":
      return change((now, before) => now / before - 1);
    case "log_returns":
      return change((now, before) => Math.log(now / before));
    default:
      throw new Error(`the transform "${step}" is not known here`);
  }
}

const COVARIANCE = /^(?:pairwise-complete )?sample covariance(?: x (\d+))?$/;

/** All columns of a file but its dates; what is asked of them is their covariance matrix. */
function matrixInput(rows: readonly Row[], { date_column: dates }: FileInput, steps: readonly string[]): CaseValue {
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== dates && !/^(date|time)$/i.test(name));
  const matrix = COVARIANCE.exec(steps.at(-1)!);
  const columns = names.map((name) => (matrix === null ? steps : steps.slice(0, -1)).reduce(transformed, rows.map((row) => numberOf(row, name))));
  if (matrix === null) return (columns[0] ?? []).map((_, t) => columns.map((column) => column[t]!));
  const covariance = risk.pairwiseCovariance(columns.map((column) => Float64Array.from(column, (value) => value ?? Number.NaN)));
  if (covariance === undefined) throw new Error("two columns of the file have no day in common");
  const scale = Number(matrix[1] ?? 1);
  return names.map((_, i) => names.map((__, j) => covariance.values[i * covariance.size + j]! * scale));
}
