import fc from "fast-check";
import { expect, test } from "vitest";
import { anyBook, madeReturns } from "../../../test/returns-kit.ts";
import { NormalRandom } from "../num/index.ts";
import { matrixOfReturns, PortfolioRisk, portfolioVar, type ReturnsMatrix } from "./index.ts";

function expectWhole(book: PortfolioRisk, returns: ReturnsMatrix, confidence: number, horizonDays: number): void {
  const exposures = book.exposures;
  const gross = exposures.reduce((total, exposure) => total + Math.abs(exposure), 1e-9);
  const near = (a: number, b: number | undefined) => { expect(Math.abs(a - b!) / gross).toBeLessThan(1e-9); };
  const historical = portfolioVar({ exposures, returns, method: "historical_simulation", confidence, horizonDays });
  const parametric = portfolioVar({ exposures, returns, method: "parametric", confidence, horizonDays });
  near(book.historical(confidence, horizonDays).var, historical.var);
  near(book.historical(confidence, horizonDays).expectedShortfall, historical.expectedShortfall);
  near(book.parametric(confidence, horizonDays).var, parametric.var);
  near(book.parametric(confidence, horizonDays).expectedShortfall, parametric.expectedShortfall);
  near(book.parametricComponents(confidence, horizonDays).reduce((total, one) => total + one, 0), parametric.var);
  near(book.historicalComponents(confidence).reduce((total, one) => total + one, 0), book.historical(confidence).var);
  if (exposures.some((exposure) => Math.abs(exposure) > 1)) expect(book.historicalDay(confidence)).toBe(portfolioVar({ exposures, returns, method: "historical_simulation", confidence }).scenarioDay);
}

test("exposures that are set one by one come to what the whole book comes to", () => {
  fc.assert(fc.property(anyBook, fc.array(fc.tuple(fc.nat(6), fc.double({ min: -1e5, max: 1e5, noNaN: true })), { maxLength: 20 }), fc.constantFrom(0.9, 0.95, 0.99), fc.constantFrom(1, 10), ({ exposures, returns }, changes, confidence, horizonDays) => {
    const book = new PortfolioRisk(returns, { covariances: true });
    exposures.forEach((exposure, i) => { book.setExposure(i, exposure); });
    for (const [position, exposure] of changes) book.setExposure(position % exposures.length, exposure);
    book.setExposure(0, 12_345); // so that there is something
    expectWhole(book, returns, confidence, horizonDays);
  }), { numRuns: 40 });
});

test("after 20,000 changes what is kept has drifted by less than 1e-12 of the book, and can be computed anew", () => {
  const returns = madeReturns(3, 40, 252);
  const random = new NormalRandom(9);
  const book = new PortfolioRisk(returns, { covariances: true });
  for (let i = 0; i < 20_000; i += 1) book.setExposure(i % 40, 1e6 * random.next());
  const kept = [book.historical(0.95).var, book.parametric(0.95).var, book.parametric(0.95).expectedShortfall];
  book.rebuild();
  const rebuilt = [book.historical(0.95).var, book.parametric(0.95).var, book.parametric(0.95).expectedShortfall];
  kept.forEach((value, i) => { expect(Math.abs(value - rebuilt[i]!) / 40e6).toBeLessThan(1e-12); });
  expect(kept[0]).toBeGreaterThan(1);
});

test("a hedge that comes last takes all risk away", () => {
  const book = new PortfolioRisk(matrixOfReturns([[0.01, -0.03, 0.02], [0.01, -0.03, 0.02]]), { covariances: true });
  book.setExposure(0, 1_000);
  expect(book.historical(0.95).var).toBeCloseTo(30, 12);
  book.setExposure(1, -1_000);
  expect([book.historical(0.95).var, book.deviation()]).toEqual([0, 0]);
  for (const component of book.parametricComponents(0.95)) expect(component).toBeCloseTo(0, 9);
});

test("what it cannot do is our own mistake", () => {
  expect(() => new PortfolioRisk(matrixOfReturns([[Number.NaN, 1]]))).toThrow("returns are joint");
  expect(() => new PortfolioRisk(matrixOfReturns([[1]]))).toThrow("two joint returns");
  expect(() => new PortfolioRisk(matrixOfReturns([[1, 2]])).deviation()).toThrow("covariances were asked for");
});
