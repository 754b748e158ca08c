import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startPostgres } from "../bench/postgres.ts";
import { COMMAND as command, runCommand } from "./command-kit.ts";
import { dropTables, openPostgres } from "../src/store/index.ts";
import { fillJson } from "./service-kit.ts";

/** The SQL tables as somebody meets them who runs commands: real processes, both databases. */
let folder: string;
let running: ChildProcess | undefined;
let server: { readonly url: string; readonly stop: () => Promise<void> };
let place: string;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "fillbook-postgres-"));
  chmodSync(place, 0o755);
  server = await startPostgres(place);
});
afterAll(async () => {
  await server.stop();
  rmSync(place, { recursive: true, force: true });
});
beforeEach(async () => {
  const db = await openPostgres(server.url);
  await dropTables(db);
  await db.close();
  folder = mkdtempSync(join(tmpdir(), "fillbook-tables-"));
});
afterEach(() => {
  if (running?.exitCode === null) running.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function fillbook(...args: string[]): { readonly status: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = runCommand(args, folder, { ...process.env, FILLBOOK_DATA: "data" });
  return { status, out: stdout, err: stderr };
}
function rows(query: string, ...args: string[]): unknown {
  const { out, err } = fillbook("sql", query, "--json", ...args);
  if (out === "") throw new Error(err);
  return (JSON.parse(out) as { rows: unknown }).rows;
}

const FILLS = `id,venue,symbol,side,quantity,price,timestamp,fee,strategy
1,kraken,BTC/USD,buy,0.5,60000,2024-03-01T10:00:00Z,12,carry
2,coinbase,BTC/USD,sell,0.2,61000,2024-03-02T10:00:00Z,3,carry
3,kraken,ETH/USD,buy,2,3000,2024-03-02T11:00:00Z,1,
`;
const POSITIONS = "SELECT symbol, venue, quantity, total_cost, realized_pnl FROM trader_positions ORDER BY symbol, venue";
const EXPECTED = [
  { symbol: "BTC/USD", venue: "", quantity: "0.3", total_cost: "18000", realized_pnl: "200" },
  { symbol: "BTC/USD", venue: "coinbase", quantity: "-0.2", total_cost: "12200", realized_pnl: "0" },
  { symbol: "BTC/USD", venue: "kraken", quantity: "0.5", total_cost: "30000", realized_pnl: "0" },
  { symbol: "ETH/USD", venue: "", quantity: "2", total_cost: "6000", realized_pnl: "0" },
  { symbol: "ETH/USD", venue: "kraken", quantity: "2", total_cost: "6000", realized_pnl: "0" },
];

for (const [name, args] of [["the embedded database", () => []], ["a PostgreSQL server", () => ["--database", server.url]]] as const) {
  test(`${name}: after an import the four tables are filled, verify compares them, rebuild writes them again, a bust changes them`, () => {
    writeFileSync(join(folder, "fills.csv"), FILLS);
    expect(fillbook("rebuild", ...args())).toMatchObject({ status: 2, err: expect.stringContaining("data: there is no such folder") as string });
    expect(fillbook("import", "fills.csv", ...args()).status).toBe(0);
    expect(rows(POSITIONS, ...args())).toEqual(EXPECTED);
    expect(rows("SELECT EXISTS (TABLE trader_position_history) AS a, EXISTS (TABLE trader_performance) AS b, EXISTS (TABLE trader_risk_metrics) AS c", ...args())).toEqual([{ a: true, b: true, c: true }]);
    expect(fillbook("verify", ...args())).toMatchObject({ status: 0, out: expect.stringContaining("tables: the 5 positions in") as string });
    const before = rows("SELECT * FROM trader_position_history ORDER BY seq", ...args());
    expect(fillbook("rebuild", ...args()).status).toBe(0);
    expect(rows("SELECT * FROM trader_position_history ORDER BY seq", ...args())).toEqual(before);
    writeFileSync(join(folder, "busts.csv"), "type,venue,symbol,fill\nbust,coinbase,BTC/USD,2\n");
    expect(fillbook("events", "busts.csv", ...args()).status).toBe(0);
    expect(rows("SELECT fill_id, revision, p.quantity AS holds, p.realized_pnl AS realized FROM trader_position_history h JOIN trader_positions p ON p.id = position_id ORDER BY h.seq", ...args())).toEqual([
      { fill_id: "1", revision: "0", holds: "0.5", realized: "0" },
      { fill_id: "3", revision: "0", holds: "2", realized: "0" },
    ]);
    expect(fillbook("sql", "DELETE FROM trader_positions", ...args())).toMatchObject({ status: 2, err: expect.stringMatching(/^fillbook: the query fails: cannot execute DELETE in a read-only transaction/) as string });
  });
}

test("tables that say something else than the book are found by verify", async () => {
  writeFileSync(join(folder, "fills.csv"), FILLS);
  writeFileSync(join(folder, "pairs.csv"), "id,venue,symbol,side,quantity,price,timestamp,fee,pair_id,outcome\n9,kalshi,KXRAIN,buy,2,0.5,2026-02-08T03:00:00Z,0.04,rain,no\n");
  expect(fillbook("import", "fills.csv", "--database", server.url).status).toBe(0);
  expect(fillbook("import", "pairs.csv", "--database", server.url).status).toBe(0);
  expect(fillbook("verify", "--database", server.url)).toMatchObject({ status: 0, out: expect.stringContaining("tables: the 5 positions and the 1 pair in") as string });
  const { default: pg } = await import("pg");
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query("UPDATE trader_positions SET quantity = quantity + 0.00000001 WHERE symbol = 'ETH/USD' AND venue = ''");
  await client.query("UPDATE trader_pairs SET cost_cents = cost_cents + 0.01");
  await client.end();
  expect(fillbook("verify", "--database", server.url)).toMatchObject({ status: 1, out: expect.stringMatching(/default ETH\/USD net: 2\.00000001[^]*pair rain: cost_cents 104\.01, by the book cost_cents 104$/m) as string });
  expect(fillbook("import", "pairs.csv", "--database", "off", "--data", "other").status).toBe(0);
  expect(fillbook("import", "fills.csv", "--database", server.url, "--data", "other")).toMatchObject({ status: 0, err: expect.stringContaining("follows another journal") as string });
});

async function serve(...more: string[]): Promise<{ readonly url: string; readonly said: () => string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [command, "serve", "--data", join(folder, "data"), "--port", "0", "--json", ...more], { stdio: ["ignore", "pipe", "pipe"] });
  running = child;
  let text = "";
  child.stderr.on("data", (data: Buffer) => (text += data.toString()));
  const [line] = (await Promise.race([once(child.stdout, "data"), once(child, "exit").then(() => Promise.reject(new Error(text)))])) as [Buffer];
  return { url: (JSON.parse(line.toString()) as { url: string }).url, said: () => text, child };
}
async function reached(url: string, seq: number): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (Number(/^fillbook_store_seq (\d+)/m.exec(text)?.[1] ?? 0) >= seq) return;
    await wait(50);
  }
}
const post = (url: string, ids: readonly string[]) => fetch(`${url}/v1/fills`, { method: "POST", body: JSON.stringify(ids.map((id) => fillJson(id))), headers: { "content-type": "application/json" } });

