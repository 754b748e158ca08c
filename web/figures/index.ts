export { Figure, type FigureProps } from "./figure.tsx";
export { csvOf, download } from "./csv.ts";
export { Estimate } from "./estimate.tsx";
export { Age, Time, timeText, turnZone, useZone } from "./time.tsx";
export { ageText, centDecimals, centsText, compareExact, compareTimes, decimalsShown, estimateText, grouped, moneyDecimals, paddingText, priceDecimals, shownText, sumText } from "./text.ts";
