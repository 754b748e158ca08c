import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { KEYS, variableOf } from "../../src/cli/config/spec.ts";
import { root } from "../files.ts";

const DOCUMENT = join(root, "docs/configuration.md");

/** The tables of docs/configuration.md: `UPDATE_CONFIGURATION=1 npx vitest run test/configuration` writes them. */
test("docs/configuration.md says of every key what it means, what it may hold, its default and its variable", () => {
  const plain = (text: string) => text.replaceAll("|", "\\|");
  const isOwn = (path: string) => path.includes("*.risk_limits.");
  const ownRow = (section: string) => `| \`${section}.NAME.risk_limits.LIMIT\` | any limit of \`position_management.risk_limits\`, of this name alone | what it holds there; none: no limit; inherit: the common one | \`inherit\` | \`${variableOf(`${section}.*.risk_limits.LIMIT`)}\` |`;
  const rows = KEYS.filter(({ path }, i) => !isOwn(path) || !isOwn(KEYS[i - 1]!.path) || KEYS[i - 1]!.path.split(".")[0] !== path.split(".")[0]).map(({ path, key }) => isOwn(path) ? ownRow(path.split(".")[0]!) : `| \`${path.replace("*", "NAME")}\` | ${plain(key.says)} | ${plain(key.kind.form)} | \`${key.default}\` | \`${variableOf(path)}\`${key.variables.map((name) => `, \`${name}\``).join("")} |`);
  const table = ["| key | | holds | default | in the environment |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
  const text = readFileSync(DOCUMENT, "utf8");
  const between = /(?<=<!-- keys -->\n)[^]*?(?=<!-- end -->)/;
  if (process.env["UPDATE_CONFIGURATION"] !== undefined) writeFileSync(DOCUMENT, text.replace(between, () => `${table}\n`));
  expect(between.exec(readFileSync(DOCUMENT, "utf8"))?.[0]).toBe(`${table}\n`);
  for (const { path, key } of KEYS) for (const old of key.old) expect([path, text]).toEqual([path, expect.stringContaining(`\`${old}\``)]);
});
