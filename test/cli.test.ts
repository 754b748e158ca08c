import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { HistoryRow } from "../src/core/engine/index.ts";
import type { PositionView, PnlView, TripTotals, TripView } from "../src/core/book/index.ts";
import { COMMAND as command, runCommand } from "./command-kit.ts";
import { root } from "./files.ts";

/** The built command, run as a user runs it, with real files; in processes of its own where it matters how they end. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fillbook-cli-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function fillbook(...args: string[]): Ended {
  const { status, stdout, stderr } = runCommand(args, folder, { ...process.env, FILLBOOK_DATA: "data" });
  return { status, out: stdout, err: stderr };
}
function json<T>(...args: string[]): T {
  const { out, err, status } = fillbook(...args, "--json");
  if (out === "") throw new Error(`status ${status}: ${err}`);
  return JSON.parse(out) as T;
}
function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return name;
}
const positions = (...args: string[]) => json<{ seq: number; asOf: string; positions: PositionView[] }>("positions", ...args);
const figures = (...args: string[]) => positions(...args).positions;

const header = "id,venue,symbol,side,quantity,price,timestamp,fee";
const fills = `${header}
1,kraken,BTC/USD,buy,0.5,60000,2024-03-01T10:00:00Z,12
2,coinbase,BTC/USD,buy,0.25,60400,2024-03-01T11:00:00Z,6.04
3,kraken,BTC/USD,sell,0.6,61000,2024-03-02T09:30:00Z,14.64
4,kraken,ETH/USD,sell,2,3400,2024-03-02T10:00:00Z,-0.5
`;

test("a session: import, look, the same again, mark, and everything survives", () => {
  expect(fillbook("import", file("fills.csv", fills))).toMatchObject({ status: 0, out: "4 accepted, 0 duplicates, 0 refused; the journal ends at entry 5\n" });
  expect(json("import", "fills.csv")).toMatchObject({ accepted: 0, duplicates: 4, refused: 0, seq: 5 });
  const [btc, eth] = figures();
  // 30000 + 15100 = 45100 for 0.75; 0.6 of it releases 36080; 36600 − 36080 = 520
  expect(btc).toMatchObject({ account: "default", symbol: "BTC/USD", status: "open", quantity: "0.15", avgPrice: "60133.3333333", totalCost: "9020", realizedPnl: "520", fees: "32.68", feesByCurrency: { USD: "32.68" }, netRealizedPnl: "487.32", unrealizedPnl: null, totalPnl: null, numTrades: 3, totalVolume: "1.35", currency: "USD", openedAt: "2024-03-01T10:00:00Z", lastUpdated: "2024-03-02T09:30:00Z" });
  expect(btc!.venues).toMatchObject([{ venue: "kraken", quantity: "-0.1", realizedPnl: "500" }, { venue: "coinbase", quantity: "0.25", realizedPnl: "0" }]);
  expect(eth).toMatchObject({ quantity: "-2", totalCost: "6800", fees: "-0.5" });

  expect(fillbook("marks", file("marks.csv", "venue,symbol,price,timestamp\n,BTC/USD,62000,2024-03-02T12:00:00Z\n,ETH/USD,3300,2024-03-02T12:00:00Z\n")).out).toContain("2 accepted");
  expect(json("marks", "marks.csv")).toMatchObject({ accepted: 0, unchanged: 2, seq: 7 });
  expect(figures("--symbol", "BTC/USD")[0]).toMatchObject({ unrealizedPnl: "280", totalPnl: "800", netTotalPnl: "767.32", positionValue: "9300", markPrice: "62000" });
  expect(json<PnlView>("pnl", "--by", "symbol").total).toEqual({ realized: "520", unrealized: "480", fees: "32.18", funding: "0", net: "967.82" });
  expect(json<PnlView>("pnl", "--by", "venue").total).toMatchObject({ fees: "32.18", net: "967.82" });
  expect(fillbook("verify")).toMatchObject({ status: 0 });
});

test("the book of a time, of an entry, and the history that leads there", () => {
  fillbook("import", file("fills.csv", fills));
  expect(figures("--at", "2024-03-01T10:30:00Z")).toMatchObject([{ symbol: "BTC/USD", quantity: "0.5" }]);
  expect(positions("--at", "2024-03-01T10:30:00Z").asOf).toBe("2024-03-01T10:30:00Z");
  expect(figures("--seq", "3")).toMatchObject([{ quantity: "0.75" }]);
  const { history, next } = json<{ history: HistoryRow[]; next: number | null }>("history", "BTC/USD", "--limit", "2");
  expect(history.map(({ id, action, quantity, positionAfter }) => [id, action, quantity, positionAfter.quantity])).toEqual([["1", "buy", "0.5", "0.5"], ["2", "buy", "0.25", "0.75"]]);
  expect(json<{ history: HistoryRow[] }>("history", "BTC/USD", "--cursor", `${next}`).history).toMatchObject([{ id: "3", realizedPnl: "520", late: false, revision: 0, venuePositionAfter: { venue: "kraken", quantity: "-0.1" } }]);
});

test("csv, json, ndjson, each gzipped: one book", () => {
  const rows = fills.trim().split("\n").slice(1).map((line) => {
    const [id, venue, symbol, side, quantity, price, timestamp, fee] = line.split(",");
    return `{"id":"${id}","venue":"${venue}","symbol":"${symbol}","side":"${side}","quantity":${quantity},"price":${price},"timestamp":"${timestamp}","fee":${fee}}`;
  });
  const forms = { "a.csv": fills, "a.json": `[${rows.join(",\n")}]`, "a.ndjson": `${rows.join("\n")}\n` };
  const books = Object.entries(forms).flatMap(([name, content]) =>
    [file(name, content), file(`${name}.gz`, gzipSync(content))].map((path) => {
      expect(fillbook("import", path, "--data", `d-${path}`).status).toBe(0);
      return figures("--data", `d-${path}`);
    }),
  );
  for (const book of books) expect(book).toEqual(books[0]);
});

test("good rows are booked, bad ones listed with line, column and reason; status 1", () => {
  file("mixed.csv", `${header}\n1,x,ABC,buy,1,10,2024-03-01,\n2,x,ABC,buy,NaN,10,2024-03-01,\n3,x,ABC,hold,1,10,2024-03-01,\n4,x,ABC,buy,2,10,2024-02-30,\n5,x,ABC,sell,1,12,2024-03-02,\n1,x,ABC,buy,1,11,2024-03-01,\n`);
  expect(fillbook("import", "mixed.csv")).toMatchObject({ status: 1, out: expect.stringContaining("2 accepted, 0 duplicates, 4 refused") as string });
  const lines = readFileSync(join(folder, "mixed.csv.refused.csv"), "utf8").trim().split("\n");
  expect(lines.map((line) => line.split(",").slice(0, 2).join(","))).toEqual(["line,column", "3,quantity", "4,side", "5,timestamp", "7,"]);
  expect(lines[4]).toContain("already booked as entry 2 with other content: price 10, now 11");
  expect(figures()).toMatchObject([{ quantity: "0", realizedPnl: "2", status: "closed" }]);
});

test("a list of refused rows that comes along with *.csv is left out, and a file that is none is never written over", () => {
  file("a.csv", `${header}\n1,x,ABC,buy,1,10,2024-03-01,\n2,x,ABC,hold,1,10,2024-03-01,\n`);
  expect(fillbook("import", "a.csv").status).toBe(1);
  const again = fillbook("import", "a.csv", "a.csv.refused.csv");
  expect(again).toMatchObject({ status: 1, out: expect.stringContaining("0 accepted, 1 duplicates, 1 refused") as string });
  expect(again.err).toContain("a.csv.refused.csv lists rows that an earlier import of a.csv refused: it is left out");
  const mended = file("a.csv.refused.csv", `${header}\n2,x,ABC,buy,1,10,2024-03-01,\n`);
  expect(fillbook("import", "./a.csv", mended)).toMatchObject({ status: 2, err: expect.stringContaining("the refused rows of ./a.csv are written there: rename it first") as string });
  expect(readFileSync(join(folder, mended), "utf8")).toContain("2,x,ABC,buy");
});

test("two names of one file write one list of refused rows", () => {
  file("a.csv", `${header}\n2,x,ABC,hold,1,10,2024-03-01,\n`);
  expect(json("import", "a.csv", "./a.csv")).toMatchObject({ refused: 2, refusedFiles: ["a.csv.refused.csv"] });
  expect(readFileSync(join(folder, "a.csv.refused.csv"), "utf8").trim().split("\n").map((line) => line.slice(0, 6))).toEqual(["line,c", "2,side", "2,side"]);
});

test("an import that the disk stops half way says how much was booked, and run again books the rest", () => {
  const rows = Array.from({ length: 40_000 }, (_, i) => `trade-${i},kraken,ABC,buy,1,${i}.5,${1_709_208_000 + i},`);
  file("many.csv", `${header}\n${rows.join("\n")}\n`);
  const blocks = 1500; // of 1,024 bytes, which no file may be longer than: the first write to the journal fits, the second does not
  const { status, stderr } = spawnSync("bash", ["-c", `ulimit -f ${blocks}; exec "$0" "$@"`, process.execPath, command, "import", "many.csv", "--data", "data", "--database", "off"], { cwd: folder, encoding: "utf8" });
  expect(status).toBe(2);
  expect(stderr).toMatch(/16,384 rows were booked before the import stopped. Run it again once that is mended: they are duplicates then\nfillbook: could not write/);
  expect(json("import", "many.csv")).toMatchObject({ accepted: 40_000 - 16_384, duplicates: 16_384, refused: 0 });
});

test.each([
  ["an unknown column", `${header},qty\n`, /bad\.csv:1:\d+: .*qty.*quantity/],
  ["a missing column", "id,venue,symbol,side,price,timestamp\n1,x,A,buy,1,2024-01-01\n", /bad\.csv:1.*quantity/],
  ["an empty file", "", /bad\.csv.*empty/],
])("%s ends with status 2, one line, and books nothing", (_, content, said) => {
  const { status, out, err } = fillbook("import", file("bad.csv", content));
  expect([status, out]).toEqual([2, ""]);
  expect(err.trim().split("\n")).toHaveLength(1);
  expect(err).toMatch(said);
  expect(figures()).toEqual([]);
});

test("one unreadable file among several: nothing of the others is booked", () => {
  expect(fillbook("import", file("good.csv", fills), file("bad.csv", "nonsense\n1\n")).status).toBe(2);
  expect(figures()).toEqual([]);
});

test.each<string[]>([["positions", "--at", "yesterday"], ["positions", "--status", "half"], ["pnl", "--by", "colour"], ["pnl", "--view", "rosy"], ["trips", "--from", "noon"], ["history", "--limit", "0"], ["positions", "--sybmol", "A"], ["import"], ["import", "nowhere.csv"], ["frobnicate"]])("bad usage ends with status 2 and says why: %s %s %s", (...args) => {
  const { status, err } = fillbook(...args);
  expect(status).toBe(2);
  expect(err.trim()).not.toBe("");
  expect(err).not.toContain("    at ");
});

test("definitions and marks come with a book that is exported and imported again", () => {
  fillbook("import", file("fills.csv", fills));
  file("late.csv", `${header}\n9,kraken,BTC/USD,sell,0.10,59000.5,1709280000123,0.1\n10,cme,FUT,buy,3,100.25,2024-03-05T00:00:00.000001Z,2\n`);
  fillbook("import", "late.csv");
  file("instruments.csv", "venue,symbol,kind,base,quote,settle,multiplier,inverse,price_increment,quantity_increment,expires\n,FUT,future,FUT,EUR,EUR,50,false,0.25,1,2024-12-20\n");
  expect(fillbook("instruments", "instruments.csv")).toMatchObject({ status: 0, out: "1 defined, 0 unchanged, 0 refused\n" });
  fillbook("marks", file("marks.csv", "venue,symbol,price,timestamp\ncme,FUT,101,2024-03-05T00:00:00Z\n,BTC/USD,60000,2024-03-05\n"));
  expect(figures("--symbol", "FUT")).toMatchObject([{ kind: "future", currency: "EUR", totalCost: "15037.5", unrealizedPnl: "112.5" }]);

  file("all.json", fillbook("export", "--format", "json").out);
  expect(fillbook("import", "all.json", "--data", "again").status).toBe(0);
  fillbook("export", "--out", "folder");
  for (const [verb, name] of [["instruments", "instruments"], ["import", "fills"], ["marks", "marks"]] as const) expect(fillbook(verb, `folder/${name}.csv`, "--data", "csv").status).toBe(0);
  const at = ["--at", "2024-04-01"];
  expect(figures(...at, "--data", "again")).toEqual(figures(...at));
  expect(figures(...at, "--data", "csv")).toEqual(figures(...at));
  const late = json<{ history: HistoryRow[] }>("history", "BTC/USD", "--data", "again").history.at(-1)!;
  expect(late).toMatchObject({ id: "9", late: true, quantity: "0.1", timestamp: "2024-03-01T08:00:00.123Z" });
});

const eventRows = `type,venue,symbol,timestamp,amount,currency,quantity,cost,ratio,to,method,fill
deposit,,,2024-02-29T00:00:00Z,100000,USD,,,,,,
deposit,kraken,SOL/USD,2024-03-01T10:30:00Z,,,10,1000,,,,
withdrawal,kraken,SOL/USD,2024-03-01T10:40:00Z,,,4,,,,,
split,,BTC/USD,2024-03-01T12:00:00Z,,,,,2,,,
rename,,SOL/USD,2024-03-01T13:00:00Z,,,,,,NEW/USD,,
funding,kraken,ETH/USD,2024-03-03T00:00:00Z,-1.5,,,,,,,
configure,,,2024-03-04T00:00:00Z,,,,,,,fifo,
`;

test("events go between the fills by their time; busted, amended, exported and imported again, the book is the same", () => {
  file("fills.csv", fills);
  expect(json("import", "fills.csv", "--events", file("events.csv", eventRows))).toMatchObject({ accepted: 4, events: 7, duplicates: 0, refused: 0 });
  expect(json("import", "fills.csv", "--events", "events.csv")).toMatchObject({ accepted: 0, events: 0, duplicates: 11, refused: 0 });
  // 0.75 become 1.5 units; FIFO closes 0.6 of the first 1.0, which cost 30000
  const [btc, eth, sol] = figures();
  expect(btc).toMatchObject({ method: "fifo", quantity: "0.9", totalCost: "27100", realizedPnl: "18600", lots: [{ id: "1", quantity: "0.4", price: "30000", cost: "12000", openedAt: "2024-03-01T10:00:00Z" }, { id: "2", quantity: "0.5", cost: "15100" }] });
  expect(eth).toMatchObject({ funding: "-1.5", netRealizedPnl: "-1" });
  expect(sol).toMatchObject({ symbol: "NEW/USD", quantity: "6", totalCost: "600", numTrades: 0 });

  const corrections = file("corrections.ndjson", `{"type":"bust","venue":"coinbase","symbol":"BTC/USD","id":"2"}\n{"type":"amend","venue":"kraken","symbol":"BTC/USD","fill":"1","price":"50000"}\n{"type":"bust","venue":"kraken","symbol":"BTC/USD","fill":"9"}\n`);
  expect(json("events", corrections)).toMatchObject({ accepted: 2, refused: 1, refusedFiles: [`${corrections}.refused.csv`] });
  expect(readFileSync(join(folder, `${corrections}.refused.csv`), "utf8")).toContain("3,fill,\"unknown_fill: no fill 9 of BTC/USD on kraken");
  expect(figures()[0]).toMatchObject({ quantity: "0.4", totalCost: "10000", realizedPnl: "21600", numTrades: 2 });
  expect(json("import", "fills.csv")).toMatchObject({ accepted: 0, duplicates: 4 });
  expect(json<{ history: HistoryRow[] }>("history", "BTC/USD").history.map(({ id, price, revision }) => [id, price, revision])).toEqual([["1", "50000", 1], ["3", "61000", 2]]);
  expect(figures("--seq", "7").find(({ symbol }) => symbol === "BTC/USD")!.quantity).toBe("1.5"); // as was known then

  const hash = (data: string) => json<{ ok: boolean; stateHash: string }>("verify", "--data", data);
  file("book.json", fillbook("export", "--format", "json").out);
  expect(json("import", "book.json", "--data", "second")).toMatchObject({ accepted: 4, events: 9, refused: 0 });
  fillbook("export", "--out", "out");
  expect(json("import", "out/fills.csv", "--events", "out/events.csv", "--data", "third")).toMatchObject({ accepted: 4, events: 9, refused: 0 });
  expect(hash("second")).toMatchObject({ ok: true, stateHash: hash("data").stateHash });
  expect(hash("third")).toMatchObject({ ok: true, stateHash: hash("data").stateHash });
});

test("an event that is late is taken with a warning; one that says too much or too little is refused with its column", () => {
  fillbook("import", file("fills.csv", fills));
  const late = fillbook("events", file("late.csv", "type,symbol,timestamp,ratio\nsplit,BTC/USD,2024-03-01T12:00:00Z,2\n"));
  expect(late).toMatchObject({ status: 0 });
  expect(late.err).toContain("late.csv:2: a split of BTC/USD is dated 2024-03-01T12:00:00Z, and what is dated then or later is booked already (BTC/USD on kraken in account default)");
  expect(fillbook("events", file("bad.csv", "type,symbol,timestamp,ratio,price,fill\nsplit,BTC/USD,2024-03-05,,,\nsplit,BTC/USD,2024-03-05,2,7,\nsplit,NONE,2024-03-05,2,,\nmerge,BTC/USD,2024-03-05,2,,\n"))).toMatchObject({ status: 1 });
  expect(readFileSync(join(folder, "bad.csv.refused.csv"), "utf8").split("\n").slice(1, -1).map((line) => line.split(",").slice(0, 2).join(","))).toEqual(["2,ratio", "3,price", "5,type", "4,symbol"]);
});

test("an import that is killed outright goes on where it stopped when it is run again", async () => {
  const rows = Array.from({ length: 150_000 }, (_, i) => `t${i},x,S${i % 50},${i % 3 === 0 ? "sell" : "buy"},${(i % 97) + 1}.5,${(i % 1000) + 1}.25,${1_700_000_000_000 + i},0.01`);
  file("many.csv", `${header}\n${rows.join("\n")}\n`);
  const journal = join(folder, "data/journal");
  const child = spawn(process.execPath, [command, "import", "many.csv", "--data", "data"], { cwd: folder, stdio: "ignore" });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  while (child.exitCode === null && !(existsSync(journal) && readdirSync(journal).some((name) => (statSync(join(journal, name), { throwIfNoEntry: false })?.size ?? 0) > 2_000_000))) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill("SIGKILL");
  await gone;
  const resumed = json<{ accepted: number; duplicates: number; refused: number }>("import", "many.csv");
  expect(resumed.duplicates).toBeGreaterThan(0);
  expect([resumed.accepted + resumed.duplicates, resumed.refused]).toEqual([150_000, 0]);
  expect(fillbook("verify").status).toBe(0);
  expect(existsSync(join(folder, "data/import"))).toBe(false);
  json("import", "many.csv", "--data", "whole");
  expect(figures()).toEqual(figures("--data", "whole"));
});

test("while one process writes, another may read but not write; a dead one holds nothing", async () => {
  fillbook("import", file("fills.csv", fills));
  const holder = spawn(process.execPath, ["--input-type=module", "-e", `import { WriterLock } from ${JSON.stringify(join(root, "dist/src/journal/index.js"))}; WriterLock.acquire("data"); console.log("held"); setInterval(() => {}, 1000);`], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const gone = new Promise((resolve) => holder.once("exit", resolve));
  await new Promise((resolve) => holder.stdout.once("data", resolve));
  const refused = fillbook("import", "fills.csv");
  expect([refused.status, refused.err]).toEqual([2, expect.stringContaining(`${holder.pid}`)]);
  expect(figures()).toHaveLength(2);
  holder.kill("SIGKILL");
  await gone;
  expect(fillbook("import", "fills.csv").status).toBe(0);
});

test("a flipped bit is found by verify, with its place; a torn end is cut and told", () => {
  fillbook("import", file("fills.csv", fills));
  const [segment] = readdirSync(join(folder, "data/journal")).map((name) => join(folder, "data/journal", name));
  cpSync(join(folder, "data"), join(folder, "torn"), { recursive: true });
  const bytes = readFileSync(segment!);
  bytes[200]! ^= 4;
  writeFileSync(segment!, bytes);
  expect(fillbook("verify")).toMatchObject({ status: 1, err: expect.stringMatching(/entry \d+: .* was .*, expected /) as string });

  const torn = join(folder, "torn/journal", readdirSync(join(folder, "torn/journal"))[0]!);
  writeFileSync(torn, readFileSync(torn).subarray(0, -20));
  const { err } = fillbook("import", "fills.csv", "--data", "torn");
  expect(err).toMatch(/torn|not finished|cut/);
  expect(figures("--data", "torn")).toHaveLength(2);
});

test("a flipped bit among zeros is damage, too: nothing that was on disk is taken for an unfinished write", () => {
  const rows = Array.from({ length: 200 }, (_, i) => `${i},a,ABC,buy,1,10,2024-01-01T00:00:00Z,`);
  fillbook("import", file("plain.csv", `${header}\n${rows.join("\n")}\n`));
  const [segment] = readdirSync(join(folder, "data/journal")).map((name) => join(folder, "data/journal", name));
  for (const at of [600, 3_000, 9_000]) {
    const bytes = readFileSync(segment!);
    bytes[at]! ^= 1;
    writeFileSync(segment!, bytes);
    for (const args of [["verify"], ["positions"], ["import", "plain.csv"]]) expect(fillbook(...args), args.join(" ")).toMatchObject({ status: 1, err: expect.stringContaining("To go on:") as string });
    bytes[at]! ^= 1;
    writeFileSync(segment!, bytes);
  }
  expect(fillbook("verify").status).toBe(0);
  writeFileSync(segment!, readFileSync(segment!).subarray(0, -20));
  expect(fillbook("verify")).toMatchObject({ status: 1, out: expect.stringContaining("was not finished") as string });
  expect(fillbook("positions").err).toContain("200 more entries had been on disk");
});

test("venues may name a base otherwise; how fills were batched does not matter; a venue shows its own part", () => {
  fillbook("instruments", file("i.csv", "venue,symbol,kind,base,quote,price_increment,quantity_increment\nkraken,XBT/USD,spot,BTC,USD,,\na,ABC,spot,,USD,0.01,1\nb,ABC,spot,,USD,0.000001,0.000001\n"));
  const rows = ["1,other,XBT/USD,buy,1,100,2024-01-01T00:00:00Z,,", "2,kraken,XBT/USD,buy,1,100,2024-01-01T01:00:00Z,0.01,BTC", "3,a,ABC,buy,3,10,2024-01-02T00:00:00Z,,", "4,a,ABC,buy,4,10.01,2024-01-02T01:00:00Z,,", "5,a,ABC,sell,5,11,2024-01-02T02:00:00Z,,", "6,b,ABC,buy,1,10,2024-01-02T03:00:00Z,,"];
  rows.forEach((row, i) => fillbook("import", file(`${i}.csv`, `${header},fee_currency\n${row}\n`)));
  const [abc, xbt] = figures();
  expect(abc).toMatchObject({ quantity: "3", totalCost: "30.01142857" });
  expect(xbt).toMatchObject({ quantity: "1.99", fees: "1", realizedPnl: "0" });
  expect(figures("--venue", "kraken")).toMatchObject([{ symbol: "XBT/USD", quantity: "0.99", venues: [{ venue: "kraken", quantity: "0.99" }] }]);
  file("all.json", fillbook("export", "--json").out);
  fillbook("import", "all.json", "--data", "again");
  expect(figures("--data", "again")).toEqual([abc, xbt]);
});

test("a book in euros is exported and imported as one", () => {
  file("euro.yaml", "base_currency: EUR\n");
  fillbook("import", file("fills.csv", `${header}\n1,x,ABC,buy,1,10,2024-01-01,\n`), "--config", "euro.yaml");
  file("all.json", fillbook("export", "--format", "json").out);
  expect(fillbook("import", "all.json", "--data", "again").status).toBe(0);
  expect(figures("--data", "again")).toMatchObject([{ currency: "EUR" }]);
  fillbook("import", file("usd.csv", `${header}\n1,x,ABC,buy,1,10,2024-01-01,\n`), "--data", "dollars");
  expect(fillbook("import", "all.json", "--data", "dollars")).toMatchObject({ status: 2, err: expect.stringContaining("counts in USD") as string });
});

test("a reader of the output that goes away is no error; an import may come through a pipe", () => {
  file("fills.csv", fills);
  const run = (line: string) => spawnSync("sh", ["-c", line.replaceAll("fillbook", `"${process.execPath}" "${command}"`)], { cwd: folder, encoding: "utf8" });
  expect(run("cat fills.csv | fillbook import /dev/stdin --data data").stdout).toContain("4 accepted");
  for (const line of ["fillbook history --json --data data | head -c 1", "fillbook positions --data data | head -n 0"]) expect(run(line).stderr, line).toBe("");
});

test("two currencies are not added without a mark; with one they are", () => {
  file("two.csv", `${header}\n1,x,BTC/USDT,buy,1,100,2024-03-01,\n2,x,BTC/USDT,sell,1,110,2024-03-01,\n3,x,ETH/EUR,buy,1,10,2024-03-01,\n4,x,ETH/EUR,sell,1,12,2024-03-01,\n`);
  fillbook("import", "two.csv");
  expect(json<PnlView>("pnl")).toMatchObject({ currency: "USD", total: { net: null }, missingRates: ["EUR", "USDT"] });
  expect(fillbook("pnl").out).toContain("no mark turns EUR into USD");
  fillbook("marks", file("rates.csv", "venue,symbol,price,timestamp\n,EUR/USD,1.1,2024-03-01\n,USD/USDT,1.25,2024-03-01\n"));
  expect(json<PnlView>("pnl")).toMatchObject({ total: { net: "10.2" }, missingRates: [] });
});

test("a mark of a time that has not come is refused with its line; a fill of one is booked with a warning", () => {
  const future = file("future.csv", `${header}\n1,kraken,BTC/USD,buy,1,60000,2024-03-01,\n2,kraken,BTC/USD,buy,1,60000,2199-03-01,\n`);
  const imported = fillbook("import", future);
  expect([imported.status, imported.err]).toEqual([0, expect.stringMatching(/warning: future_time: 1 of the fills is dated later than the clock here says/)]);
  expect(fillbook("import", future).err).toBe(""); // duplicates are no news
  const marked = fillbook("marks", file("marks.csv", "venue,symbol,price,timestamp\n,BTC/USD,62000,2024-03-02\n,BTC/USD,70000,2199-01-01\n"));
  expect([marked.status, marked.out]).toEqual([1, expect.stringContaining("1 accepted, 0 known or not the last of their interval, 1 refused")]);
  expect(readFileSync(join(folder, "marks.csv.refused.csv"), "utf8")).toMatch(/^3,timestamp,"?future_time: dated 2199-01-01/m);
  expect(figures()[0]).toMatchObject({ quantity: "2", markPrice: "62000" });
});

test("a folder that is not there is no empty book: whoever looks is told, with status 2; nor is an entry that is not there yet", () => {
  for (const verb of ["positions", "history", "trips", "pnl", "verify", "export"]) {
    for (const more of [[], ["--json"]]) expect(fillbook(verb, "--data", "nowhere", ...more)).toEqual({ status: 2, out: "", err: "fillbook: nowhere: there is no such folder, and so no book; name another with --data, or begin one: fillbook import FILE\n" });
  }
  expect(existsSync(join(folder, "nowhere"))).toBe(false);
  fillbook("import", file("fills.csv", fills));
  expect(positions("--seq", "5").seq).toBe(5);
  expect(fillbook("positions", "--seq", "6")).toMatchObject({ status: 2, err: "fillbook: --seq: there is no entry 6 yet: the journal ends at entry 5\n" });
});

test("marks older than the configured age value nothing; the base currency stays as the journal began", () => {
  fillbook("import", file("fills.csv", fills));
  fillbook("marks", file("marks.csv", "venue,symbol,price,timestamp\n,BTC/USD,62000,2024-03-02T12:00:00Z\n"));
  file("fillbook.yaml", "marks:\n  max_age: 5m\n");
  expect(figures("--symbol", "BTC/USD")[0]).toMatchObject({ unrealizedPnl: null, markPrice: null });
  expect(figures("--symbol", "BTC/USD", "--at", "2024-03-02T12:04:00Z")[0]).toMatchObject({ unrealizedPnl: "280", markAge: 240 });
  file("fillbook.yaml", "base_currency: EUR\n");
  expect(fillbook("import", "fills.csv")).toMatchObject({ status: 2, err: expect.stringContaining("counts in USD") as string });
  file("fillbook.yaml", "base_curency: EUR\n");
  expect(fillbook("positions")).toMatchObject({ status: 2, err: expect.stringContaining("fillbook.yaml:1:1: base_curency: is no key of the configuration: did you mean base_currency?") as string });
});

test("a table fits 80 columns and says what to do when there is nothing", () => {
  mkdirSync(join(folder, "data"));
  expect(fillbook("positions").out).toBe("The book is empty. Import fills with: fillbook import FILE\n");
  fillbook("import", file("fills.csv", fills));
  for (const args of [["positions"], ["history"], ["pnl"], ["pnl", "--by", "strategy", "--view", "tax"], ["trips"], ["trips", "--venue", "kraken"]]) {
    const { out } = fillbook(...args);
    expect(Math.max(...out.split("\n").map((line) => line.length)), out).toBeLessThanOrEqual(80);
    expect(out).not.toContain("\u001b");
  }
  expect(fillbook("positions", "--symbol", "BTC/USD").out).toContain("number of trades  3");
});

interface TripsAnswer {
  readonly trips: readonly TripView[];
  readonly totals: readonly TripTotals[];
}

test("trips: net or of a venue, by symbol, account and the time they closed, the last few; totals are of all", () => {
  mkdirSync(join(folder, "data"));
  expect(fillbook("trips").out).toBe("The book is empty. Import fills with: fillbook import FILE\n");
  fillbook("import", file("fills.csv", fills));
  expect(fillbook("trips").out).toBe("No position has been closed yet. What is open: fillbook positions\n");
  expect(fillbook("trips", "--account", "nobody").out).toBe("No closed trip matches. All of them: fillbook trips\n");
  expect(json<TripsAnswer>("trips")).toEqual({ trips: [], totals: [] });
  const kraken = json<TripsAnswer>("trips", "BTC/USD", "--venue", "kraken");
  // 12 of the buy, and of the sale 14.64 × 0.5 ÷ 0.6
  expect(kraken.trips).toEqual([{ account: "default", symbol: "BTC/USD", venue: "kraken", direction: "long", openedAt: "2024-03-01T10:00:00Z", closedAt: "2024-03-02T09:30:00Z", durationSeconds: 84_600, quantity: "0.5", entryPrice: "60000", exitPrice: "61000", grossPnl: "500", fees: "24.2", funding: "0", netPnl: "475.8", fills: 2, currency: "USD" }]);
  fillbook("import", file("more.csv", `${header},account,fee_currency\n${[["5", "buy", "1"], ["6", "sell", "3"], ["7", "buy", "2"]].map(([id, side, quantity], i) => `${id},x,ABC,${side},${quantity},10${i},2024-04-0${i + 1},1,other,${i === 2 ? "BNB" : "USD"}`).join("\n")}\n`));
  const all = json<TripsAnswer>("trips");
  expect(all.trips.map(({ direction, grossPnl, netPnl, fees }) => [direction, grossPnl, fees, netPnl])).toEqual([["long", "1", "1.333333333333333333", "-0.333333333333333333"], ["short", "-2", null, null]]);
  expect(all.totals).toMatchObject([{ currency: "USD", trips: 2, winners: null, grossPnl: "-1", netPnl: null, average: null }]);
  expect(fillbook("trips").out).toContain("2 trips; in USD:\ngross -1   fees –   net –");
  fillbook("marks", file("bnb.csv", "venue,symbol,price,timestamp\n,BNB/USD,2,2024-05-01\n")); // later: the first after the fill
  expect(json<TripsAnswer>("trips", "--limit", "1")).toMatchObject({ trips: [{ direction: "short", fees: "2.666666666666666667" }], totals: [{ trips: 2, losers: 2, netPnl: "-5" }] });
  expect(json<TripsAnswer>("trips", "--to", "2024-04-02", "--account", "other")).toMatchObject({ trips: [{ direction: "long" }], totals: [{ trips: 1 }] });
  expect(json<TripsAnswer>("trips", "--from", "2024-04-02T00:00:01Z")).toMatchObject({ trips: [{ direction: "short" }] });
  expect(fillbook("trips", "--limit", "1").out).toContain("the last 1 of 2; more with --limit N");
});

test("P&L by strategy and signal, and every view of it: one net", () => {
  fillbook("import", file("tags.csv", `${header},strategy,signal_id\n1,x,ABC,buy,10,100,2024-01-01,1,carry,s1\n2,x,ABC,buy,10,120,2024-01-02,3,,s2\n3,x,ABC,sell,5,130,2024-01-03,0.5,exits,\n`));
  fillbook("marks", file("marks.csv", "venue,symbol,price,timestamp\n,ABC,130,2024-01-03\n"));
  expect(json<PnlView>("pnl", "--by", "strategy")).toMatchObject({ by: "strategy", view: "gross", groups: [{ key: "", realized: "0", unrealized: "100", fees: "3" }, { key: "carry", realized: "150", unrealized: "150", fees: "1.5", net: "298.5" }], total: { net: "395.5" } });
  expect(fillbook("pnl", "--by", "strategy").out).toMatch(/^untagged +0 +100 +3 +0 +97$/m);
  expect(json<PnlView>("pnl", "--by", "signal").groups).toMatchObject([{ key: "s1" }, { key: "s2" }]);
  const realized = ["gross", "net", "exit", "lots", "tax"].map((view) => {
    const { total } = json<PnlView>("pnl", "--view", view);
    expect(total.net).toBe("395.5");
    return total.realized;
  });
  expect(realized).toEqual(["100", "95.5", "98.5", "150", "149"]);
  expect(json<PnlView>("pnl", "--view", "exit", "--at", "2024-01-02").total).toMatchObject({ realized: "0", unrealized: null });
});

test("trips and tags are of the fills as corrected, through splits, renames and settlements; a withdrawal closes", () => {
  const rows = ["1,x,OLD,buy,2,100,2024-01-01,1,carry", "2,x,OLD,buy,5,1,2024-01-02,,typo", "3,x,OLD,sell,1,110,2024-01-03,1,", "4,x,OLD,buy,1,999,2024-01-04,,trend"];
  fillbook("import", file("old.csv", `${header},strategy\n${rows.join("\n")}\n`));
  const events = ["type,id,account,venue,symbol,timestamp,fill,price,ratio,to,quantity", "bust,,,x,OLD,,2,,,,", "amend,,,x,OLD,,4,120,,,", "split,s,,,OLD,2024-01-05,,,2,,", "rename,r,,,OLD,2024-01-06,,,,NEW,", "withdrawal,w,,x,NEW,2024-01-07,,,,,1", "settlement,e,,,NEW,2024-01-08,,50,,,"];
  expect(fillbook("events", file("events.csv", `${events.join("\n")}\n`))).toMatchObject({ status: 0 });
  // 2 × 100 + 120 paid; 110 came back, then 1 of 4 new units left at its cost of 55 (100 + 120 for 4), and 3 × 50 settled
  expect(json<TripsAnswer>("trips").trips).toMatchObject([{ symbol: "NEW", direction: "long", quantity: "6", entryPrice: "53.3333333333", exitPrice: "52.5", grossPnl: "-5", fees: "2", netPnl: "-7", fills: 3, openedAt: "2024-01-01T00:00:00Z", closedAt: "2024-01-08T00:00:00Z" }]);
  expect(json<PnlView>("pnl").total).toMatchObject({ realized: "-5", net: "-7" });
  // carry: 110 + 55 + 50 − 200; trend: 2 × 50 − 120
  expect(json<PnlView>("pnl", "--by", "strategy").groups).toMatchObject([{ key: "carry", realized: "15", fees: "2" }, { key: "trend", realized: "-20", fees: "0" }]);
});