test("the tables follow a running service, survive kill -9, and are held while it runs", async () => {
  const first = await serve();
  await post(first.url, ["1", "2", "3"]);
  await reached(first.url, 4);
  expect(fillbook("sql", "SELECT 1")).toMatchObject({ status: 2, err: expect.stringContaining("holds the embedded database") as string });
  await post(first.url, Array.from({ length: 500 }, (_, i) => `k${i}`));
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  const second = await serve();
  await reached(second.url, 504);
  second.child.kill("SIGTERM");
  expect(await once(second.child, "exit")).toEqual([0, null]);
  expect(rows("SELECT count(*) AS fills, max(seq) AS seq FROM trader_position_history")).toEqual([{ fills: "503", seq: "504" }]);
  expect(fillbook("verify")).toMatchObject({ status: 0, out: expect.stringContaining("are those of the book at entry 504") as string });
});

test("a service whose tables know more than its journal stops; one whose server is away goes on without", async () => {
  writeFileSync(join(folder, "one.csv"), FILLS.split("\n").slice(0, 2).join("\n"));
  writeFileSync(join(folder, "fills.csv"), FILLS);
  expect(fillbook("import", "one.csv", "--database", "off").status).toBe(0);
  cpSync(join(folder, "data"), join(folder, "early"), { recursive: true });
  expect(fillbook("import", "fills.csv", "--database", server.url).status).toBe(0);
  rmSync(join(folder, "data"), { recursive: true });
  cpSync(join(folder, "early"), join(folder, "data"), { recursive: true });
  const ahead = await serve("--database", server.url);
  expect(await once(ahead.child, "exit")).toEqual([1, null]);
  expect(ahead.said()).toContain("knows entry 4, the journal ends at 2");
  const alone = await serve("--database", "postgres://nobody@127.0.0.1:9/none");
  expect((await post(alone.url, ["3"])).status).toBe(200);
  while (!alone.said().includes("cannot be reached")) await wait(50);
  alone.child.kill("SIGTERM");
  expect(await once(alone.child, "exit")).toEqual([0, null]);
});

