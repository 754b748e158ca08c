import type { LimitStanding, RiskOverview } from "../../src/core/risk/index.ts";

/** `GET /v1/overview`. */
export type Overview = RiskOverview;
/** A limit and what stands nearest to it. */
export type Limit = LimitStanding;
