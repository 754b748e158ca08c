// The statistics that the library offers beside the book; `import { statistics } from "fillbook"`.
export { centralMoment, correlation, covariance, deviation, excessKurtosis, mean, skewness, sum, variance } from "./core/num/index.ts";
export { orderStatistic, quantile } from "./core/num/index.ts";
export { binomialCdf, chiSquareSurvival, normalCdf, normalDensity, normalQuantile } from "./core/num/index.ts";