test("beside a service that writes to a server, commands ask and compare the tables, and rebuild does not take them away", async () => {
  const service = await serve("--database", server.url);
  await post(service.url, ["first"]);
  await reached(service.url, 2);
  let posted = 0;
  const posting = (async () => {
    for (; running?.exitCode === null && posted < 20_000; posted += 20) {
      await post(service.url, Array.from({ length: 20 }, (_, i) => `b${posted + i}`)).catch(() => undefined);
      await wait(10);
    }
  })();
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const { status, out } = await beside("sql", "SELECT (SELECT seq FROM fillbook_cursor) AS seq, count(*) + 1 AS fills FROM trader_position_history", "--json", "--database", server.url);
    expect(status).toBe(0);
    const { seq, rows: [row] } = JSON.parse(out) as { seq: number; rows: [{ seq: string; fills: string }] };
    expect(row).toEqual({ seq: `${seq}`, fills: `${seq}` }); // all of it is of one moment
    expect(await beside("verify", "--database", server.url)).toMatchObject({ status: 0, out: expect.stringContaining("are those of the book at entry") as string });
  }
  expect(await beside("rebuild", "--database", server.url)).toMatchObject({ status: 2, err: expect.stringMatching(/^fillbook: a service, or another command, writes the tables of .*: stop it first\n$/) as string });
  service.child.kill("SIGTERM");
  expect(await once(service.child, "exit")).toEqual([0, null]);
  await posting;
  expect(service.said()).not.toContain("do not follow");
  expect(fillbook("rebuild", "--database", server.url).status).toBe(0);
});

test("what a database refuses is one line: tables that are not Fillbook's, two columns of one name", async () => {
  writeFileSync(join(folder, "fills.csv"), FILLS);
  expect(fillbook("import", "fills.csv", "--database", "off").status).toBe(0);
  const db = await openPostgres(server.url);
  await db.run("CREATE TABLE trader_positions (mine INTEGER)");
  for (const name of ["rebuild", "verify"]) expect(fillbook(name, "--database", server.url), name).toMatchObject({ status: 2, err: expect.stringMatching(/^fillbook: the PostgreSQL server at .* holds a table trader_positions that Fillbook did not make: give it a database of its own\n$/) as string });
  await db.run("DROP TABLE trader_positions");
  expect(fillbook("sql", "SELECT sum(fee), sum(price) FROM trader_position_history", "--database", server.url)).toMatchObject({ status: 2, err: expect.stringContaining("two columns are called sum: give each a name of its own with AS") as string });
  await db.run("DROP TABLE trader_marks");
  expect(fillbook("rebuild", "--database", server.url).status).toBe(0);
  await db.close();
});

/** A command, while this process goes on. */
async function beside(...args: string[]): Promise<{ readonly status: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [command, ...args], { cwd: folder, env: { ...process.env, FILLBOOK_DATA: "data" }, stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (out += data.toString()));
  child.stderr.on("data", (data: Buffer) => (err += data.toString()));
  const [status] = (await once(child, "close")) as [number | null];
  return { status, out, err };
}

test("opportunities that a service sees have a row each, from their first sight to their last; a rebuild keeps these, which no journal holds", async () => {
  writeFileSync(join(folder, "fillbook.yaml"), "venues: {a: {taker_fees: 0.001}, b: {taker_fees: 0.001}}\nmarkets: {max_age: 1h}\n");
  const { url, child } = await serve("--database", server.url, "--config", join(folder, "fillbook.yaml"));
  const book = (venue: string, bid: string, ask: string) => fetch(`${url}/v1/books`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ type: "snapshot", venue, symbol: "XYZ/USD", timestamp: new Date().toISOString(), bids: [[bid, "5"]], asks: [[ask, "5"]] }) });
  const db = await openPostgres(server.url);
  const seen = () => db.query("SELECT symbol, buy_venue, sell_venue, quantity, net_profit, best_net_profit, basis_points, last_seen >= first_seen AS lived FROM trader_opportunities ORDER BY first_seen");
  const until = async (holds: (all: readonly Record<string, unknown>[]) => boolean) => {
    while (!holds(await seen().catch(() => []))) await wait(50);
  };
  await book("a", "99", "100");
  await book("b", "103", "104");
  await until((all) => all.length === 1);
  await book("b", "102", "104"); // smaller now
  await until((all) => all[0]!["net_profit"] === "8.99");
  expect(await seen()).toEqual([{ symbol: "XYZ/USD", buy_venue: "a", sell_venue: "b", quantity: "5", net_profit: "8.99", best_net_profit: "13.985", basis_points: "179.8", lived: true }]);
  await book("b", "99", "104");
  await book("b", "101", "104"); // another one
  await book("b", "99", "104"); // which is over before it was looked at
  await until((all) => all.length === 2);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  const before = await db.query("SELECT * FROM trader_opportunities ORDER BY id");
  expect(fillbook("rebuild", "--database", server.url).status).toBe(0);
  expect(await db.query("SELECT * FROM trader_opportunities ORDER BY id")).toEqual(before);
  await db.close();
});
