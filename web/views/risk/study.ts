import type { RiskStudy } from "../../../src/core/risk/index.ts";
import { useResource, type Resource } from "../../data/index.ts";
import { usePlace } from "../../nav/index.ts";

/** `GET /v1/risk/study`. */
export interface Study extends RiskStudy {
  readonly currency: string;
  readonly method: string;
  readonly confidence: number;
  readonly horizonDays: number;
  readonly lookbackDays: number;
}

const EVERY_MS = 15_000;
/** A test of fewer forecasts says little. */
const LEAST_FORECASTS = 60;
export const WINDOWS = [60, 125, 252] as const;

/** VaR by method and correlations; the backtest with the window that stands in the address, else with the longest that leaves enough forecasts. */
export function useStudy(): { readonly study: Resource<Study>; readonly tested: Resource<Study>; readonly window: number | undefined } {
  const study = useResource<Study>("/v1/risk/study", EVERY_MS);
  const { params } = usePlace();
  const chosen = WINDOWS.find((window) => `${window}` === params.get("window"));
  const returns = study.data?.backtest.returns;
  const longest = returns === undefined ? undefined : (WINDOWS.findLast((window) => returns >= window + LEAST_FORECASTS) ?? WINDOWS.findLast((window) => returns > window));
  const window = chosen ?? longest;
  const isSame = window === undefined || window === study.data?.backtest.window;
  const other = useResource<Study>(isSame ? undefined : `/v1/risk/study?window=${window}`, EVERY_MS);
  return { study, tested: isSame ? study : other, window: window ?? study.data?.backtest.window };
}
