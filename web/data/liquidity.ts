import type { LiquidityView } from "../../src/core/market/index.ts";
import { useChannel } from "./hooks.ts";
import { useResource, type Resource } from "./resource.ts";

const LEVELS = 10; // a side, as the stream tells
const EVERY_MS = 1_000;
/** What the stream takes as the name of a market: MARKET stands for any of them, and is refused with all that is asked for beside it. */
const TELLABLE = /^(?!MARKET$)\S{1,256}$/;

/** The ladder of a market over all its venues, by the stream where that takes its name; null: no venue tells one. `undefined` asks for none. */
export function useLiquidity(symbol: string | undefined): Resource<LiquidityView | null> {
  const isTold = symbol !== undefined && TELLABLE.test(symbol);
  const told = useChannel<LiquidityView>(isTold ? `liquidity:${symbol}` : undefined);
  const asked = useResource<LiquidityView>(symbol === undefined || isTold ? undefined : `/v1/liquidity/${encodeURIComponent(symbol)}?levels=${LEVELS}`, EVERY_MS);
  if (isTold) return { ...told, data: told.data === undefined ? undefined : (told.data[0] ?? null) };
  return asked.status === 404 ? { ...asked, data: null, error: undefined } : asked;
}
