import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FileJournal } from "../../src/journal/index.ts";
import { compareTables, openEmbedded } from "../../src/store/index.ts";
import { Random } from "../random.ts";
import { PostingClient, type PostedFill } from "./posting-client.ts";
import { freePort, ServiceProcess } from "./service-process.ts";

const CLIENTS = 4;
const MOST_ANSWERS = 24; // that a run may give before it is killed
const LONGEST_START_MS = 1500; // of a run that is killed early, however far it is

/** What a service that was killed over and over was found to hold. */
export interface Killed {
  readonly kills: number;
  readonly whileRecovering: number; // of them: before it was ready
  readonly attempts: number; // requests posted
  readonly answers: number;
  readonly fills: number; // acknowledged, each found once, at the entry told
  readonly pairs: number; // acknowledged, each found as posted
  readonly torn: number; // starts that cut a torn write off
  readonly rows: number; // of history in SQL: a fill each
  readonly positions: number; // in SQL, equal to the book's
}

/**
 * Runs the service under posting clients, its tables in the embedded database, kills it outright `times` times at seeded moments, and
 * compares at the end what was acknowledged with what it holds, and SQL with both. @throws Error for the first thing that is not so
 */
export async function killOver(program: string, seed: number, times: number, onKill?: (kills: number) => void): Promise<Killed> {
  const root = fs.mkdtempSync(join(tmpdir(), "fillbook-kill-"));
  const dataDir = join(root, "data");
  const random = new Random(seed);
  const port = await freePort();
  const clients = Array.from({ length: CLIENTS }, (_, n) => new PostingClient(`c${n}`, new Random(seed * 100 + n), port));
  let isOver = false;
  let whileRecovering = 0;
  let torn = 0;
  try {
    const posting = Promise.all(clients.map((client) => client.run(() => isOver)));
    posting.catch(() => undefined); // told below, or as soon as the next run begins
    for (let kills = 0; kills < times; kills += 1) {
      const run = new ServiceProcess({ program, dataDir, port });
      const early = random.chance(0.3);
      const waits = early ? sleep(random.below(LONGEST_START_MS)) : run.ready.then(() => answered(clients, random.below(MOST_ANSWERS)));
      const seen = { ready: false };
      run.ready.then(() => (seen.ready = true), () => undefined);
      await Promise.race([waits, posting]); // a client that fails ends it all
      await run.kill();
      if (!seen.ready) whileRecovering += 1;
      if (run.said.includes("was not finished")) torn += 1;
      onKill?.(kills + 1);
    }
    const last = new ServiceProcess({ program, dataDir, port });
    try {
      await last.ready;
      isOver = true;
      await posting;
    } finally {
      await last.stop();
    }
    const fills = mustHold(program, dataDir, clients);
    const pairs = mustHoldPairs(program, dataDir, clients);
    const tables = await mustHoldTables(program, dataDir, clients);
    return { kills: times, whileRecovering, attempts: sum(clients, "attempts"), answers: sum(clients, "answers"), fills, pairs, torn, ...tables };
  } finally {
    isOver = true;
    fs.rmSync(root, { recursive: true, force: true });
  }
}

/** Resolves once so many more posts are answered. */
async function answered(clients: readonly PostingClient[], more: number): Promise<void> {
  const enough = sum(clients, "answers") + more;
  while (sum(clients, "answers") < enough) await sleep(1);
}

/** Every acknowledged fill once, as posted, at the entry that was told; nothing that was not posted. Returns how many. */
function mustHold(program: string, dataDir: string, clients: readonly PostingClient[]): number {
  const verified = fillbook(program, dataDir, "verify");
  must(verified.status === 0, `fillbook verify ended with ${verified.status}: ${verified.stdout}${verified.stderr}`);
  const { stdout, status, stderr } = fillbook(program, dataDir, "export", "--format", "csv");
  must(status === 0, `fillbook export ended with ${status}: ${stderr}`);
  const posted = new Map(clients.flatMap((client) => [...client.posted]));
  const told = new Map(clients.flatMap((client) => [...client.told]));
  const held = new Set<string>();
  const [head = "", ...lines] = stdout.trimEnd().split("\n");
  const columns = head.trimEnd().split(",");
  for (const line of lines) {
    const cells = line.trimEnd().split(",");
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? "";
    const id = cell("id");
    must(!held.has(id), `${id} is there twice`);
    held.add(id);
    must(posted.has(id), `${id} is there, and nobody posted it`);
    must(Number(cell("seq")) === told.get(id), `${id} is entry ${cell("seq")}, and ${told.get(id)} was told`);
    mustBe(cell, posted.get(id)!);
  }
  for (const [id, seq] of told) must(held.has(id), `${id} was acknowledged as entry ${seq}, and is not there`);
  must(told.size > 0, "nothing was ever acknowledged");
  return told.size;
}

