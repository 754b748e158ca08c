import { memo, useLayoutEffect, useRef, type ReactNode } from "react";
import "./copy.ts";
import { centDecimals, decimalsShown, moneyDecimals, paddingText, shownText, signOf } from "./text.ts";

export interface FigureProps {
  readonly exact: string | null | undefined; // as the service says it; null: not known; undefined: there is no answer yet
  readonly most?: number | undefined; // decimals that are shown at most; those of the currency, else 2
  readonly pad?: number; // decimals of the column: points stand under each other
  readonly signed?: boolean; // P&L: coloured by its sign, which stands before gains, too
  readonly flashes?: boolean; // fades once when it changes
  readonly why?: string | undefined; // why it is not known
  readonly stale?: string | undefined; // too old to count: says how old
  readonly currency?: string | undefined; // of money, where that is said elsewhere: its decimals
  readonly unit?: string | undefined; // the currency, which is said here, too
}

const USUAL_DECIMALS = 2;
const FADE_MS = 400;
const isStill = matchMedia("(prefers-reduced-motion: reduce)");

/** An exact amount. What is left out of it is on hover, and is what is copied; one that is not known is a dash that says why. */
export const Figure = memo(function AsText({ exact, most: wanted, pad = 0, signed = false, flashes = false, why, stale, currency, unit }: FigureProps): ReactNode {
  const span = useRef<HTMLSpanElement>(null);
  const before = useRef(exact);
  useLayoutEffect(() => {
    if (flashes && before.current !== exact && before.current !== undefined) fade(span.current);
    before.current = exact;
  }, [exact, flashes]);
  if (exact === undefined) return <span className="waits" aria-hidden="true" />;
  if (exact === null) return <span ref={span} className="unknown" title={`Unknown: ${why ?? "the service does not know it"}`}>{"\u2013"}</span>;
  const money = unit ?? currency;
  const most = wanted ?? (money === undefined ? USUAL_DECIMALS : moneyDecimals(money));
  const least = wanted === undefined ? centDecimals(money) : 0;
  const says = `${signed && signOf(exact) > 0 ? "+" : ""}${shownText(exact, most, least)}${paddingText(decimalsShown(exact, most, least), pad)}`;
  const sign = signed ? signOf(exact) : 0;
  const className = `figure${sign > 0 ? " gain" : sign < 0 ? " loss" : ""}${stale === undefined ? "" : " stale"}`;
  return (
    <span ref={span} className={className} data-exact={exact} title={stale === undefined ? `${exact}${money === undefined ? "" : ` ${money}`}` : `${exact}, ${stale} old`}>
      {says}
      {unit !== undefined && <span className="unit"> {unit}</span>}
    </span>
  );
});

/** Fades an element once, as what has just changed. */
function fade(element: HTMLElement | null): void {
  if (element === null || isStill.matches || document.hidden) return;
  element.animate([{ backgroundColor: "var(--changed)" }, { backgroundColor: "transparent" }], { duration: FADE_MS, easing: "ease-out" });
}
