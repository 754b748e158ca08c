import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configuredLimits } from "../../src/cli/config/limits.ts";
import { readConfiguration } from "../../src/cli/config/read.ts";
import { LIMIT_NAMES } from "../../src/core/model/index.ts";
import { decimalOf } from "../../src/core/num/index.ts";
import { Place } from "./place.ts";

/** A key of fillbook.yaml and what it does: a key that is ignored fails its test. */
export interface Effect {
  readonly key: string; // with a name in the place of `*`
  readonly value: string;
  readonly wrong: string; // a value that is refused
  readonly isSeen: (at: Place, value: string, key: string) => Promise<void> | void; // where fillbook.yaml says it
}

/** Tests each of them in a folder whose configuration says that one thing. */
export function areObeyed(effects: readonly Effect[]): void {
  const at = new Place();
  describe("what is set is obeyed:", () => {
    test.each(effects.map((effect) => [`${effect.key}: ${effect.value}`, effect] as const))("%s", async (_, { key, value, isSeen }) => {
      at.write("fillbook.yaml", withOthers(key, value));
      await isSeen(at, value, key);
    });
  });
}

/** What ten contracts of a Kalshi market at half a dollar are charged. */
export function computedFee(at: Place): string {
  at.write("pair.csv", "id,pair_id,venue,symbol,side,outcome,quantity,price,timestamp,account\n1,P,kalshi,KXRAIN,buy,yes,10,0.5,2026-12-01,main\n");
  at.run(["import", "pair.csv"]);
  return (at.json(["pairs"])["pairs"] as { feesCents: string }[])[0]!.feesCents;
}

/** A key with its value as YAML. */
export function yamlOf(path: string, value: string): string {
  const parts = path.split(".");
  return `${parts.map((part, i) => `${"  ".repeat(i)}${part}:${i === parts.length - 1 ? ` ${value}` : ""}`).join("\n")}\n`;
}

/** The same with what a value needs beside it. */
export const withOthers = (key: string, value: string): string => (key.startsWith("http.tls.") ? `http:\n  tls:\n    cert_file: ${key.endsWith("cert_file") ? value : "cert.pem"}\n    key_file: ${key.endsWith("key_file") ? value : "key.pem"}\n` : yamlOf(key, value));

/** Limits of one name: what the configuration then reports of limits to be journaled. */
export const own = (section: "venues" | "accounts" | "symbols" | "strategies", called: string): Effect[] =>
  LIMIT_NAMES.map((name) => ({ key: `${section}.${called}.risk_limits.${name}`, value: name === "max_order_rate" ? "60" : "0.5", wrong: "-1", isSeen: async (at, value) => {
    const scope = { venues: "venue", accounts: "account", symbols: "symbol", strategies: "strategy" }[section];
    const [report] = configuredLimits(await readConfiguration(join(at.folder, "fillbook.yaml"), {}, {}), 0n);
    expect(report).toMatchObject({ overrides: { [scope]: new Map([[called, { [name]: decimalOf(value) }]]) } });
  } }));

