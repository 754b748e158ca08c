import type { ReactNode } from "react";
import { estimateText } from "../figures/index.ts";

/** A limit and what stands nearest to it, as a bar: ink, from 80 % on a warning, from 100 % on a danger, hatched when it is not known. */
export function LimitBar({ utilization, breach, warning, label }: { readonly utilization: number | null; readonly breach: boolean | null; readonly warning: boolean; readonly label: string }): ReactNode {
  const isUnknown = utilization === null;
  const level = breach === true ? "danger" : warning ? "warn" : "calm";
  const says = isUnknown ? "not known" : estimateText(utilization, 0, "%");
  const percent = isUnknown ? 100 : Math.min(100, Math.max(0, utilization * 100));
  return (
    <span className={`bar ${isUnknown ? "hatched" : level}`} role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={isUnknown ? 0 : Math.round(percent)} aria-valuetext={says}>
      <span className="fill" style={{ width: `${percent}%` }} />
    </span>
  );
}

/** A signed part of a whole, from a zero line to the left or the right. @param share −1 to 1 */
export function SignedBar({ share }: { readonly share: number }): ReactNode {
  const width = Math.min(1, Math.abs(share)) * 50;
  return (
    <span className="signed-bar" aria-hidden="true">
      <span className={share < 0 ? "fill loss-fill" : "fill gain-fill"} style={{ width: `${width}%`, left: share < 0 ? `${50 - width}%` : "50%" }} />
    </span>
  );
}
