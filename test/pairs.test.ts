import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COMMAND, CommandFolder, environment } from "./command-kit.ts";
import { root } from "./files.ts";

const at = new CommandFolder();
const { run, json, write, hash } = at;

const HEAD = "id,pair_id,arb_type,kalshi_market,kalshi_side,kalshi_price_cents,kalshi_quantity,kalshi_fees_cents,polymarket_market,polymarket_side,polymarket_price_cents,polymarket_quantity,polymarket_fees_cents,timestamp\n";
const PAIRED = `${HEAD}1,rain,poly_yes_kalshi_no,KXRAIN,no,50,8,14,0xrain,yes,45,10,0,2026-02-08T01:15:10Z\n2,dry,poly_yes_kalshi_no,KXDRY,no,40,0,,0xdry,yes,55,5,0,2026-02-08T02:00:00Z\n3,odd,poly_yes_kalshi_no,KXODD,no,140,5,,0xodd,yes,55,5,0,2026-02-08T02:00:00Z\n`;
const SINGLE = "id,venue,symbol,side,quantity,price,timestamp,fee,pair_id,outcome\n9,kalshi,KXRAIN,buy,2,0.5,2026-02-08T03:00:00Z,0.04,rain,no\n";

test("paired rows are told by their header, booked once, and shown with a line for each that stands alone", () => {
  write("paired.csv", PAIRED);
  expect(run("import", "paired.csv")).toMatchObject({ status: 1, stdout: expect.stringMatching(/^2 accepted, 0 duplicates, 1 refused; the journal ends at entry 6\n/) as string });
  expect(readFileSync(join(at.path, "paired.csv.refused.csv"), "utf8")).toMatch(/4,kalshi_price_cents,is 140: a contract costs 0 to 100 cents/);
  const { stdout } = run("pairs", "--status", "open");
  expect(stdout).toContain("rain: 2 YES alone, cost 90; on NO all legs lose 64");
  expect(stdout).toContain("dry: 5 YES alone, cost 275; on NO all legs lose 275");
  expect(stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
  write("single.csv", SINGLE);
  expect(run("import", "single.csv", "paired.csv").stdout).toContain("1 accepted, 2 duplicates, 1 refused");
  expect(run("pairs").stdout).not.toContain("rain: ");
  expect(json("pairs")).toMatchObject({ seq: 7, pairs: [{ pairId: "rain", isFullyHedged: true, guaranteedProfitCents: "32" }, { pairId: "dry" }] });
  expect(json("pairs", "summary")).toMatchObject({ totalPositions: 2, unhedgedPositions: 1, feesCents: "18", seq: 7 });
  expect(run("pairs", "--status", "lost")).toMatchObject({ status: 2, stderr: expect.stringContaining('--status: "lost" is none of') as string });
});

test("the pair of docs/pairs.md goes from its first fill to its settlement by the files and commands that stand there", () => {
  const part = readFileSync(join(root, "docs/pairs.md"), "utf8").split("### The same by the command")[1]!.split("## ")[0]!;
  for (const [, name, text] of part.matchAll(/`(\w+\.csv)`[^`]*(?:`[^`]*`[^`]*)*?```csv\n([\s\S]*?)```/g)) write(name!, text!);
  const commands = [...part.matchAll(/^fillbook (.*)$/gm)].map(([, words]) => words!.split(" "));
  expect(commands.map((words) => words.join(" "))).toEqual(["import rain.csv", "pairs", "pairs advice rain --bid 40", "import sale.csv", "import results.csv", "pairs --status closed"]);
  const shown = commands.map((words) => run(...words));
  expect(shown.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(shown[1]!.stdout).toContain("rain: 2 YES alone, cost 90; on NO all legs lose 50");
  expect(shown[2]!.stdout).toContain("27.6");
  expect(shown[5]!.stdout).toMatch(/rain +closed .* 27\.6\n/);
  expect(json("pairs")).toMatchObject({ pairs: [{ pairId: "rain", status: "closed", realizedPnlCents: "27.6", capitalLockedCents: "0" }] });
  expect(json("pairs", "summary")).toMatchObject({ closedPositions: 1, realizedPnlCents: "27.6", feesCents: "2.4" });
});

test("an export holds every fact of a pair, and a book that is made of it has the same state", () => {
  write("paired.csv", PAIRED);
  write("single.csv", SINGLE);
  write("facts.csv", "type,pair_id,id,timestamp,venue,market,stage,payout,by,account,fill,why\npair_settled,rain,s,2026-02-09,kalshi,KXRAIN,final,0,,,,\npair_close_asked,dry,c,2026-02-09,,,,,Ada,,,\npair_voided,dry,v,2026-02-09,polymarket,0xdry,,,,default,2,failed on chain\n");
  run("import", "paired.csv", "single.csv", "facts.csv");
  expect(json("pairs")).toMatchObject({ pairs: [{ pairId: "rain", status: "closing", realizedPnlCents: "482" }] }); // of the other nothing stands any more
  write("book.json", run("export", "--format", "json").stdout);
  run("export", "--out", "out");
  expect(run("import", "book.json", "--data", "second").status).toBe(0);
  expect(run("import", join("out", "pairs.csv"), "--data", "third").status).toBe(0);
  expect([hash("second"), hash("third")]).toEqual([hash("data"), hash("data")]);
  expect(json("import", "book.json")).toMatchObject({ accepted: 0, refused: 0 });
});

const MAP = "pair_id: auto\nid: auto\ntimestamp: at\nleg_a_venue: va\nleg_a_side: sa\nleg_a_price: pa\nleg_a_quantity: qa\nleg_b_venue: vb\nleg_b_side: sb\nleg_b_price: pb\nleg_b_quantity: qb\nkalshi_market: =KXBTC15M\npolymarket_market: =btc\npolymarket_category: =crypto_15m\nrealized: made\n";
const LEGS = "at,va,sa,pa,qa,vb,sb,pb,qb,made,note\n1770513310559,polymarket,yes,0.37,5,kalshi,no,0.55,5,0.40,x\n1770513310560,polymarket,no,0.41,24,kalshi,yes,0,0,-0.05,sold\n1770513310561,polymarket,no,0,0,kalshi,yes,,,0,\n";

test("a two-leg table is read by a map, fees are computed, and what it says of itself is held against its legs", () => {
  write("legs.csv", LEGS);
  write("map.yaml", MAP);
  expect(run("import", "legs.csv", "--map", "map.yaml").stdout).toContain("3 accepted, 0 duplicates, 0 refused");
  expect(run("import", "legs.csv", "--map", "map.yaml").stdout).toContain("0 accepted, 3 duplicates");
  // by hand: 0.25 × 0.37 × (0.37 × 0.63)² × 5 ÷ 0.37, to four decimals, is 0.0679 shares; Kalshi: 0.07 × 5 × 0.55 × 0.45 = 8.6625, 9 cents
  expect(json("pairs", "--compare", "legs.csv", "--map", "map.yaml")).toMatchObject({
    pairs: [
      { line: 2, kind: "both", beforeFeesCents: "40", guaranteedCents: "24.208", saidCents: "40", differenceCents: "15.792", because: "fees" },
      { line: 3, kind: "one_sided", exposedCents: "984", saidCents: "-5", differenceCents: null, because: "sale_missing" },
      { line: 4, kind: "unfilled", saidCents: "0", differenceCents: "0", because: "agrees" },
    ],
    total: { pairs: 3, both: 1, oneSided: 1, unfilled: 1, contradicting: 2 },
  });
  const { stdout } = run("pairs", "--compare", "legs.csv", "--map", "map.yaml");
  expect(stdout).toContain("3 executions: 1 with both legs, 1 with one, 1 with none; in cents:");
  expect(stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
});

test.each([
  ["leg_c_side: x\npair_id: auto\n", 'map.yaml:1:1: a two-leg table has no column "leg_c_side"'],
  ["pair_id: auto\ntimestamp: at\n", "the map names no leg_a_venue"],
  [MAP.replace("leg_a_price: pa", "leg_a_price: cost"), "takes leg_a_price from a column that is not there"],
])("a map that cannot be (%j) says where and how to mend it", (map, says) => {
  write("legs.csv", LEGS);
  write("map.yaml", map);
  expect(run("import", "legs.csv", "--map", "map.yaml")).toMatchObject({ status: 2, stderr: expect.stringContaining(says) as string });
});

test("while a service runs they go through it, and a kill loses none that was acknowledged", async () => {
  write("paired.csv", PAIRED);
  const service = spawn(process.execPath, [COMMAND, "serve", "--json", "--port", "0"], { cwd: at.path, env: environment, stdio: ["ignore", "pipe", "ignore"] });
  try {
    await once(service.stdout, "data");
    expect(json("import", "paired.csv")).toMatchObject({ accepted: 2, refused: 1, seq: 6 });
  } finally {
    service.kill("SIGKILL");
    await once(service, "exit");
  }
  expect(json("pairs")).toMatchObject({ seq: 6, pairs: [{ pairId: "rain" }, { pairId: "dry" }] });
  expect(json("import", "paired.csv")).toMatchObject({ accepted: 0, duplicates: 2 });
});

test("what a venue reports is held against the book: the rows that mend it are written, not booked, and end the difference once they are imported", () => {
  write("paired.csv", PAIRED);
  run("import", "paired.csv");
  const fill = (id: string, count: string) => ({ fill_id: id, ticker: "KXRAIN", side: "no", action: "buy", count_fp: count, no_price_dollars: "0.50", yes_price_dollars: "0.50", is_taker: true, created_time: "2026-02-08T01:15:10Z" });
  write("fills.json", JSON.stringify({ fills: [fill("1", "8"), fill("k2", "2")] }));
  write("positions.json", JSON.stringify({ market_positions: [{ ticker: "KXRAIN", position_fp: "-10" }] }));
  const asked = ["pairs", "reconcile", "fills.json", "positions.json", "--venue", "kalshi", "--mends", "mends.ndjson"];
  const found = run(...asked);
  expect(found).toMatchObject({ status: 1, stderr: "" });
  expect(found.stdout).toMatch(/^kalshi, account default: 2 fills, 1 positions\n/);
  expect(found.stdout).toContain("1. kalshi knows fill k2, buy 2 no at 50 cents, the book does not");
  expect(run("pairs").stdout).toContain("rain: 2 YES alone");
  expect(run("import", "mends.ndjson")).toMatchObject({ status: 0 });
  expect(run("pairs").stdout).not.toContain("rain: 2 YES alone");
  expect(run(...asked)).toMatchObject({ status: 0, stdout: "kalshi, account default: 2 fills, 1 positions\nThe book agrees with it.\n" });
  expect(run("pairs", "reconcile", "fills.json", "--venue", "nasdaq")).toMatchObject({ status: 2, stderr: expect.stringContaining('--venue: "nasdaq" is none of kalshi, polymarket') as string });
  expect(run("pairs", "reconcile", "gone.json", "--venue", "kalshi")).toMatchObject({ status: 2, stderr: expect.stringContaining("gone.json: cannot be read") as string });
});

test("a one-sided pair is shown its ways out in plain words, at marks or at prices that are given", () => {
  write("paired.csv", PAIRED);
  run("import", "paired.csv");
  expect(run("pairs", "advice", "rain").stdout).toContain("complete: buy 2 NO: not known (no_price: kalshi KXRAIN)");
  const given = run("pairs", "advice", "rain", "--ask", "52", "--bid", "40").stdout;
  expect(given).toMatch(/^rain: 2 YES alone; as it is -64 is sure\n {2}complete: buy 2 NO on kalshi for 104, fees 4: 28 is sure then \(\+92\)\n/);
  expect(given).toContain("unwind: sell 2 YES: not known (no_fee_schedule: polymarket 0xrain)");
  write("marks.csv", "venue,symbol,price,timestamp\nkalshi,KXRAIN,0.48,2026-02-08T02:00:00Z\n");
  run("marks", "marks.csv");
  expect(json("pairs", "advice")).toMatchObject({ pairs: [{ pairId: "rain", advice: { complete: { venue: "kalshi", cashCents: "104" }, completePricesFrom: "mark", better: "complete" } }, { pairId: "dry" }] });
  expect(run("pairs", "advice", "--ask", "52")).toMatchObject({ status: 2, stderr: expect.stringContaining("name it") as string });
  expect(run("pairs", "advice", "gone")).toMatchObject({ status: 2, stderr: expect.stringContaining("there is no pair gone") as string });
});

test("what a venue charged otherwise than the schedules say, with those of one's own, is listed; a file of them that is wrong is told with its place", () => {
  write("fees.yaml", "kalshi:\n  rates:\n    - {from: 2026-09-01, taker: 0.1, maker: 0.05, source: our notice}\n");
  write("fillbook.yaml", "pairs: {fee_schedules: fees.yaml}\n");
  write("fills.csv", "id,venue,symbol,side,outcome,quantity,price,timestamp,pair_id,fee\n1,kalshi,KXRAIN,buy,yes,10,0.5,2026-08-01,old,0.18\n2,kalshi,KXRAIN,buy,yes,10,0.5,2026-09-01,new,0.18\n3,kalshi,KXRAIN,buy,yes,10,0.5,2026-09-01,free,\n");
  expect(run("import", "fills.csv").stdout).toContain("3 accepted");
  // by hand: 0.07 × 10 × 0.25 is 17.5 cents, 18 in whole cents; 0.1 × 10 × 0.25 is 25
  expect(json("pairs", "fees")).toMatchObject({ checked: 2, unknown: 0, differences: [{ pairId: "new", recordedCents: "18", computedCents: "25", differenceCents: "-7", source: "our notice" }] });
  expect(run("pairs", "fees").stdout).toMatch(/new +kalshi +2 +18 +25 +-7\n\n1 of 2 fills were charged otherwise/);
  write("fees.yaml", "kalshi:\n  rates:\n    - {from: 2026-09-01, taker: 10 %, maker: 0}\n");
  expect(run("pairs", "fees")).toMatchObject({ status: 2, stderr: expect.stringMatching(/fees\.yaml:3:7: taker: "10 %" is not a number/) as string });
});
