import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COMMAND, CommandFolder, environment, runCommand, type Ended } from "./command-kit.ts";

const at = new CommandFolder();
const alone = (words: readonly string[], cwd: string) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...words], { cwd, encoding: "utf8", env: environment });
  return { status, stdout, stderr };
};

test("what a command says in the process that tests share is what it says in one of its own, in the same order of commands", () => {
  const lines = [["import", "fills.csv"], ["positions", "--at", "2024-03-02"], ["import", "fills.csv", "--json"], ["verify"], ["export", "--format", "json"], ["positions", "--sybmol", "A"], ["frobnicate"], ["--version"], ["history", "--data", "nowhere"], ["import", "bad.csv"], ["pnl", "--json", "--at", "2024-03-02"]];
  for (const name of ["shared", "alone"]) {
    mkdirSync(join(at.path, name));
    at.write(join(name, "fills.csv"), "id,venue,symbol,side,quantity,price,timestamp\n1,x,ABC,buy,1,10,2024-03-01\n2,x,ABC,sell,3,12,2024-03-01\n");
    at.write(join(name, "bad.csv"), "id,venue,symbol,side,quantity,price,timestamp\n9,x,ABC,buy,much,10,2024-03-01\n");
  }
  const timeless = (ended: Ended) => ({ ...ended, stdout: ended.stdout.replace(/(?<=head hash: )\S+/, "of when it was booked") });
  const said = lines.map((words) => timeless(runCommand(words, join(at.path, "shared"), environment)));
  expect(said).toEqual(lines.map((words) => timeless(alone(words, join(at.path, "alone")))));
  expect(new Set(said.map(({ status }) => status))).toEqual(new Set([0, 1, 2]));
});
