import { formatTime } from "../../core/model/index.ts";
import { scenariosOf, stress, type Scenario, type ScenarioResult } from "../../core/risk/index.ts";
import { deskOfFolder, type RiskCommandOptions } from "../risk-desk.ts";
import { note, shownAmount, shownName, table } from "../table.ts";
import { UsageError } from "../usage-error.ts";

export interface StressOptions extends RiskCommandOptions {
  readonly scenario?: string;
  readonly shock?: readonly string[];
}

/** `fillbook risk stress`: what named scenarios, or shocks of one's own, would do to the book, and how far it is to the limits. */
export async function riskStress(options: StressOptions): Promise<number> {
  const own = options.shock === undefined ? undefined : shocksOf(options.shock);
  const { context, desk, state, moment, seq } = await deskOfFolder(options);
  const exposures = desk.exposures(moment);
  const all = scenariosOf(exposures);
  const chosen = own !== undefined ? [own] : all.filter(({ name }) => options.scenario === undefined || name === options.scenario);
  if (chosen.length === 0) throw new UsageError(`--scenario: "${options.scenario}" is not one of ${all.map(({ name }) => name).join(", ")}`);
  const results = stress(chosen, desk.stressInput(state, moment));
  if (context.json) context.print(JSON.stringify({ asOf: formatTime(moment.nowNs), seq, currency: context.config.currency, scenarios: results }, null, 2));
  else context.print(exposures.length === 0 ? "Nothing is held. Import fills with: fillbook import FILE" : shown(results, context.config.currency));
  return 0;
}

/** `SYMBOL=-0.1`, `venue:NAME=-0.2`, `class:perpetual=-0.3`, `all=-0.05`. */
function shocksOf(texts: readonly string[]): Scenario {
  const [symbols, venues, classes] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  let others: number | undefined;
  for (const text of texts) {
    const [, key = "", size = ""] = /^(.+)=([+-]?(?:\d+\.?\d*|\.\d+))$/.exec(text) ?? [];
    if (key === "" || Number(size) < -1) throw new UsageError(`--shock: "${text}" is not like BTC/USD=-0.1, venue:kraken=-0.2, class:perpetual=-0.3 or all=-0.05, where -0.1 is a fall of 10 %`);
    if (key === "all") others = Number(size);
    else if (key.startsWith("venue:")) venues.set(key.slice(6), Number(size));
    else if (key.startsWith("class:")) classes.set(key.slice(6), Number(size));
    else symbols.set(key, Number(size));
  }
  return { name: "shock", kind: "shocks", symbols, venues, classes, others };
}

function shown(results: readonly ScenarioResult[], currency: string): string {
  const money = (value: number | null) => (value === null ? "–" : shownAmount(value.toFixed(2), 16));
  const times = (value: number | null) => (value === null ? "–" : `${value.toFixed(2)} ×`);
  const worst = ({ positions }: ScenarioResult) => {
    const [first] = positions.filter(({ pnl }) => pnl !== null).sort((a, b) => a.pnl! - b.pnl!);
    return first === undefined || first.pnl! >= 0 ? "" : shownName(`${first.symbol} ${money(first.pnl)}`, 26);
  };
  const lines = [table([
    { title: "scenario", of: ({ name }) => shownName(name, 22) }, { title: "P&L", of: ({ pnl }) => money(pnl), right: true, signed: true }, { title: "worst position", of: worst },
    { title: "daily limit", of: ({ timesToLimit }) => times(timesToLimit.max_daily_loss), right: true }, { title: "drawdown", of: ({ timesToLimit }) => times(timesToLimit.max_drawdown_limit), right: true },
  ], results), note(`P&L in ${currency}; limits: so many times over the scenario must come until they are reached`)];
  for (const { name, reason } of results) if (reason !== null) lines.push(note(`${name}: ${reason}: no closes of that time, or no mark`));
  return lines.join("\n");
}
