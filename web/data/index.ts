export { store, showToken, hasToken, onToken, authorization, currentAccess } from "./session.ts";
export { get, send, Refused } from "./request.ts";
export { useResource, refresh, type Resource } from "./resource.ts";
export { useRow, useStanding, useBookVersion, useRisk, useNowMs } from "./hooks.ts";
export type { ConnectionState } from "./connection.ts";
export type { Limit, Overview } from "./answers.ts";
