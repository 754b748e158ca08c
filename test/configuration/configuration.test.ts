import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readConfiguration } from "../../src/cli/config/read.ts";
import { KEYS, variableOf } from "../../src/cli/config/spec.ts";
import { accountEffects } from "./account-effects.ts";
import { bookEffects } from "./book-effects.ts";
import { withOthers } from "./effect.ts";
import { marketEffects } from "./market-effects.ts";
import { Place } from "./place.ts";
import { serviceEffects } from "./service-effects.ts";

const at = new Place();
const effects = [...bookEffects(), ...serviceEffects(), ...marketEffects(), ...accountEffects()];

test("every key has a test of its effect", () => {
  expect(effects.map(({ key }) => key.replace(/^(venues|accounts|symbols|strategies|markets\.rules)\.\w+\./, "$1.*."))).toEqual(KEYS.map(({ path }) => path));
});

test("each key refuses what it may not hold, with its place, and is set by its variable in the environment", async () => {
  const path = join(at.folder, "fillbook.yaml");
  for (const { key, value, wrong } of effects) {
    writeFileSync(path, withOthers(key, wrong));
    const said = await readConfiguration(path, {}, {}).then(() => "nothing", (error: Error) => `${error.name} ${error.message}`);
    expect([key, said]).toEqual([key, expect.stringMatching(new RegExp(`^UsageError .*fillbook\\.yaml:\\d+:\\d+: ${key.replaceAll(".", "\\.")}: [^\\n]+$`)) as string]);
    const [, called = "main"] = /^(?:venues|accounts|symbols|strategies|markets\.rules)\.(\w+)\./.exec(key) ?? [];
    const variable = variableOf(key.replace(/^(venues|accounts|symbols|strategies|markets\.rules)\.\w+\./, "$1.*.")).replace("NAME", called);
    const pair: Readonly<Record<string, string>> = key.startsWith("http.tls.") ? { FILLBOOK_HTTP__TLS__CERT_FILE: "x", FILLBOOK_HTTP__TLS__KEY_FILE: "y" } : {};
    writeFileSync(path, "");
    const { effective } = await readConfiguration(path, {}, { ...pair, [variable]: value });
    expect(effective.find((one) => one.path === key)).toMatchObject({ value, from: "environment", where: variable });
  }
});

test("options go before all, and passwords are not shown", () => {
  const words = ["config", "--port", "0", "--host", "::1", "--log-level", "warn", "--database", "postgres://me:geheim@h/db"];
  const { stdout } = at.run(words, { FILLBOOK_HTTP__PORT: "1", DATABASE_URL: "postgres://other:auch@h/db" });
  expect(stdout).not.toMatch(/geheim|auch/);
  const lines = stdout.split("\n").map((line) => line.split(/\s+/).slice(0, 4).join(" "));
  expect(lines).toEqual(expect.arrayContaining(["http.port 0 option --port", "http.host ::1 option --host", "http.log_level warn option --log-level", "database.url postgres://me:***@h/db option --database", "data data environment FILLBOOK_DATA"]));
});
