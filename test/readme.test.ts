import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./files.ts";

/**
 * The sessions of README.md, run in order in a folder of their own: each command prints what the page shows.
 * `UPDATE_README=1 npx vitest run test/readme` writes what they print into the page.
 */
const path = join(root, "README.md");
const hash = /(?<=head hash: )\w+/; // it covers the times at which blocks were written
const fence = /```console\n([\s\S]*?)```/g;

function run(command: string, folder: string): string {
  try {
    return execFileSync("sh", ["-c", command.replace(/^npx fillbook/, `"${process.execPath}" "${join(root, "dist/src/bin/main.js")}"`)], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    return (error as { stdout: string }).stdout; // status 1: some rows were refused
  }
}

test("the sessions of the README print what it shows", () => {
  const folder = mkdtempSync(join(tmpdir(), "fillbook-readme-"));
  try {
    cpSync(join(root, "examples"), join(folder, "examples"), { recursive: true });
    const text = readFileSync(path, "utf8");
    const commands = [...text.matchAll(fence)].flatMap(([, body]) => body!.split("\n").filter((line) => line.startsWith("$ ")));
    expect(commands.length).toBeGreaterThan(5);
    const rerun = text.replace(fence, (_, body: string) => {
      const shown = body.split("\n").filter((line) => line.startsWith("$ ")).map((line) => `${line}\n${run(line.slice(2), folder)}`);
      return `\`\`\`console\n${shown.join("")}\`\`\``;
    });
    if (process.env["UPDATE_README"] !== undefined) writeFileSync(path, rerun);
    else expect(rerun.replace(hash, "")).toBe(text.replace(hash, ""));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
