import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { finished } from "../src/core/num/index.ts";
import { Directory } from "../src/core/model/index.ts";
import { Ledger } from "../src/runtime/index.ts";
import { columnsOf } from "./acts.ts";
import { runCommand } from "./command-kit.ts";
import { plainFill, temporaryFolder } from "./journal-kit.ts";

/** The built command on a journal of small segments. */
function run(folder: string, ...args: string[]): { readonly status: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = runCommand(args, folder, { ...process.env, FILLBOOK_DATA: "data", FILLBOOK_DATABASE__URL: "off" });
  return { status, out: stdout, err: stderr };
}

function withJournal(): string {
  const folder = temporaryFolder();
  let ns = 1_704_067_200_000_000_000n; // 2024-01-01
  const ledger = finished(Ledger.recover({ dataDir: join(folder, "data"), currency: "USD", clock: { nowNs: () => (ns += 3_600_000_000_000n) }, segmentBytes: 3_000 }));
  const source = new Directory();
  for (let n = 0; n < 60; n += 1) {
    ledger.bookFills(columnsOf([plainFill(`f${n}`)], source), source);
    ledger.sync();
  }
  ledger.close();
  return folder;
}

const segments = (folder: string) => readdirSync(join(folder, "data/journal")).filter((name) => name.endsWith(".fbj"));

test("fillbook archive: what it says, and that history, export and positions are as before", () => {
  const folder = withJournal();
  const asked = [["positions", "--json", "--seq", "50"], ["history", "--json"], ["export", "--format", "json"], ["pnl", "--by", "venue", "--json"]];
  const before = asked.map((args) => run(folder, ...args).out);
  const count = segments(folder).length;
  expect(run(folder, "archive", "--to", "old", "--before", "2023-12-31").out).toBe("nothing to move: the segment that grows always stays, and no other is as old\n");
  const first = run(folder, "archive", "--to", "old", "--before", "2024-01-02");
  expect(first).toMatchObject({ status: 0, err: "" });
  expect(first.out).toMatch(/^00000000000000000001\.fbj \(entries 1 to \d+\) is now \.\.\/old\/00000000000000000001\.fbj\n/);
  expect(first.out).toMatch(/moved: the copies' checksums and the hash chain hold\. A start goes on from the snapshot at entry 61\n$/);
  const { moved, snapshotSeq } = JSON.parse(run(folder, "archive", "--to", join(folder, "older"), "--json").out) as { moved: { to: string; sha256: string }[]; snapshotSeq: number };
  expect(snapshotSeq).toBe(61);
  expect(moved[0]!.to).toMatch(new RegExp(`^${folder}/older/`));
  expect(segments(folder)).toHaveLength(1);
  expect(asked.map((args) => run(folder, ...args).out)).toEqual(before);
  expect(run(folder, "verify")).toMatchObject({ status: 0, out: expect.stringContaining(`archived: ${count - 1} of its ${count} segments, each the file that was moved away, by its SHA-256\n`) as string });
  expect(spawnSync("sha256sum", [join(folder, "older", readdirSync(join(folder, "older"))[0]!)], { encoding: "utf8" }).stdout.slice(0, 64)).toBe(moved[0]!.sha256);
});

test("with the archive away the current book is shown, the past says what it needs, verify says what it could not check", () => {
  const folder = withJournal();
  const current = run(folder, "positions", "--json").out.replace(/"asOf":.*/, "");
  run(folder, "archive", "--to", "old");
  renameSync(join(folder, "old"), join(folder, "lost"));
  expect(run(folder, "positions", "--json").out.replace(/"asOf":.*/, "")).toBe(current);
  const { status, err } = run(folder, "history");
  expect([status, err]).toEqual([2, expect.stringMatching(/^fillbook: entries 1 to \d+ are needed, and their segment 0+1\.fbj is not at .*To go on: mount what holds it there, or copy it back/)]);
  expect(run(folder, "rebuild", "--database", "embedded")).toMatchObject({ status: 2, err: expect.stringMatching(/^fillbook: entries 1 to \d+ are needed/) as string });
  expect(existsSync(join(folder, "data/sql"))).toBe(false); // no table is dropped before that
  const verified = run(folder, "verify");
  expect([verified.status, verified.out]).toEqual([1, expect.stringMatching(/away: 0+1\.fbj, entries 1 to \d+, is not at .*\n(away: .*\n)*book: not checked/)]);
  expect(JSON.parse(run(folder, "verify", "--json").out)).toMatchObject({ ok: false, segments: 1 });
  writeFileSync(join(folder, "more.csv"), "id,venue,symbol,side,quantity,price,timestamp\nnew,kraken,BTC/USD,buy,1,1,2024-03-01\n");
  expect(run(folder, "import", "more.csv")).toMatchObject({ status: 0, out: "1 accepted, 0 duplicates, 0 refused; the journal ends at entry 62\n" });
  expect(statSync(join(folder, "lost")).isDirectory()).toBe(true);
});

test("fillbook archive: bad usage is told in a line", () => {
  const folder = withJournal();
  for (const [args, says] of [[[], /--to/], [["--to", "x", "--keep", "0"], /--keep: "0" is not a whole number of at least 1/], [["--to", "x", "--keep", "2", "--before", "2024-01-01"], /give one of them/], [["--to", "data/journal"], /keeps that folder itself/], [["--to", "x", "--data", "none"], /there is no such folder/]] as const) {
    const { status, err } = run(folder, "archive", ...args);
    expect([status, err]).toEqual([2, expect.stringMatching(says)]);
    expect(err.trim().split("\n")).toHaveLength(1);
  }
  expect(run(folder, "archive", "--help").out).toContain("Example:\n  fillbook archive --to /mnt/archive/fillbook --before 2026-01-01");
});
