import type { ReactNode } from "react";
import { estimateText } from "./text.ts";

export interface EstimateProps {
  readonly value: number | null | undefined; // null: not known; undefined: there is no answer yet
  readonly decimals?: number; // 2
  readonly unit?: string | undefined; // "%" takes a fraction: 0.1 is 10 %
  readonly signed?: boolean; // coloured by its sign
  readonly plus?: boolean; // with a sign above 0, too
  readonly why?: string | undefined; // why it is not known
}

/** An estimate: a number that was never exact. One that is not known is a dash that says why. */
export function Estimate({ value, decimals = 2, unit, signed = false, plus = false, why }: EstimateProps): ReactNode {
  if (value === undefined) return <span className="waits" aria-hidden="true" />;
  if (value === null) return <span className="unknown" title={`Unknown: ${why ?? "the service does not know it"}`}>{"\u2013"}</span>;
  const says = estimateText(value, decimals, unit === "%" ? "%" : "");
  const sign = signed && /[1-9]/.test(says) ? Math.sign(value) : 0;
  return (
    <span className={`figure${sign > 0 ? " gain" : sign < 0 ? " loss" : ""}`} data-estimate={value} title={`about ${value}${unit === undefined || unit === "%" ? "" : ` ${unit}`}`}>
      {plus && value > 0 && /[1-9]/.test(says) ? "+" : ""}{says}
      {unit !== undefined && unit !== "%" && <span className="unit"> {unit}</span>}
    </span>
  );
}
