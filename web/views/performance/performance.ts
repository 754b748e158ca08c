import type { PerformancePoint, PerformanceView } from "../../../src/core/performance/index.ts";
import { nowMs, useResource, type Resource } from "../../data/index.ts";
import { usePlace } from "../../nav/index.ts";

/** `GET /v1/performance?series=true`. */
export type PerformanceAnswer = PerformanceView & { readonly series: readonly PerformancePoint[] };

export const SPANS = [{ key: "30", title: "30 days" }, { key: "90", title: "90 days" }, { key: "365", title: "Year" }, { key: "all", title: "All" }] as const;
export type Span = (typeof SPANS)[number]["key"];
const DAY_MS = 86_400_000;
const EVERY_MS = 30_000;

/** The span and the benchmark that stand in the address, as a query. */
export function usePerformanceQuery(): { readonly span: Span; readonly benchmark: string; readonly from: string | undefined } {
  const { params } = usePlace();
  const span = SPANS.find(({ key }) => key === params.get("span"))?.key ?? "all";
  const from = span === "all" ? undefined : new Date((Math.floor(nowMs() / DAY_MS) - Number(span)) * DAY_MS).toISOString();
  return { span, benchmark: params.get("benchmark") ?? "", from };
}

/** Performance over the span that is chosen. */
export function usePerformance(): Resource<PerformanceAnswer> {
  const { benchmark, from } = usePerformanceQuery();
  const query = new URLSearchParams({ series: "true", ...(from === undefined ? {} : { from }), ...(benchmark === "" ? {} : { benchmark }) });
  return useResource<PerformanceAnswer>(`/v1/performance?${query.toString()}`, EVERY_MS, { isFolded: true });
}
