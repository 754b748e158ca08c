import { formatTime, nameProblem, readTime } from "../../core/model/index.ts";
import { changeTokens, newSecret, readTokens, SCOPES, standingOf, type Scope, type Token } from "../../tokens/index.ts";
import { contextOf, countOption, type CommonOptions, type Context } from "../context.ts";
import { dim, shownName, table } from "../table.ts";
import { UsageError } from "../usage-error.ts";

export interface CreateOptions extends CommonOptions {
  readonly name: string;
  readonly scope?: readonly string[];
  readonly account?: readonly string[];
  readonly expires?: string;
  readonly rateLimit?: string;
}

const UNIT_NS: Readonly<Record<string, bigint>> = { m: 60_000_000_000n, h: 3_600_000_000_000n, d: 86_400_000_000_000n };

/** `fillbook token create`: the token itself is printed once, alone on stdout, and kept by nobody. */
export async function createToken(options: CreateOptions): Promise<number> {
  const context = await contextOf(options);
  const nowNs = context.clock.nowNs();
  const { text, id, hash } = newSecret();
  const scopes = scopesOf(options.scope ?? []);
  const accounts = options.account === undefined ? undefined : [...new Set(options.account.map(accountOf))];
  const token: Token = { id, name: nameOf(options.name), hash, scopes, accounts, ratePerMinute: countOption("rate-limit", options.rateLimit, 0), createdNs: nowNs, expiresNs: expiryOf(options.expires, nowNs), revokedNs: undefined };
  changeTokens(context.dataDir, (tokens) => {
    if (tokens.some(({ name, revokedNs }) => name === token.name && revokedNs === undefined)) throw new UsageError(`--name: there is a token ${token.name} already: take another name, or revoke it first (fillbook token revoke ${token.name})`);
    return [...tokens, token];
  });
  if (context.json) context.print(JSON.stringify({ token: text, ...shownToken(token, nowNs) }, null, 2));
  else {
    context.print(text);
    context.note(`This is shown once: only its hash is kept. ${token.name} may ${scopes.join(", ")} ${accounts === undefined ? "every account" : `account ${accounts.join(", ")}`}, ${token.expiresNs === undefined ? "until it is revoked" : `until ${formatTime(token.expiresNs)}`}. A running service takes it within a second.`);
  }
  return 0;
}

/** `fillbook token list`: all there ever were, without the tokens themselves. */
export async function listTokens(options: CommonOptions): Promise<number> {
  const context = await contextOf(options);
  const tokens = readTokens(context.dataDir).map((token) => shownToken(token, context.clock.nowNs()));
  context.print(context.json ? JSON.stringify({ tokens }, null, 2) : shownTokens(tokens));
  return 0;
}

/** `fillbook token revoke`: it lets nobody in any more, and streams that it opened are closed. */
export async function revokeToken(which: string, options: CommonOptions): Promise<number> {
  const context = await contextOf(options);
  const nowNs = context.clock.nowNs();
  let revoked: Token | undefined;
  changeTokens(context.dataDir, (tokens) => {
    const found = tokens.find(({ id }) => id === which) ?? tokens.findLast(({ name, revokedNs }) => name === which && revokedNs === undefined) ?? tokens.findLast(({ name }) => name === which);
    if (found === undefined) throw new UsageError(`there is no token with the name or the id ${which}: fillbook token list shows them`);
    revoked = found.revokedNs === undefined ? { ...found, revokedNs: nowNs } : found;
    return tokens.map((token) => (token === found ? revoked! : token));
  });
  printRevoked(context, shownToken(revoked!, nowNs));
  return 0;
}

function printRevoked(context: Context, token: ShownToken): void {
  context.print(context.json ? JSON.stringify(token, null, 2) : `${token.name} (${token.id}) is revoked since ${token.revokedAt}. A running service lets it in no more, within a second.`);
}

/** A token as it is listed. */
interface ShownToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly accounts: readonly string[] | null; // null: every one
  readonly ratePerMinute: number | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly standing: "valid" | "expired" | "revoked";
}

function shownToken(token: Token, nowNs: bigint): ShownToken {
  const { id, name, scopes, accounts = null, ratePerMinute = null, createdNs, expiresNs, revokedNs } = token;
  const timeOf = (ns: bigint | undefined) => (ns === undefined ? null : formatTime(ns));
  return { id, name, scopes, accounts, ratePerMinute, createdAt: formatTime(createdNs), expiresAt: timeOf(expiresNs), revokedAt: timeOf(revokedNs), standing: standingOf(token, nowNs) };
}

function shownTokens(tokens: readonly ShownToken[]): string {
  if (tokens.length === 0) return "There is no token: the service listens on this machine only, and asks for\nnone. Make one: fillbook token create --name NAME --scope read";
  const day = (text: string | null) => text?.slice(0, 10) ?? "never";
  const lines = table<ShownToken>(
    [
      { title: "name", of: ({ name }) => shownName(name, 18) },
      { title: "id", of: ({ id }) => id },
      { title: "scopes", of: ({ scopes }) => scopes.join() },
      { title: "accounts", of: ({ accounts }) => (accounts === null ? "every one" : shownName(accounts.join(), 18)) },
      { title: "expires", of: ({ expiresAt }) => day(expiresAt) },
      { title: "", of: ({ standing }) => (standing === "valid" ? "" : standing) },
    ],
    tokens,
  );
  return `${lines}\n${dim("the tokens themselves are kept by nobody but their users")}`;
}

function scopesOf(said: readonly string[]): Scope[] {
  const wrong = said.find((one) => !(SCOPES as readonly string[]).includes(one));
  if (wrong !== undefined) throw new UsageError(`--scope: "${wrong}" is none of ${SCOPES.join(", ")}`);
  if (said.length === 0) throw new UsageError(`--scope: say what the token may do: ${SCOPES.join(", ")}; several of them as --scope read --scope write, for none implies another`);
  return SCOPES.filter((scope) => said.includes(scope));
}

function nameOf(name: string): string {
  if (!/^[\w.@-]{1,64}$/.test(name)) throw new UsageError(`--name: "${name.slice(0, 80)}" is no name for a token: take 1 to 64 letters, digits, or . _ - @`);
  if (/^[0-9a-f]{12}$/.test(name)) throw new UsageError(`--name: ${name} looks like the id of a token: take another`);
  return name;
}

function accountOf(account: string): string {
  const problem = account === "" ? "is empty" : nameProblem(account);
  if (problem !== undefined) throw new UsageError(`--account: ${JSON.stringify(account)} ${problem}`);
  return account;
}

/** A time to come, as a time or as how long from now. */
function expiryOf(text: string | undefined, nowNs: bigint): bigint | undefined {
  if (text === undefined) return undefined;
  const [, count, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  const read = readTime(unit === undefined ? text : formatTime(nowNs + BigInt(count!) * UNIT_NS[unit]!));
  if ("problem" in read) throw new UsageError(`--expires: ${unit === undefined ? read.why : `${text} ends after the year 2261`}: write a time, or how long, like 30d, 12h or 90m; leave it out for a token that does not expire`);
  if (read.ns <= nowNs) throw new UsageError(`--expires: ${text} is over already`);
  return read.ns;
}
