import { parse, YAMLParseError } from "yaml";
import { z } from "zod";
import { LOG_LEVELS, SNAPSHOT_ENTRIES, type Config } from "./config.ts";
import { UsageError } from "./usage-error.ts";

const NS: Record<string, bigint> = { ms: 1_000_000n, s: 1_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n, d: 86_400_000_000_000n };

const schema = z.strictObject({
  base_currency: z.string().regex(/^[^\s]{1,16}$/, "must be a currency like USD").default("USD"),
  marks: z
    .strictObject({
      max_age: z.string().regex(/^([1-9]\d*)(ms|s|m|h|d)$|^none$/, "must be a time like 90s, 5m, 1d, or none").default("none"),
    })
    .prefault({}),
  acknowledge: z.enum(["durable", "buffered"], "must be durable or buffered").default("durable"),
  flush_interval_ms: z.string().regex(/^[1-9]\d{0,4}$/, "must be a number of milliseconds, 1 to 99999").default("100"),
  log_level: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
  snapshot_entries: z.string().regex(/^[1-9]\d{3,11}$/, "must be a whole number of at least 1000").default(`${SNAPSHOT_ENTRIES}`),
});

/**
 * Reads the text of a configuration. Scalars are read as text, so that no amount passes through a float.
 * @throws UsageError naming the file, the key and how to mend it
 */
export function parseConfig(text: string, file: string): Config {
  const read = schema.safeParse(contentOf(text, file));
  if (!read.success) {
    const [issue] = read.error.issues;
    const key = (issue?.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]] : (issue?.path ?? [])).join(".");
    throw new UsageError(`${file}: ${key || "content"} ${issue?.code === "unrecognized_keys" ? "is not a key of this version; known are base_currency, marks.max_age, acknowledge, flush_interval_ms, snapshot_entries and log_level" : issue?.message}`);
  }
  const { base_currency: currency, marks, acknowledge, flush_interval_ms: flushInterval, snapshot_entries: entries, log_level: logLevel } = read.data;
  const [, count, unit] = /^(\d+)(\w+)$/.exec(marks.max_age) ?? [];
  return { currency, marksMaxAgeNs: unit === undefined ? undefined : BigInt(count!) * NS[unit]!, acknowledge, flushIntervalMs: Number(flushInterval), snapshotEntries: Number(entries), logLevel };
}

function contentOf(text: string, file: string): unknown {
  try {
    return parse(text, { schema: "failsafe" }) ?? {};
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const at = error.linePos?.[0];
    throw new UsageError(`${file}:${at?.line ?? 1}:${at?.col ?? 1}: ${error.message.split("\n")[0]}`);
  }
}
