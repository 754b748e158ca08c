import fs from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/journal-kit.ts";
import { changeTokens, LiveTokens, newSecret, readTokens, type Token } from "./index.ts";

function made(name: string, more: Partial<Token> = {}): { readonly text: string; readonly token: Token } {
  const { text, id, hash } = newSecret();
  return { text, token: { id, name, hash, scopes: ["read"], accounts: undefined, ratePerMinute: undefined, createdNs: 5n, expiresNs: undefined, revokedNs: undefined, ...more } };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1_000 && !isSo(); attempt += 1) await sleep(5);
  expect(isSo()).toBe(true);
}

test("what is written is read again, by its owner alone, and holds no token", () => {
  const dataDir = temporaryFolder();
  const tokens = [made("a", { accounts: ["x", "y"], expiresNs: 7n, ratePerMinute: 0 }), made("b", { revokedNs: 9n, scopes: ["read", "write", "admin"] })];
  changeTokens(dataDir, (before) => [...before, ...tokens.map(({ token }) => token)]);
  expect(readTokens(dataDir)).toEqual(tokens.map(({ token }) => token));
  const path = join(dataDir, "tokens.json");
  expect(fs.statSync(path).mode & 0o777).toBe(0o600);
  expect(fs.readdirSync(dataDir)).toEqual(["tokens.json"]);
  for (const { text } of tokens) expect(fs.readFileSync(path, "utf8")).not.toContain(text.slice("fillbook_".length + 13));
});

test("a token has 256 bits of chance, and no two have the same", () => {
  const texts = Array.from({ length: 500 }, () => newSecret().text);
  expect(new Set(texts).size).toBe(500);
  for (const text of texts) expect(Buffer.from(/^fillbook_[0-9a-f]{12}_(.{43})$/.exec(text)![1]!, "base64url").length).toBe(32);
});

test("a file that is broken, says more than it may, or that others may write lets nobody in", () => {
  const dataDir = temporaryFolder();
  const path = join(dataDir, "tokens.json");
  changeTokens(dataDir, () => [made("a").token]);
  expect(() => changeTokens(dataDir, (tokens) => [...tokens, made("far", { expiresNs: 10n ** 20n }).token])).toThrow(/expiresAt/); // nor is one written that lets nobody in
  expect(readTokens(dataDir)).toHaveLength(1);
  const good = fs.readFileSync(path, "utf8");
  for (const bad of ["", "{", good.slice(0, -20), good.replace('"read"', '"root"'), good.replace('"accounts": null', '"accounts": []'), good.replace('"version": 1', '"version": 2')]) {
    fs.writeFileSync(path, bad);
    expect(() => readTokens(dataDir), bad).toThrow(/tokens\.json: /);
  }
  fs.writeFileSync(path, good);
  fs.chmodSync(path, 0o622);
  expect(() => readTokens(dataDir)).toThrow(/chmod 600/);
});

test("a command that finds another one at it says so and changes nothing; one that fails leaves nothing behind", () => {
  const dataDir = temporaryFolder();
  changeTokens(dataDir, () => [made("a").token]);
  expect(() => changeTokens(dataDir, () => changeTokens(dataDir, () => []) as unknown as Token[])).toThrow(/another command changes the tokens/);
  expect(() => changeTokens(dataDir, () => { throw new Error("no"); })).toThrow("no");
  expect(readTokens(dataDir).map(({ name }) => name)).toEqual(["a"]);
  expect(fs.readdirSync(dataDir)).toEqual(["tokens.json"]);
});

test("only the very text of a token is found, and why it lets nobody in is told to who has it", () => {
  const dataDir = temporaryFolder();
  const [valid, expired, revoked] = [made("valid"), made("expired", { expiresNs: 10n }), made("revoked", { revokedNs: 1n })];
  changeTokens(dataDir, () => [valid.token, expired.token, revoked.token]);
  const tokens = LiveTokens.open(dataDir, { onChange: () => undefined, onProblem: () => undefined });
  try {
    expect(tokens.find(valid.text, 10n)).toEqual({ token: valid.token });
    expect(tokens.find(expired.text, 9n)).toEqual({ token: expired.token });
    expect(tokens.find(expired.text, 10n)).toEqual({ why: "expired" });
    expect(tokens.find(revoked.text, 0n)).toEqual({ why: "revoked" });
    const last = valid.text.at(-1) === "A" ? "B" : "A";
    for (const text of ["", valid.token.id, valid.token.hash, valid.text.slice(0, -1), valid.text.slice(0, -1) + last, `${valid.text} `, valid.text.toUpperCase(), `fillbook_${expired.token.id}_${valid.text.slice("fillbook_".length + 13)}`]) expect(tokens.find(text, 0n), text).toEqual({ why: "unknown" });
  } finally {
    tokens.close();
  }
});

test("changes are followed; a file that goes, or breaks, lets nobody in rather than everybody", async () => {
  const dataDir = temporaryFolder();
  const problems: string[] = [];
  let changes = 0;
  const tokens = LiveTokens.open(dataDir, { onChange: () => (changes += 1), onProblem: ({ message }) => void problems.push(message), everyMs: 5 });
  try {
    expect([tokens.isRequired, tokens.hasValid(0n)]).toEqual([false, false]);
    const { text, token } = made("a");
    changeTokens(dataDir, () => [token]);
    await until(() => tokens.isRequired);
    expect([tokens.find(text, 0n), tokens.isStill(token, 0n), tokens.hasValid(0n)]).toEqual([{ token }, true, true]);
    changeTokens(dataDir, () => [{ ...token, scopes: ["read", "write"] }]);
    await until(() => !tokens.isStill(token, 0n));
    changeTokens(dataDir, () => [{ ...token, revokedNs: 1n }]);
    await until(() => "why" in tokens.find(text, 0n));
    expect([tokens.isRequired, tokens.hasValid(0n)]).toEqual([true, false]);
    changeTokens(dataDir, () => [token]);
    await until(() => "token" in tokens.find(text, 0n));
    fs.writeFileSync(join(dataDir, "tokens.json"), "{");
    await until(() => problems.length > 0);
    expect([tokens.find(text, 0n), tokens.isRequired]).toEqual([{ why: "unknown" }, true]);
    fs.rmSync(join(dataDir, "tokens.json"));
    const before = changes;
    await until(() => changes > before);
    expect([tokens.find(text, 0n), tokens.isRequired]).toEqual([{ why: "unknown" }, true]);
  } finally {
    tokens.close();
  }
});
