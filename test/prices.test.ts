import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COMMAND, CommandFolder, environment } from "./command-kit.ts";

const at = new CommandFolder();
const { run, json, write, hash } = at;

const WIDE = "date;SPY;LATE\n2024-01-02;472.6499938964844;\n2024-01-03;468.79;1e-7\n";
const LONG = "date,symbol,close,volume\n2024-01-04,SPY,467.28,5\n2024-01-04,SPY,0,5\n";

test("wide and long tables are taken, twice is once, and the book that an export makes is the same", () => {
  write("wide.csv", WIDE);
  write("long.csv", LONG);
  expect(run("prices", "wide.csv", "long.csv")).toMatchObject({ status: 1, stdout: "4 accepted, 0 duplicates, 1 refused; the journal ends at entry 4\nrefused rows with their reasons: long.csv.refused.csv\n", stderr: expect.stringContaining("columns that are not read: volume") as string });
  expect(readFileSync(join(at.path, "long.csv.refused.csv"), "utf8")).toContain("3,close,");
  expect(json("prices", "wide.csv")).toEqual({ accepted: 0, duplicates: 3, refused: 0, seq: 4, refusedFiles: [], warnings: [] });
  run("export", "--out", "out");
  expect(readFileSync(join(at.path, "out/prices.csv"), "utf8")).toBe("date,symbol,close\n2024-01-03,LATE,1e-7\n2024-01-02,SPY,472.6499938964844\n2024-01-03,SPY,468.79\n2024-01-04,SPY,467.28\n");
  write("book.json", run("export", "--format", "json").stdout);
  expect(json("prices", "out/prices.csv", "--data", "again")).toMatchObject({ accepted: 4 });
  expect(json("import", "book.json", "--data", "third")).toMatchObject({ refused: 0, seq: 3 });
  expect(hash("third")).toBe(hash("again"));
});

test.each([
  [["prices", "none.csv"], "none.csv: there is no such file"],
  [["prices", "wide.csv", "--period", "1h"], '--period: "1h" is none of 1d'],
  [["prices", "bars.csv"], 'bars.csv:1:11: "close" is no symbol'],
])("%j leaves nothing behind, and says why", (words, says) => {
  write("wide.csv", WIDE);
  write("bars.csv", "date,high,close\n2024-01-02,2,1\n");
  expect(run(...words)).toMatchObject({ status: 2, stderr: expect.stringContaining(says) as string });
  expect(existsSync(join(at.path, "data"))).toBe(false);
});

test("a close of a day that has not begun is refused, with its row", () => {
  write("wide.csv", "date,SPY\n2024-01-02,1\n2199-01-02,2\n");
  expect(json("prices", "wide.csv")).toMatchObject({ accepted: 1, refused: 1 });
  expect(readFileSync(join(at.path, "wide.csv.refused.csv"), "utf8")).toMatch(/0,date,future_time: 2199-01-02 has not begun.*"2199-01-02,SPY,2"/);
});

test("while a service runs they go through it, and are there after its end", async () => {
  write("wide.csv", WIDE);
  const service = spawn(process.execPath, [COMMAND, "serve", "--json", "--port", "0"], { cwd: at.path, env: environment, stdio: ["ignore", "pipe", "ignore"] });
  try {
    await once(service.stdout, "data");
    expect(json("prices", "wide.csv")).toMatchObject({ accepted: 3, duplicates: 0, seq: 3 });
    expect(json("prices", "wide.csv")).toMatchObject({ accepted: 0, duplicates: 3 });
  } finally {
    service.kill("SIGTERM");
    await once(service, "exit");
  }
  run("prices", "wide.csv", "--data", "again");
  expect(hash("data")).toBe(hash("again"));
});
