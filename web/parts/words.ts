const LIMITS: Readonly<Record<string, string>> = {
  max_position_value: "Position value", max_var: "Position VaR", max_portfolio_var: "Portfolio VaR", max_drawdown_limit: "Drawdown", concentration_limit: "Concentration", max_correlation_risk: "Correlation",
  max_daily_loss: "Daily loss", max_order_value: "Order value", max_order_rate: "Orders a minute", max_leverage: "Leverage", max_gross_exposure: "Gross exposure", refusal_burst: "Refusals at once", stale_marks: "Marks too old",
};

/**
 * What people call a limit.
 * @example limitWords("max_portfolio_var") // => "Portfolio VaR"
 */
export function limitWords(name: string): string {
  return LIMITS[name] ?? name.replaceAll("_", " ");
}

/**
 * What a scope is of, in words.
 * @example scopeWords("position:main/BTC/USD") // => "BTC/USD, main"
 * @example scopeWords("portfolio") // => "whole book"
 * @example scopeWords("venue:kraken") // => "venue kraken"
 */
export function scopeWords(scope: string): string {
  if (scope === "portfolio") return "whole book";
  const kind = scope.slice(0, scope.indexOf(":"));
  const of = scope.slice(kind.length + 1);
  if (kind !== "position") return `${kind} ${of}`;
  const slash = of.indexOf("/");
  return slash < 0 ? of : `${of.slice(slash + 1)}, ${of.slice(0, slash)}`;
}
