import type { LimitChanges } from "../core/engine/index.ts";
import { assert, decimalOf } from "../core/num/index.ts";
import type { Service } from "../runtime/index.ts";
import { Booking, DESK_VENUES, simulatedBots, simulatedHistory, simulatedPairs, simulatedPast } from "../venues/sim/index.ts";

const ACCOUNT = "demo";
/** What the demo's desk began with. */
const CAPITAL = { mantissa: 500_000n, digits: 0 };
/** What its desk may risk: some of it is near, as on a desk that uses what it is given. */
const LIMITS: LimitChanges = Object.fromEntries(Object.entries({
  max_position_value: "300000", max_var: "15000", max_portfolio_var: "25000", concentration_limit: "0.45", max_drawdown_limit: "0.25", max_correlation_risk: "0.8", max_daily_loss: "40000", max_leverage: "4", max_gross_exposure: "1600000",
}).map(([name, text]) => [name, decimalOf(text)]));
const DAY_NS = 86_400_000_000_000n;

/** Books what the demo's desk did in the weeks before, as facts like any others: closes, capital, limits, fills, marks, pairs. Returns its bots, which know what they hold. */
export async function bookPast(service: Service, { seed, currency, nowNs }: { readonly seed: number; readonly currency: string; readonly nowNs: bigint }): Promise<ReturnType<typeof simulatedBots>> {
  const bots = simulatedBots(ACCOUNT);
  const past = simulatedPast(seed, Number(nowNs / DAY_NS), Number(nowNs % DAY_NS) / Number(DAY_NS));
  const { beganNs, fills, marks } = simulatedHistory({ seed, nowNs, past, rules: DESK_VENUES, bots });
  await service.price(past);
  await service.take([{ type: "capital", id: "demo", timeNs: beganNs, account: ACCOUNT, currency, amount: CAPITAL }, { type: "limit", id: "", timeNs: beganNs, by: "request", changes: LIMITS }]);
  const booking = new Booking();
  for (const fill of fills) booking.fill(fill);
  await booking.flush(service);
  await service.mark(marks);
  const decided = await service.pair(simulatedPairs(ACCOUNT, nowNs));
  assert(decided.every(({ is }) => is === "news"), "what the demo tells of pairs is booked");
  return bots;
}
