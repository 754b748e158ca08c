export { store, showToken, hasToken } from "./session.ts";
export { send, Refused } from "./request.ts";
export { useResource, type Resource } from "./resource.ts";
export { useLiquidity } from "./liquidity.ts";
export { heldMs } from "./session.ts";
export { useRow, useChannel, useStanding, useBookVersion, useRisk, useNowMs } from "./hooks.ts";
export type { ConnectionState } from "./connection.ts";
export type { Limit, Overview } from "./answers.ts";
