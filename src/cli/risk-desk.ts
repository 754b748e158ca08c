import { VAR_METHODS, varMethodOf, type RiskOptions } from "../core/risk/index.ts";
import { readDesk, type DeskRead } from "../runtime/index.ts";
import { readConfiguration, type Configuration } from "./config/read.ts";
import { contextOf, mustBeThere, type CommonOptions, type Context } from "./context.ts";
import { noteTorn, progressOf } from "./progress.ts";
import { UsageError } from "./usage-error.ts";

/** Options of commands that ask for risk. */
export interface RiskCommandOptions extends CommonOptions {
  readonly method?: string;
  readonly confidence?: string;
  readonly horizon?: string;
  readonly account?: string;
}

/** A desk over the journal of a data folder. */
export interface FolderDesk extends DeskRead {
  readonly context: Context;
  readonly configuration: Configuration;
}

/** Reads a data folder's book with all that is known of its risk. */
export async function deskOfFolder(options: RiskCommandOptions): Promise<FolderDesk> {
  const context = await contextOf(options);
  mustBeThere(context.dataDir);
  const configuration = await readConfiguration(options.config);
  const risk = riskOptions(options, context.config.risk);
  const { currency, marksMaxAgeNs } = context.config;
  const accounts = options.account === undefined ? undefined : new Set([options.account]);
  const read = readDesk({ dataDir: context.dataDir, currency, marksMaxAgeNs, nowNs: context.clock.nowNs(), accounts, onProgress: progressOf(context, "reading the journal") }, risk);
  noteTorn(context, read.report);
  return { ...read, context, configuration };
}

/** How risk is computed: as configured, and as the command says. */
function riskOptions({ method, confidence, horizon }: RiskCommandOptions, configured: RiskOptions): RiskOptions {
  const own = method === undefined ? configured.method : varMethodOf(method);
  if (own === undefined) throw new UsageError(`--method: "${method}" is not one of ${VAR_METHODS.join(", ")}, historical, filtered`);
  return { ...configured, method: own, ...(confidence === undefined ? {} : { confidence: confidenceOf(confidence) }), ...(horizon === undefined ? {} : { horizonDays: horizonOf(horizon) }) };
}

function confidenceOf(text: string): number {
  const value = Number(text);
  if (!/^(0?\.\d+)$/.test(text) || !(value >= 0.5 && value < 1)) throw new UsageError(`--confidence: "${text}" is not a fraction from 0.5 to below 1, like 0.99`);
  return value;
}

function horizonOf(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) === 0) throw new UsageError(`--horizon: "${text}" is not a number of days like 10`);
  return Number(text);
}
