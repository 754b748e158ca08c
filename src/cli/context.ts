import { existsSync } from "node:fs";
import { readTime } from "../core/model/index.ts";
import { spanProblem, systemClock, type Clock } from "../runtime/index.ts";
import { readConfig, type Config } from "./config.ts";
import { UsageError } from "./usage-error.ts";

/** Options every command takes. */
export interface CommonOptions {
  readonly data?: string;
  readonly config?: string;
  readonly database?: string;
  readonly json?: boolean;
}

/** What a command works with: where, how configured, and how to speak. */
export interface Context {
  readonly dataDir: string;
  readonly config: Config;
  /** Where the tables are: the address of a PostgreSQL server, embedded in the data folder, or off. */
  readonly database: string;
  readonly json: boolean;
  readonly clock: Clock;
  /** Results, on stdout. */
  print(text: string): void;
  /** The same without a line end. */
  write(text: string): void;
  /** Remarks and progress, on stderr. */
  note(text: string): void;
}

/** Where the data folder is, and who says so. */
export function dataOf({ data }: CommonOptions): { readonly value: string; readonly from: "option" | "environment" | "default"; readonly where: string | undefined } {
  if (data !== undefined) return { value: data, from: "option", where: "--data" };
  const named = process.env["FILLBOOK_DATA"];
  return named === undefined ? { value: "./fillbook-data", from: "default", where: undefined } : { value: named, from: "environment", where: "FILLBOOK_DATA" };
}

export async function contextOf(options: CommonOptions): Promise<Context> {
  const config = await readConfig(options.config);
  return {
    dataDir: dataOf(options).value,
    config,
    database: databaseOf(options, config),
    json: options.json ?? false,
    clock: systemClock,
    print: (text) => void process.stdout.write(`${text}\n`),
    write: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(`${text}\n`),
  };
}

/** For a command that only reads. @throws UsageError when there is no data folder: a name that is mistyped is no empty book */
export function mustBeThere(dataDir: string): void {
  if (!existsSync(dataDir)) throw new UsageError(`${dataDir}: there is no such folder, and so no book; name another with --data, or begin one: fillbook import FILE`);
}

/** Reads a time given as an option. */
export function timeOption(name: string, text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const read = readTime(text);
  if ("problem" in read) throw new UsageError(`--${name}: ${read.why}`);
  return read.ns;
}

/** Reads the times that a span begins and ends at. @param end how the command calls the later one */
export function spanOptions(from: string | undefined, to: string | undefined, nowNs: bigint, end = "to"): { readonly fromNs: bigint | undefined; readonly toNs: bigint | undefined } {
  const span = { fromNs: timeOption("from", from), toNs: timeOption(end, to) };
  const problem = spanProblem(span.fromNs, span.toNs, nowNs);
  if (problem !== undefined) throw new UsageError(`--from: ${problem}`);
  return span;
}

/** Reads a whole number given as an option. */
export function countOption(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) throw new UsageError(`--${name}: "${text}" is not a whole number of at least ${least}`);
  return value;
}

function databaseOf({ database }: CommonOptions, config: Config): string {
  if (database === undefined) return config.database;
  if (database === "embedded" || database === "off" || /^postgres(ql)?:\/\/\S+$/.test(database)) return database;
  throw new UsageError("--database: write the address of a PostgreSQL server (postgres://user@host:5432/name), embedded, or off");
}
