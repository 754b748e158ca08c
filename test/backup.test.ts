import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { finished } from "../src/core/num/index.ts";
import { Directory } from "../src/core/model/index.ts";
import { Ledger } from "../src/runtime/index.ts";
import { columnsOf } from "./acts.ts";
import { root } from "./files.ts";
import { plainFill, temporaryFolder } from "./journal-kit.ts";
import { fillJson } from "./service-kit.ts";

const COMMAND = join(root, "dist/src/bin/main.js");
let running: ChildProcess | undefined;
afterEach(() => {
  if (running?.exitCode === null) running.kill("SIGKILL");
});

/** The lines of docs/operations.md that begin with a name. */
function documented(name: string): string {
  const [, script] = new RegExp(`\`\`\`sh\\n(# ${name}\\n[^]*?)\`\`\``).exec(readFileSync(join(root, "docs/operations.md"), "utf8"))!;
  return script!;
}

interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A folder with the command on its path. */
function place(): Place {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/fillbook"), `#!/bin/sh\nexec '${process.execPath}' '${COMMAND}' "$@"\n`);
  chmodSync(join(folder, "bin/fillbook"), 0o755);
  writeFileSync(join(folder, "fillbook.yaml"), "position_management: {}\n");
  return { folder, env: { ...process.env, PATH: `${join(folder, "bin")}:${process.env["PATH"]}`, data: join(folder, "data"), config: join(folder, "fillbook.yaml"), copy: join(folder, "copy") } };
}

const sh = ({ folder, env }: Place, script: string, more: NodeJS.ProcessEnv = {}): string => execFileSync("sh", ["-c", script], { cwd: folder, env: { ...env, ...more }, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });

/** The same while this process goes on. */
async function shBeside({ folder, env }: Place, script: string): Promise<number> {
  const child = spawn("sh", ["-c", script], { cwd: folder, env, stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(child, "close")) as [number];
  return code;
}

test("a backup that is taken while fills come is a prefix of the book, and goes on as the book did", async () => {
  const here = place();
  const data = join(here.folder, "data");
  const ledger = finished(Ledger.recover({ dataDir: data, currency: "USD", clock: { nowNs: () => 1n }, segmentBytes: 4_000 }));
  const source = new Directory();
  for (let n = 0; n < 60; n += 1) ledger.bookFills(columnsOf([plainFill(`old${n}`)], source), source);
  ledger.sync();
  ledger.close();
  const segments = readdirSync(join(data, "journal")).length;
  expect(segments).toBeGreaterThan(2);

  const { token } = JSON.parse(sh(here, "fillbook token create --name bot --scope read --scope write --data data --json")) as { token: string };
  const service = (running = spawn(process.execPath, [COMMAND, "serve", "--data", data, "--port", "0", "--json", "--log-level", "silent", "--database", "off", "--rate-limit", "0"], { stdio: ["ignore", "pipe", "inherit"] }));
  const { url } = JSON.parse(((await once(service.stdout, "data")) as [Buffer])[0].toString()) as { url: string };
  const acknowledged: string[] = [];
  let isOver = false;
  const bot = async (name: string) => {
    for (let n = 0; !isOver; n += 1) {
      const rows = Array.from({ length: 25 }, (_, i) => fillJson(`${name}-${n}-${i}`, { venue: name, side: (n + i) % 3 === 0 ? "sell" : "buy" }));
      const answer = await fetch(`${url}/v1/fills`, { method: "POST", body: JSON.stringify(rows), headers: { "content-type": "application/json", authorization: `Bearer ${token}` } });
      expect(answer.status).toBe(200);
      acknowledged.push(...rows.map(({ id }) => id as string));
      await sleep(20);
    }
  };
  const bots = ["a", "b", "c"].map(bot);
  while (acknowledged.length < 1_000) await sleep(20);
  const before = acknowledged.length;
  expect(await shBeside(here, documented("backup"))).toBe(0);
  isOver = true;
  await Promise.all(bots);
  expect(acknowledged.length).toBeGreaterThan(before); // it was under load
  service.kill("SIGTERM");
  expect(await once(service, "exit")).toEqual([0, null]);

  const copy = join(here.folder, "copy");
  expect(readdirSync(copy).sort()).toEqual(["fillbook.yaml", "journal", "tokens.json", "verified.txt"]);
  expect(readFileSync(join(copy, "verified.txt"), "utf8")).toMatch(/every checksum and the hash chain hold\nhead hash: \w+\nstate hash/);
  const restored = { ...here.env, data: join(here.folder, "restored"), config: join(here.folder, "restored.yaml") };
  expect(sh(here, documented("restore"), restored)).toMatch(/the columns and the readable reference agree on every row\nthe embedded database shows the journal up to entry/);

  const positions = (dataDir: string, seq: number) => (JSON.parse(sh(here, `fillbook positions --data '${dataDir}' --seq ${seq} --json`)) as { positions: unknown[] }).positions;
  const { seq } = JSON.parse(sh(here, "fillbook positions --data restored --json")) as { seq: number };
  expect(seq).toBeGreaterThanOrEqual(before);
  expect(positions(restored.data, seq)).toEqual(positions(data, seq));
  const ids = new Set(sh(here, "fillbook export --data restored").split("\n").map((row) => row.split(",")[1]));
  expect(acknowledged.slice(0, before).filter((id) => !ids.has(id))).toEqual([]); // what was acknowledged before the backup began
  sh(here, "fillbook export --data data > all.csv; fillbook import all.csv --data restored");
  expect(sh(here, "fillbook export --data restored | sort")).toBe(sh(here, "sort all.csv"));
  expect(() => sh(here, documented("restore"), restored)).toThrow(/is not empty/);
});

test("a copy in which a write is missing before a later one is taken again", () => {
  const here = place();
  const ledger = finished(Ledger.recover({ dataDir: join(here.folder, "data"), currency: "USD", clock: { nowNs: () => 1n } }));
  const source = new Directory();
  for (let n = 0; n < 20; n += 1) {
    ledger.bookFills(columnsOf([plainFill(`f${n}`)], source), source);
    ledger.sync();
  }
  ledger.close();
  const name = "00000000000000000001.fbj";
  // cp that reads zeros, reserved and not written to yet, where a block comes to stand, and then what stands behind it
  const whole = readFileSync(join(here.folder, "data/journal", name));
  writeFileSync(join(here.folder, "bin/cp"), `#!/bin/sh\n/bin/cp "$@"\ncase "$*" in *.fbj*) if [ ! -e torn ]; then touch torn; dd if=/dev/zero of="$copy/journal/${name}" bs=1 seek=2000 count=400 conv=notrunc status=none; fi;; esac\n`);
  chmodSync(join(here.folder, "bin/cp"), 0o755);
  sh(here, `${documented("backup")} 2>/dev/null`);
  expect(existsSync(join(here.folder, "torn"))).toBe(true);
  expect(readFileSync(join(here.folder, "copy/journal", name)).equals(whole)).toBe(true);

  const journal = join(here.folder, "data/journal", name);
  const fd = openSync(journal, "r+"); // damage that stays is told, and no backup
  writeSync(fd, Buffer.alloc(400), 0, 400, 2_000);
  closeSync(fd);
  expect(() => sh(here, documented("backup"), { copy: join(here.folder, "second") })).toThrow(/entry \d+: /);
});
