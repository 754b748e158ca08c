import { risk } from "../src/index.ts";
import { alternate, milliseconds, type Benchmark, type Measured } from "./measure.ts";
import { riskMarket } from "./risk-market.ts";

const SYMBOLS = 1_000;
const DAYS = 252;
const UPDATES = 20_000;
const REBUILDS = 50;
const US_A_MS = 1_000;

export const varUpdate: Benchmark = {
  name: "var-update",
  measures: `the exposure of one of ${SYMBOLS} positions changes: P&L of ${DAYS} days, Σw, historical and parametric VaR and shortfall`,
  against: "the same figures with the P&L vector and Σw computed in full (the covariances being there)",
  goal: 100,
  run: async () => measure(),
};

async function measure(): Promise<Measured> {
  const { returns, exposures } = riskMarket(SYMBOLS, DAYS);
  const book = new risk.PortfolioRisk(returns, { covariances: true });
  exposures.forEach((exposure, i) => { book.setExposure(i, exposure); });
  const seen = { sum: 0 };
  const look = () => (seen.sum += book.historical(0.95).var + book.historical(0.99).expectedShortfall + book.parametric(0.95).var);
  let drift = 0;
  return alternate({
    rounds: 7,
    unit: "µs",
    better: "less",
    subject: () => {
      const ms = milliseconds(() => {
        for (let i = 0; i < UPDATES; i += 1) {
          book.setExposure((i * 7) % SYMBOLS, exposures[i % SYMBOLS]! + i);
          look();
        }
      });
      const kept = book.historical(0.95).var;
      book.rebuild();
      drift = Math.max(drift, Math.abs(book.historical(0.95).var / kept - 1));
      return (ms / UPDATES) * US_A_MS;
    },
    baseline: () =>
      (milliseconds(() => {
        for (let i = 0; i < REBUILDS; i += 1) {
          book.setExposure((i * 7) % SYMBOLS, exposures[i % SYMBOLS]! + i);
          book.rebuild();
          look();
        }
      }) / REBUILDS) * US_A_MS,
    notes: () => [`after ${UPDATES.toLocaleString("en-US")} changes the VaR differs from one computed in full by ${drift.toExponential(0)} of it; seen ${seen.sum === 0 ? "nothing" : "all"}`],
  });
}
