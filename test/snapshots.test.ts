import fs from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { Directory } from "../src/core/model/index.ts";
import { listSnapshots, realDisk, snapshotFolder, snapshotPath } from "../src/journal/index.ts";
import { readBook, Service, stateHash, type ServiceOptions, type SnapshotOutcome } from "../src/runtime/index.ts";
import { columnsOf } from "./acts.ts";
import { runCommand } from "./command-kit.ts";
import { root } from "./files.ts";
import { plainFill, temporaryFolder } from "./journal-kit.ts";

const snapshotProgram = pathToFileURL(join(root, "dist/src/runtime/snapshot-worker.js"));
const source = new Directory();

async function begin(dataDir: string, options: Partial<ServiceOptions> = {}) {
  const outcomes: SnapshotOutcome[] = [];
  const service = Service.begin({ dataDir, currency: "USD", clock: { nowNs: () => 0n }, snapshotProgram, onSnapshot: (outcome) => outcomes.push(outcome), ...options });
  return { service, outcomes, recovery: await service.ready };
}

/** Posts fills [from, to). Returns how many were accepted. */
async function post(service: Service, from: number, to: number): Promise<number> {
  const { statuses } = await service.bookFills(columnsOf(Array.from({ length: to - from }, (_, i) => plainFill(`f${from + i}`)), source), source);
  return statuses.filter((status) => status === 1).length;
}

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((done) => setTimeout(done, 5));
};

test("a service writes snapshots beside its work, and starts from the last of them", async () => {
  const dataDir = temporaryFolder();
  const first = await begin(dataDir, { snapshotEntries: 1_000 });
  expect(first.recovery).toMatchObject({ entries: 0, snapshotSeq: 0, replayed: 0, notes: [] });
  for (let from = 0; from < 4_000; from += 100) {
    expect(await post(first.service, from, from + 100)).toBe(100);
    if (from === 2_000) await until(() => first.outcomes.length > 0); // the thread is given time to be done
  }
  await until(() => first.outcomes.length > 1);
  await first.service.stop();
  for (const outcome of first.outcomes) expect(outcome).toHaveProperty("stateHash");
  const [newest] = listSnapshots(dataDir);
  const second = await begin(dataDir);
  expect(second.recovery).toMatchObject({ entries: 4_001, snapshotSeq: newest, replayed: 4_001 - newest!, notes: [] });
  expect(await post(second.service, 0, 4_010)).toBe(10);
  await second.service.stop();
  expect(second.outcomes).toEqual([]); // little came since the last one
});

test("a service that stops leaves a snapshot where much came since the last", async () => {
  const dataDir = temporaryFolder();
  const first = await begin(dataDir);
  await post(first.service, 0, 6_000);
  await first.service.stop();
  expect(first.outcomes).toMatchObject([{ seq: 6_001, stateHash: stateHash(readBook(dataDir, {})) }]);
  const second = await begin(dataDir);
  expect(second.recovery).toMatchObject({ entries: 6_001, snapshotSeq: 6_001, replayed: 0 });
  expect(await post(second.service, 5_990, 6_001)).toBe(1);
  await second.service.stop();
});

test("a snapshot that cannot be written harms nothing: the service says so, and tries again", async () => {
  const dataDir = temporaryFolder();
  const full = new URL(`data:text/javascript,throw Object.assign(new Error("no space left for a snapshot"), { code: "ENOSPC" });`);
  let failing = false;
  const disk = { ...realDisk, write: (...of: Parameters<typeof realDisk.write>) => {
    if (failing) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    return realDisk.write(...of);
  } };
  const { service, outcomes } = await begin(dataDir, { snapshotEntries: 1_000, snapshotProgram: full, disk });
  for (let from = 0; outcomes.length < 3; from += 100) expect(await post(service, from, from + 100)).toBe(100);
  expect(outcomes.slice(0, 3)).toEqual([1, 2, 3].map(() => ({ failed: "no space left for a snapshot" })));
  expect(service.state).toBe("ready");
  expect(await post(service, 1_000_000, 1_006_000)).toBe(6_000);
  failing = true;
  await service.stop();
  expect(outcomes.at(-1)).toEqual({ failed: "no space left on device" });
  expect(fs.readdirSync(snapshotFolder(dataDir))).toEqual([]);
  const again = await begin(dataDir);
  expect(await post(again.service, 1_005_999, 1_006_001)).toBe(1);
  await again.service.stop();
});

test("an import leaves a snapshot, which commands read and verify compares with the journal", () => {
  const folder = temporaryFolder();
  const [fills, config, dataDir] = [join(folder, "fills.csv"), join(folder, "fillbook.yaml"), join(folder, "data")];
  const rows = Array.from({ length: 2_500 }, (_, i) => `t${i},kraken,BTC/USD,${i % 3 === 0 ? "sell" : "buy"},1.5,${100 + (i % 7)},2024-01-0${1 + (i % 9)}`);
  fs.writeFileSync(fills, `id,venue,symbol,side,quantity,price,timestamp\n${rows.join("\n")}\n`);
  fs.writeFileSync(config, "snapshot_entries: 1000\n");
  const run = (...words: string[]) => runCommand([...words, "--data", dataDir, "--config", config], folder, process.env);
  expect(run("import", fills)).toMatchObject({ status: 0, stderr: "" });
  expect(listSnapshots(dataDir)).toEqual([2_501]);
  const positions = run("positions", "--json").stdout;
  expect(run("import", fills).stdout).toMatch(/^0 accepted, 2,500 duplicates/);
  expect(run("verify")).toMatchObject({ status: 0, stdout: expect.stringContaining("snapshot at entry 2,501: its state, and the identities of its fills, are those of the full replay") as string });
  const path = snapshotPath(dataDir, 2_501);
  const bytes = fs.readFileSync(path);
  bytes[200]! ^= 4;
  fs.writeFileSync(path, bytes);
  const { status, stdout } = run("verify", "--json");
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, differences: [], snapshots: [{ seq: 2_501, stateHash: null, problem: expect.stringMatching(/body checksum/) as string }] });
  const drop = (text: string) => text.replace(/"asOf": ".*"/, "");
  expect(drop(run("positions", "--json").stdout)).toBe(drop(positions));
  expect(run("import", fills)).toMatchObject({ status: 0, stderr: expect.stringMatching(/is left aside: .*body checksum/) as string });
  fs.rmSync(snapshotFolder(dataDir), { recursive: true });
  expect(drop(run("positions", "--json").stdout)).toBe(drop(positions));
});
