import type { Scope, Token } from "../../tokens/index.ts";
import { SCOPES } from "../../tokens/index.ts";
import { Problem } from "../problem.ts";

/** What a route asks of whoever calls it: nothing, to be known, or a scope. */
export type Access = "open" | "known" | Scope;

/** Who asks, and what he may. */
export interface Principal {
  readonly id: string; // of the token; "local", "anyone" or "nobody" without one
  readonly name: string | null;
  readonly scopes: readonly Scope[];
  readonly accounts: ReadonlySet<string> | undefined; // undefined: every one
  readonly ratePerMinute: number | undefined; // undefined: as the service is set, 0: any number
  readonly token: Token | undefined;
}

/** Whoever reaches a service without tokens: that is, on this machine. */
export const ANYONE: Principal = { id: "anyone", name: null, scopes: SCOPES, accounts: undefined, ratePerMinute: undefined, token: undefined };
/** The commands of the user who runs the service. */
export const LOCAL: Principal = { id: "local", name: null, scopes: SCOPES, accounts: undefined, ratePerMinute: 0, token: undefined };
/** Who shows no token where one is needed. */
export const NOBODY: Principal = { id: "nobody", name: null, scopes: [], accounts: new Set(), ratePerMinute: undefined, token: undefined };

export function principalOf(token: Token): Principal {
  const { id, name, scopes, accounts, ratePerMinute } = token;
  return { id, name, scopes, accounts: accounts && new Set(accounts), ratePerMinute, token };
}

/** Whether he may see what is of all accounts together. */
export function seesAll({ accounts }: Principal): boolean {
  return accounts === undefined;
}

/** The account that a question names, when he may see it. @throws Problem */
export function mustSee({ accounts }: Principal, account: string | undefined): string | undefined {
  if (account !== undefined && accounts?.has(account) === false) throw forbiddenAccount(accounts);
  return account;
}

export function forbiddenAccount(accounts: ReadonlySet<string>): Problem {
  return new Problem(403, "forbidden_account", `account: ${boundTo(accounts)}`);
}

/** Says which accounts a token is bound to, and names no other. */
export function boundTo(accounts: ReadonlySet<string>): string {
  const names = [...accounts].map((name) => JSON.stringify(name)).join(", ");
  return `this token is bound to ${names}, and sees and writes nothing else`;
}

/** Who may do this at all. @param isGlobal whether it is of all accounts together @throws Problem */
export function mustBeAllowed({ scopes, accounts }: Principal, access: Access, isGlobal: boolean): void {
  if (access !== "open" && access !== "known" && !scopes.includes(access)) {
    throw new Problem(403, "forbidden_scope", `this token may not ${access}: it has the scope ${scopes.join(", ")}; make one with --scope ${access}`, { scope: access }, { "www-authenticate": `Bearer realm="fillbook", error="insufficient_scope", scope="${access}"` });
  }
  if (isGlobal && accounts !== undefined) throw new Problem(403, "forbidden_account", `this is of all accounts together: ${boundTo(accounts)}`);
}
