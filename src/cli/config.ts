import { existsSync, readFileSync } from "node:fs";
import { UsageError } from "./usage-error.ts";

export interface Config {
  readonly currency: string;
  readonly marksMaxAgeNs: bigint | undefined;
  readonly acknowledge: "durable" | "buffered"; // when the service answers fills that do not say
  readonly flushIntervalMs: number; // what is answered as buffered is on disk so much later at most
  readonly snapshotEntries: number; // a snapshot is written whenever so many entries came since the last
  readonly logLevel: LogLevel; // of the service
}

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const SNAPSHOT_ENTRIES = 1_000_000;

/**
 * Reads `fillbook.yaml`, or the file named by `--config`.
 * @throws UsageError naming the file, the key and how to mend it
 */
export async function readConfig(path: string | undefined): Promise<Config> {
  const file = path ?? "fillbook.yaml";
  if (existsSync(file)) return (await import("./config-file.ts")).parseConfig(readFileSync(file, "utf8"), file);
  if (path !== undefined) throw new UsageError(`${path}: no such file; name a configuration that exists, or leave --config out`);
  return { currency: "USD", marksMaxAgeNs: undefined, acknowledge: "durable", flushIntervalMs: 100, snapshotEntries: SNAPSHOT_ENTRIES, logLevel: "info" };
}
