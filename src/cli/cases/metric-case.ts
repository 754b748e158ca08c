import { inputsOf, type CaseValue, type CaseValues } from "./case-inputs.ts";
import { Inputs } from "./metric-inputs.ts";
import { PERFORMANCE_METRICS } from "./performance-metrics.ts";
import { RISK_METRICS } from "./risk-metrics.ts";
import { STATISTICS_METRICS } from "./statistics-metrics.ts";

/** One case of a file of metrics, as it stands there. */
export interface MetricCase {
  readonly id: string;
  readonly metric: string;
  readonly inputs: CaseValues;
  readonly params: CaseValues;
  readonly expected: CaseValue; // "NaN" and "Infinity" stand for null
  readonly correct_value?: CaseValue; // what is right where the source is wrong
  readonly do_not_follow?: string; // why the source is wrong
  readonly tolerance: { readonly type: "abs" | "rel"; readonly value: number };
}

/** What a metric comes to: undefined is null. */
export type MetricValue = number | string | undefined | null | readonly MetricValue[] | { readonly [name: string]: MetricValue };
export type Metric = (inputs: Inputs, params: Inputs) => MetricValue;

const METRICS: Readonly<Record<string, Metric>> = { ...STATISTICS_METRICS, ...RISK_METRICS, ...PERFORMANCE_METRICS };

/** Runs a case through the library. @param folder of the case file. Returns what differs, nothing when it is met. */
export async function runMetricCase(of: MetricCase, folder: string): Promise<string[]> {
  const metric = Object.hasOwn(METRICS, of.metric) ? METRICS[of.metric] : undefined;
  if (metric === undefined) return [`the metric ${of.metric} is not known here`];
  const found = metric(new Inputs(await inputsOf(of.inputs, folder)), new Inputs(of.params));
  return differences(wanted(of), found, of.tolerance, "");
}

/** What is right: `correct_value` where there is one, else null where the source is not to be followed, else what it expects. */
function wanted(of: MetricCase): CaseValue {
  if (of.correct_value !== undefined) return of.correct_value;
  return of.do_not_follow === undefined ? of.expected : null;
}

function differences(expected: CaseValue, found: MetricValue, tolerance: MetricCase["tolerance"], at: string): string[] {
  const say = () => [`${at}expected ${shown(expected)}, found ${shown(found)}`];
  if (isNull(expected)) return found === undefined || found === null ? [] : say();
  if (typeof expected === "number") {
    const within = tolerance.type === "rel" ? tolerance.value * Math.abs(expected) : tolerance.value;
    return typeof found === "number" && Math.abs(found - expected) <= within ? [] : say();
  }
  if (typeof expected !== "object") return expected === found ? [] : say();
  if (Array.isArray(expected)) {
    if (!Array.isArray(found) || found.length !== expected.length) return say();
    return (expected as readonly CaseValue[]).flatMap((one, i) => differences(one, (found as readonly MetricValue[])[i], tolerance, `${at}[${i}] `));
  }
  if (typeof found !== "object" || found === null || Array.isArray(found)) return say();
  const named = found as Readonly<Record<string, MetricValue>>;
  return Object.entries(expected as CaseValues).flatMap(([name, one]) => (name in named ? differences(one, named[name], tolerance, `${at}${name} `) : [`${at}${name} is not there`]));
}

function isNull(value: CaseValue): boolean {
  return value === null || value === "NaN" || value === "Infinity" || value === "-Infinity";
}

function shown(value: MetricValue | CaseValue): string {
  const text = JSON.stringify(value ?? null);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
