// `npm run kill [-- --times N] [--seed N]`: the service killed outright again and again, under clients that post until they
// are answered; then a trace of its system calls (needs strace: root on Debian has it installed, others are told).
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { killOver } from "./kill.ts";
import { freePort } from "./service-process.ts";
import { traceAnswers } from "./trace.ts";

const { values } = parseArgs({ options: { times: { type: "string", default: "100" }, seed: { type: "string", default: "1" } } });
const [times, seed] = [Number(values.times), Number(values.seed)];
const number = (n: number): string => n.toLocaleString("en-US");
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const program = fileURLToPath(new URL("../../src/bin/main.js", import.meta.url));
const TRACED_CLIENTS = 4;

say(`kill: seed ${seed}, ${number(times)} times, four clients`);
try {
  const { kills, whileRecovering, attempts, answers, fills, pairs, torn, rows, positions } = await killOver(program, seed, times, (sofar) => void (sofar % 10 === 0 && say(`  ${sofar} …`)));
  say(`  killed ${number(kills)} times, ${number(whileRecovering)} of them before it was ready; ${number(torn)} starts cut a torn write off`);
  say(`  ${number(attempts)} posts, ${number(answers)} answered; ${number(fills)} fills acknowledged, each there once, at the entry that was told, and ${number(pairs)} pairs, each as posted; verify found no fault`);
  say(`  SQL: ${number(rows)} fills in the history, each at its entry; ${number(positions)} positions equal the book's to the last digit`);
  if (hasStrace()) await traced();
  else say("trace: left out, since strace is not installed and only root on Debian can have it installed from here");
} catch (error) {
  say(`FAILED seed ${seed}: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function traced(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fillbook-trace-"));
  try {
    const command = { program, dataDir: join(folder, "data"), port: await freePort() };
    const answers = await traceAnswers(command, join(folder, "trace"), TRACED_CLIENTS, (path) => readFileSync(path, "utf8"));
    const early = answers.find(({ written, synced, answered }) => !(written < synced && synced < answered));
    if (early !== undefined) throw new Error(`${early.id} was written at line ${early.written} of the trace, on disk at line ${early.synced}, and answered at line ${early.answered}`);
    say(`trace: ${answers.length} posts by ${TRACED_CLIENTS} clients: each was written, then fdatasync of its segment returned 0, and only then its response was written to the socket`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hasStrace(): boolean {
  const runs = (): boolean => spawnSync("strace", ["-V"]).status === 0;
  if (runs()) return true;
  if (process.getuid?.() !== 0) return false;
  spawnSync("apt-get", ["install", "-y", "-q", "strace"], { stdio: ["ignore", 2, 2] });
  return runs();
}
