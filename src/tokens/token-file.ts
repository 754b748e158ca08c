import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { formatTime, readTime } from "../core/model/index.ts";
import { SCOPES, type Token } from "./token.ts";

/** Thrown when the file of tokens cannot be relied on. */
class TokensUnreadable extends Error {
  override readonly name = "TokensUnreadable";
}

const VERSION = 1;
const OTHERS_WRITE = 0o022;

const time = z.string().transform((text, context) => {
  const read = readTime(text);
  if (!("problem" in read)) return read.ns;
  context.addIssue({ code: "custom", message: read.why });
  return z.NEVER;
});
const tokenShape = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  name: z.string().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  scopes: z.array(z.enum(SCOPES)),
  accounts: z.array(z.string().min(1)).min(1).nullable(),
  ratePerMinute: z.number().int().min(0).nullable(),
  createdAt: time,
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
});
const fileShape = z.strictObject({ version: z.literal(VERSION), tokens: z.array(tokenShape) });

/** Where the tokens of a data folder are. */
export function tokensPath(dataDir: string): string {
  return join(dataDir, "tokens.json");
}

/** The tokens of a data folder, revoked and expired ones too. @throws TokensUnreadable */
export function readTokens(dataDir: string): Token[] {
  const path = tokensPath(dataDir);
  let text: string;
  try {
    const file = fs.openSync(path, "r");
    try {
      if (process.platform !== "win32" && (fs.fstatSync(file).mode & OTHERS_WRITE) !== 0) throw new TokensUnreadable(`${path}: others than its owner may write to it, and so let themselves in: chmod 600 ${path}`);
      text = fs.readFileSync(file, "utf8");
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    if (error instanceof TokensUnreadable) throw error;
    throw new TokensUnreadable(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"}): let the service's user read it`);
  }
  return parsed(text, path);
}

/**
 * Changes the tokens of a data folder: the new file is written beside, synced and renamed over the old one, so that
 * nobody ever reads half of it. The file beside also keeps two commands from changing it at once.
 * @throws TokensUnreadable
 */
export function changeTokens(dataDir: string, change: (tokens: readonly Token[]) => readonly Token[]): void {
  fs.mkdirSync(dataDir, { recursive: true });
  const path = tokensPath(dataDir);
  const beside = `${path}.new`;
  const file = claim(beside);
  try {
    const text = written(change(readTokens(dataDir)));
    parsed(text, path); // one that cannot be read would let nobody in
    fs.writeFileSync(file, text);
    fs.fsyncSync(file);
    fs.renameSync(beside, path);
  } catch (error) {
    fs.rmSync(beside, { force: true });
    throw error;
  } finally {
    fs.closeSync(file);
  }
  const folder = fs.openSync(dataDir, "r");
  fs.fsyncSync(folder);
  fs.closeSync(folder);
}

function claim(path: string): number {
  try {
    return fs.openSync(path, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new TokensUnreadable(`${path}: another command changes the tokens: try again in a moment; if none does, delete this file`);
  }
}

function parsed(text: string, path: string): Token[] {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    throw new TokensUnreadable(`${path}: is not JSON: put back a copy of it, or delete it and make new tokens`);
  }
  const read = fileShape.safeParse(said);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new TokensUnreadable(`${path}: ${issue!.path.join(".")}: ${issue!.message}: put back a copy of it, or delete it and make new tokens`);
  }
  return read.data.tokens.map(({ accounts, ratePerMinute, createdAt, expiresAt, revokedAt, ...token }) => ({
    ...token,
    accounts: accounts ?? undefined,
    ratePerMinute: ratePerMinute ?? undefined,
    createdNs: createdAt,
    expiresNs: expiresAt ?? undefined,
    revokedNs: revokedAt ?? undefined,
  }));
}

function written(tokens: readonly Token[]): string {
  const timeOf = (ns: bigint | undefined) => (ns === undefined ? null : formatTime(ns));
  const said = tokens.map(({ id, name, hash, scopes, accounts = null, ratePerMinute = null, createdNs, expiresNs, revokedNs }) => ({ id, name, hash, scopes, accounts, ratePerMinute, createdAt: timeOf(createdNs), expiresAt: timeOf(expiresNs), revokedAt: timeOf(revokedNs) }));
  return `${JSON.stringify({ version: VERSION, tokens: said }, undefined, 2)}\n`;
}
