import { existsSync, readFileSync } from "node:fs";
import { withOwnSchedules, type AccountGrid, type FeeSchedules } from "../../core/market/index.ts";
import { formatDecimal } from "../../core/num/index.ts";
import type { PairFees } from "../../core/pairs/index.ts";
import { CONFIG_FILE, type Config } from "../config.ts";
import { UsageError } from "../usage-error.ts";
import { BadValue, resolve, saidByEnvironment, UnknownKey, type Said, type Setting } from "./settings.ts";
import { KEYS, type Settings } from "./spec.ts";

/** All keys as a tree, and each as text with the place it comes from. */
export interface Configuration extends Settings {
  readonly file: string | undefined; // that was read
  readonly effective: readonly Setting[];
  readonly schedules: FeeSchedules | undefined; // of fees, with those of the file of fee schedules; undefined: there is none
}

/** Values of options of the command line, by the path of their key. */
export type ConfigOptions = Readonly<Record<string, string | undefined>>;

/**
 * Reads `fillbook.yaml`, or the file named by `--config`; the environment and options of the command line go before it.
 * @throws UsageError naming the place, the key and how to mend it
 */
export async function readConfiguration(path: string | undefined, options: ConfigOptions = {}, environment: Readonly<Record<string, string | undefined>> = process.env): Promise<Configuration> {
  const file = path ?? CONFIG_FILE;
  const exists = existsSync(file);
  if (path !== undefined && !exists) throw new UsageError(`${path}: no such file; name a configuration that exists, or leave --config out`);
  try {
    const said = {
      option: saidByOptions(options),
      environment: saidByEnvironment(environment),
      file: exists ? (await import("./file.ts")).saidByFile(textOf(file), file) : [],
    };
    const { settings, effective } = resolve({ ...said, environment: calledAsIn(said.file, said.environment) });
    const { tls } = settings.http;
    if ((tls.certFile === undefined) !== (tls.keyFile === undefined)) throw new BadValue("http.tls: takes cert_file and key_file together: give both, or none");
    const schedules = settings.pairs.feeSchedules === undefined ? undefined : await ownSchedules(settings.pairs.feeSchedules, effective);
    return { ...settings, file: exists ? file : undefined, effective, schedules };
  } catch (error) {
    if (error instanceof BadValue) throw new UsageError(error.message);
    if (error instanceof UnknownKey) throw new UsageError(`${error.message}${await suggestion(error)}`);
    throw error;
  }
}

/** @throws UsageError where it is no file that can be read */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"}): name a file that you may read with --config`);
  }
}

/** The schedules of a file, with those that are published. @throws BadValue */
async function ownSchedules(path: string, effective: readonly Setting[]): Promise<FeeSchedules> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const said = effective.find((one) => one.path === "pairs.fee_schedules")?.where ?? "";
    throw new BadValue(`${said}: pairs.fee_schedules: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"}): name a file of fee schedules, or none`);
  }
  return withOwnSchedules((await import("./fee-schedules.ts")).readFeeSchedules(text, path));
}

/** What commands ask for that work on a data folder. */
export function configOf({ baseCurrency, marks, positionManagement, venues, accounts, journal, database, schedules }: Configuration): Config {
  const { varCalculation } = positionManagement;
  return {
    currency: baseCurrency,
    marksMaxAgeNs: marks.maxAge?.ns,
    marksEveryNs: positionManagement.positionTracking.pnlCalculationFrequency.ns,
    venueTypes: new Map([...venues].flatMap(([venue, { type }]) => (type === undefined ? [] : [[venue, type]]))),
    methods: new Map([...accounts].flatMap(([account, { method }]) => (method === undefined ? [] : [[account, method]]))),
    pairFees: pairFees(schedules, accounts),
    database: database.url,
    retentionDays: positionManagement.positionTracking.historyRetentionDays,
    risk: { method: varCalculation.method, lookbackDays: varCalculation.lookbackDays, confidence: Number(formatDecimal(varCalculation.confidenceLevel)), horizonDays: 1 },
    historySize: positionManagement.performanceTracking.historySize,
    attributionEnabled: positionManagement.performanceTracking.attributionEnabled,
    benchmarkSymbol: positionManagement.performanceTracking.benchmarkEnabled ? positionManagement.performanceTracking.benchmarkSymbol : undefined,
    snapshotEntries: journal.snapshotEntries,
  };
}

/** How fees of pairs are computed: by the schedules of a file beside those that are known, and by the grid of each account. */
function pairFees(schedules: FeeSchedules | undefined, accounts: Settings["accounts"]): PairFees {
  const grids = new Map([...accounts].flatMap(([account, { kalshiGrid }]): [string, AccountGrid][] => (kalshiGrid === undefined ? [] : [[account, kalshiGrid === "0.01" ? 2 : 4]])));
  return {
    ...(schedules === undefined ? {} : { schedules }),
    ...(grids.size === 0 ? {} : { gridOf: (account: string) => grids.get(account) ?? 2 }),
  };
}

function saidByOptions(options: ConfigOptions): Said[] {
  return KEYS.flatMap(({ path, key }): Said[] => {
    const text = options[path];
    return text === undefined ? [] : [{ path, name: undefined, text, where: key.option ?? path }];
  });
}

/** Names of venues, accounts and the like in the environment mean those of the file, whatever their case: many systems know capitals only. */
function calledAsIn(file: readonly Said[], environment: readonly Said[]): Said[] {
  return environment.map((one) => ({ ...one, name: file.find(({ name }) => name !== undefined && name.toLowerCase() === one.name?.toLowerCase())?.name ?? one.name }));
}

const elsewhere = (): string[] => KEYS.map(({ path }) => path).filter((path) => !path.includes("*"));

async function suggestion({ key, siblings }: UnknownKey): Promise<string> {
  const { nearest } = await import("../../venues/csv/index.ts");
  const last = (path: string) => path.split(".").at(-1)!;
  if (elsewhere().includes(key)) return `: write each part on a line of its own, "${key.split(".")[0]!}:" and what follows under it, indented`;
  const near = nearest(last(key), siblings);
  const meant = near === undefined ? (elsewhere().find((path) => last(path) === last(key)) ?? nearest(key, elsewhere())) : [...key.split(".").slice(0, -1), near].join(".");
  return meant === undefined ? `; there are ${siblings.join(", ")}` : `: did you mean ${meant}?`;
}