/** Every acknowledged pair with what was posted of it; none that was not posted. Returns how many. */
function mustHoldPairs(program: string, dataDir: string, clients: readonly PostingClient[]): number {
  const { stdout, status, stderr } = fillbook(program, dataDir, "pairs", "--json");
  must(status === 0, `fillbook pairs ended with ${status}: ${stderr}`);
  const { pairs } = JSON.parse(stdout) as { pairs: { pairId: string; legs: { venue: string; quantity: string; fills: number }[] }[] };
  const posted = new Map(clients.flatMap((client) => [...client.postedPairs]));
  const held = new Set<string>();
  for (const { pairId, legs } of pairs) {
    const row = posted.get(pairId);
    must(row !== undefined, `the pair ${pairId} is there, and nobody posted it`);
    for (const [venue, quantity] of [["kalshi", row!.kalshiQuantity], ["polymarket", row!.polymarketQuantity]] as const) {
      const leg = legs.find((one) => one.venue === venue);
      must(leg?.quantity === quantity && leg.fills === (quantity === "0" ? 0 : 1), `${pairId} at ${venue}: ${leg?.quantity} in ${leg?.fills} fills, posted was ${quantity}`);
    }
    held.add(pairId);
  }
  for (const pairId of clients.flatMap((client) => [...client.toldPairs])) must(held.has(pairId), `the pair ${pairId} was acknowledged, and is not there`);
  return held.size;
}

/** SQL tells the book of the journal's end: a row of history for each acknowledged fill, at its entry, and every position to the last digit. */
async function mustHoldTables(program: string, dataDir: string, clients: readonly PostingClient[]): Promise<Pick<Killed, "rows" | "positions">> {
  const asked = fillbook(program, dataDir, "sql", "--json", "SELECT fill_id, seq, account, venue, symbol, action, quantity, price, time_exact AS timestamp FROM trader_position_history ORDER BY seq"); // brings them to the end
  must(asked.status === 0, `fillbook sql ended with ${asked.status}: ${asked.stderr}`);
  const { rows } = JSON.parse(asked.stdout) as { rows: Record<string, string>[] };
  const posted = new Map(clients.flatMap((client) => [...client.posted]));
  const told = new Map(clients.flatMap((client) => [...client.told]));
  must(rows.length === told.size, `SQL has ${rows.length} fills, ${told.size} were acknowledged`);
  for (const row of rows) {
    const id = row["fill_id"]!;
    must(Number(row["seq"]) === told.get(id), `in SQL ${id} is entry ${row["seq"]}, and ${told.get(id)} was told`);
    mustBe((name) => row[name === "side" ? "action" : name]!, posted.get(id)!);
  }
  const journal = FileJournal.open(dataDir, { write: false });
  const db = await openEmbedded(dataDir);
  try {
    const checked = await compareTables(db, journal, { currency: "USD" });
    must(checked !== undefined && checked.seq === journal.nextSeq - 1, `SQL shows entry ${checked?.seq}, the journal ends at ${journal.nextSeq - 1}`);
    const [first] = checked!.differences;
    must(first === undefined, `${checked!.differences.length} rows in SQL are not the book's: ${first?.row} is ${first?.table}, in the book ${first?.book}`);
    const [days] = await db.query("SELECT sum(trades) AS trades FROM trader_daily_performance");
    must(Number(days?.["trades"]) === told.size, `the daily sums count ${String(days?.["trades"])} fills, ${told.size} were acknowledged`);
    return { rows: rows.length, positions: checked!.positions };
  } finally {
    await db.close();
    journal.close();
  }
}

function mustBe(cell: (name: string) => string, fill: PostedFill): void {
  for (const name of ["venue", "symbol", "side", "quantity", "price", "account"] as const) must(cell(name) === fill[name], `${fill.id}: ${name} is ${cell(name)}, posted was ${fill[name]}`);
  must(Date.parse(cell("timestamp")) === Date.parse(fill.timestamp), `${fill.id}: timestamp is ${cell("timestamp")}, posted was ${fill.timestamp}`);
}

function fillbook(program: string, dataDir: string, ...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...words, "--data", dataDir], { encoding: "utf8", maxBuffer: 1 << 30 });
}

function sum(clients: readonly PostingClient[], of: "attempts" | "answers"): number {
  return clients.reduce((total, client) => total + client[of], 0);
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
