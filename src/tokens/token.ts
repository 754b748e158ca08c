import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** What a token may do. None implies another: a bot that posts fills has no need to read the book. */
export const SCOPES = ["read", "write", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** A token as it is kept: all but the token itself. */
export interface Token {
  readonly id: string; // public: it stands in the token, in lists and in logs
  readonly name: string;
  readonly hash: string; // SHA-256 of the whole token, hex
  readonly scopes: readonly Scope[];
  readonly accounts: readonly string[] | undefined; // that it sees and writes; undefined: every one
  readonly ratePerMinute: number | undefined; // requests; undefined: as the service is set, 0: any number
  readonly createdNs: bigint;
  readonly expiresNs: bigint | undefined; // undefined: never
  readonly revokedNs: bigint | undefined; // undefined: not
}

const ID_BYTES = 6;
const SECRET_BYTES = 32;
const SHAPE = /^fillbook_([0-9a-f]{12})_[\w-]{43}$/;

/** A new token's text, which nobody keeps, and what is kept of it. */
export function newSecret(): { readonly text: string; readonly id: string; readonly hash: string } {
  const id = randomBytes(ID_BYTES).toString("hex");
  const text = `fillbook_${id}_${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return { text, id, hash: hashOf(text).toString("hex") };
}

/** The public part of a text that has the shape of a token. */
export function idOf(text: string): string | undefined {
  return SHAPE.exec(text)?.[1];
}

const NOBODY = randomBytes(SECRET_BYTES).toString("hex");

/** Whether a text is this token. It takes as long when there is no such token. */
export function isToken(text: string, token: Token | undefined): token is Token {
  const same = timingSafeEqual(hashOf(text), Buffer.from(token?.hash ?? NOBODY, "hex"));
  return same && token !== undefined;
}

/** Whether two secrets are the same; how long it takes tells nothing about them. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(hashOf(a), hashOf(b));
}

/** Whether a token lets anybody in at a time. */
export function standingOf({ expiresNs, revokedNs }: Token, nowNs: bigint): "valid" | "expired" | "revoked" {
  if (revokedNs !== undefined) return "revoked";
  return expiresNs !== undefined && nowNs >= expiresNs ? "expired" : "valid";
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
