export { newSecret, SCOPES, sameSecret, standingOf, type Scope, type Token } from "./token.ts";
export { changeTokens, readTokens } from "./token-file.ts";
export { LiveTokens, type Found } from "./live-tokens.ts";
