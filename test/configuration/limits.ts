/** Limits where nobody sets any. */
export const LIMITS_OF_NOBODY: Readonly<Record<string, string | null>> = {
  maxPositionValue: "100000", maxVar: "5000", maxPortfolioVar: "20000", maxDrawdownLimit: "0.1", concentrationLimit: "0.2", maxCorrelationRisk: "0.8",
  maxDailyLoss: null, maxOrderValue: null, maxOrderRate: null, maxLeverage: null, maxGrossExposure: null, maxUnhedgedExposure: null, maxDivergenceLoss: null, maxPairCapital: null, warningLevel: "0.8",
};
