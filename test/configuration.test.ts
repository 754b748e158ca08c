import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { configuredLimits } from "../src/cli/config/limits.ts";
import { readConfiguration } from "../src/cli/config/read.ts";
import { KEYS, variableOf } from "../src/cli/config/spec.ts";
import { LIMIT_NAMES } from "../src/core/model/index.ts";
import { decimalOf } from "../src/core/num/index.ts";
import { root } from "./files.ts";
import { fillJson, until } from "./service-kit.ts";

/** Each key of fillbook.yaml is tested by what it does, in real processes: a key that is ignored fails its test. */
const COMMAND = join(root, "dist/src/bin/main.js");
let folder: string;
const running = new Set<ChildProcess>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fillbook-configuration-"));
});
afterEach(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  running.clear();
  rmSync(folder, { recursive: true, force: true });
});

type Environment = Readonly<Record<string, string>>;
const environment = (more: Environment = {}): Environment => {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith("FILLBOOK_") && entry[0] !== "DATABASE_URL");
  return { ...Object.fromEntries(own), FILLBOOK_DATA: "data", ...more };
};
const write = (name: string, text: string) => (writeFileSync(join(folder, name), text), name);

function run(words: readonly string[], more?: Environment): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, [COMMAND, ...words], { cwd: folder, encoding: "utf8", env: environment(more) });
}
function json(words: readonly string[], more?: Environment): Record<string, unknown> {
  const { stdout, stderr } = run([...words, "--json"], more);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

interface Serving {
  readonly url: string;
  readonly log: () => string;
  readonly get: (path: string) => Promise<Record<string, unknown>>;
  readonly send: (path: string, body: unknown, method?: string) => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;
  readonly stop: () => Promise<void>;
}
async function serve(...words: string[]): Promise<Serving> {
  const child = spawn(process.execPath, [COMMAND, "serve", "--json", "--database", "off", ...words], { cwd: folder, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let log = "";
  child.stderr.on("data", (data: Buffer) => (log += data.toString()));
  const line = await Promise.race([once(child.stdout, "data").then(([data]) => String(data)), once(child, "exit").then(() => Promise.reject(new Error(log)))]);
  const { url } = JSON.parse(line) as { url: string };
  return {
    url,
    log: () => log,
    get: async (path) => (await (await fetch(url + path)).json()) as Record<string, unknown>,
    send: async (path, body, method = "POST") => {
      const answer = await fetch(url + path, { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}
const ANY_PORT = ["--port", "0"];

/** A key with its value as YAML. */
function yamlOf(path: string, value: string): string {
  const parts = path.split(".");
  return `${parts.map((part, i) => `${"  ".repeat(i)}${part}:${i === parts.length - 1 ? ` ${value}` : ""}`).join("\n")}\n`;
}

const HEADER = "id,venue,symbol,side,quantity,price,timestamp,account";
const fills = (count: number) => write("fills.csv", `${HEADER}\n${Array.from({ length: count }, (_, i) => `${i},kraken,ABC,buy,1,10,2024-03-01,main`).join("\n")}\n`);
const positionOf = () => (json(["positions"])["positions"] as Record<string, unknown>[])[0]!;
const journaled = () => (json(["export", "--format", "json"])["fills"] as unknown[]).length;
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** What `fillbook config` says of a key: the effect of one whose part is to come. */
const isShown = (value: string, path: string) => () => {
  const setting = (json(["config"])["settings"] as { key: string; value: string; from: string }[]).find(({ key }) => key === path);
  expect(setting).toMatchObject({ value, from: "file" });
};
/** Limits where nobody sets any. */
const DEFAULTS: Readonly<Record<string, string | null>> = {
  maxPositionValue: "100000", maxVar: "5000", maxPortfolioVar: "20000", maxDrawdownLimit: "0.1", concentrationLimit: "0.2", maxCorrelationRisk: "0.8",
  maxDailyLoss: null, maxOrderValue: null, maxOrderRate: null, maxLeverage: null, maxGrossExposure: null, maxUnhedgedExposure: null, maxDivergenceLoss: null, maxPairCapital: null, warningLevel: "0.8",
};
/** What the running service has journaled of a limit. */
const isInForce = (value: string, name: string) => async () => {
  const service = await serve(...ANY_PORT);
  const { limits, seq, by } = (await service.get("/v1/limits")) as unknown as { limits: Record<string, string | null>; seq: number; by: string };
  const others = Object.keys(limits).filter((one) => one !== name && limits[one] !== DEFAULTS[one]);
  expect([limits[name], others, seq, by]).toEqual([value, [], 2, "configuration"]);
  await service.stop();
  expect(json(["export", "--format", "json"])["events"]).toMatchObject([{ type: "limit", by: "configuration" }]);
};

/** A file of fee schedules, beside the folders of the tests. */
const schedules = mkdtempSync(join(tmpdir(), "fillbook-schedules-"));
const FEES = join(schedules, "fees.yaml");
writeFileSync(FEES, "kalshi: {rates: [{from: 2026-08-01, taker: 0.2, maker: 0.1}]}\n");
afterAll(() => rmSync(schedules, { recursive: true, force: true }));
/** What ten contracts at half a dollar are charged. */
const computedFee = () => {
  run(["import", write("pair.csv", "id,pair_id,venue,symbol,side,outcome,quantity,price,timestamp,account\n1,P,kalshi,KXRAIN,buy,yes,10,0.5,2026-08-01,main\n")]);
  return (json(["pairs"])["pairs"] as { feesCents: string }[])[0]!.feesCents;
};

interface Effect {
  readonly key: string; // with a name in the place of `*`
  readonly value: string;
  readonly wrong: string; // a value that is refused
  readonly isSeen: (value: string, key: string) => () => Promise<void> | void;
}
const limit = (name: string, json_: string, value: string, wrong: string): Effect => ({ key: `position_management.risk_limits.${name}`, value, wrong, isSeen: () => isInForce(value, json_) });
const shown = (key: string, value: string, wrong: string): Effect => ({ key, value, wrong, isSeen: isShown });

/** Limits of one name: what the configuration then reports of limits to be journaled. */
const own = (section: "venues" | "accounts" | "symbols" | "strategies", called: string): Effect[] =>
  LIMIT_NAMES.map((name) => ({ key: `${section}.${called}.risk_limits.${name}`, value: name === "max_order_rate" ? "60" : "0.5", wrong: "-1", isSeen: (value) => async () => {
    const scope = { venues: "venue", accounts: "account", symbols: "symbol", strategies: "strategy" }[section];
    const [report] = configuredLimits(await readConfiguration(join(folder, "fillbook.yaml"), {}, {}), 0n);
    expect(report).toMatchObject({ overrides: { [scope]: new Map([[called, { [name]: decimalOf(value) }]]) } });
  } }));

/** Closes of ABC that fall by 2 % every tenth day, by 5 % every fiftieth, and rise otherwise; a position of 10 at 1. */
const CLOSES_FALL = { usual: 0.02, worst: 0.05 };
function riskOfOne(): { readonly method: string; readonly portfolio: { readonly var: number } } {
  let close = 100;
  const rows = Array.from({ length: 300 }, (_, i) => `${new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10)},${(close *= i % 50 === 49 ? 1 - CLOSES_FALL.worst : i % 10 === 9 ? 1 - CLOSES_FALL.usual : 1.003)}`);
  write("prices.csv", `date,ABC\n${rows.join("\n")}\n`);
  write("marks.csv", "venue,symbol,price,timestamp\n,ABC,10,2025-12-01\n");
  run(["import", fills(1)]);
  run(["prices", "prices.csv"]);
  run(["marks", "marks.csv"]);
  return json(["risk"]) as unknown as ReturnType<typeof riskOfOne>;
}

/** What is said of the benchmark of three days with capital, whose prices and those of SPY and QQQ come from the price history. */
function benchmarkOf(): unknown {
  run(["events", write("capital.csv", "type,account,currency,amount,timestamp\ndeposit,main,USD,100,2024-03-01\n")]);
  run(["import", fills(1)]);
  run(["marks", write("marks.csv", "venue,symbol,price,timestamp\n,ABC,10,2024-03-01T12:00:00Z\n,ABC,11,2024-03-02T12:00:00Z\n,ABC,12,2024-03-03T12:00:00Z\n")]);
  run(["prices", write("prices.csv", "date,SPY,QQQ\n2024-03-01,100,50\n2024-03-02,101,51\n2024-03-03,102,53\n")]);
  return json(["performance"])["benchmark"];
}

/** Two venues, a asking 100 for what b bids 102 for; rules and fees as a test says otherwise. */
const LADDERS = [
  { venue: "a", symbol: "XYZ/USD", asks: [["100", "1"], ["101.5", "1"]], bids: [["99", "1"]] },
  { venue: "b", symbol: "XYZ/USD", asks: [["103", "1"]], bids: [["102", "2"]] },
];
const BOTH_CHARGE = "venues:\n  a: {taker_fees: 0.001}\n  b: {taker_fees: 0.001}\n";
interface FoundIn {
  readonly symbol: string;
  readonly kind: string;
  readonly quantity: string;
  readonly fees: string;
  readonly netProfit: string;
  readonly transferCost: string;
  readonly lifeMs: number;
}
/** What the replay of a record finds, by the configuration that is written as given. */
function replayed(yaml: string, rows: readonly object[] = LADDERS): FoundIn[] {
  writeFileSync(join(folder, "fillbook.yaml"), yaml);
  write("books.ndjson", rows.map((row) => JSON.stringify({ type: "snapshot", timestamp: "2026-02-01T00:00:00Z", ...row })).join("\n"));
  return json(["opportunities", "--replay", "books.ndjson"])["opportunities"] as FoundIn[];
}
const yamlWith = (path: string, value: string) => `${BOTH_CHARGE}${yamlOf(path, value)}`;
/** A version of rules with these lines. */
const ruled = (lines: string, version = "v1") => `${BOTH_CHARGE}markets:\n  rules:\n    ${version}:\n${lines.split("\n").map((line) => `      ${line}`).join("\n")}\n`;
const renamed = (symbols: readonly [string, string]) => LADDERS.map((ladder, i) => ({ ...ladder, symbol: symbols[i]! }));

const marketEffects: readonly Effect[] = [
  { key: "markets.max_age", value: "2s", wrong: "2", isSeen: (value, key) => () => {
    const [a, b] = LADDERS as [object, object];
    const later = (seconds: number) => ({ ...b, timestamp: `2026-02-01T00:00:0${seconds}Z` });
    expect(replayed(yamlWith(key, value), [a, b, later(2), later(3)]).map(({ lifeMs }) => lifeMs)).toEqual([2_000]); // the third second is after two
    expect(replayed(BOTH_CHARGE, [a, b, later(2), later(3)]).map(({ lifeMs }) => lifeMs)).toEqual([3_000]);
  } },
  { key: "markets.min_basis_points", value: "50", wrong: "-1", isSeen: (value, key) => () => {
    expect(replayed(yamlWith(key, value)).map(({ quantity }) => quantity)).toEqual(["1"]); // what costs 101.5 brings less
    expect(replayed(BOTH_CHARGE).map(({ quantity }) => quantity)).toEqual(["2"]);
  } },
  { key: "markets.min_net_profit", value: "2.5", wrong: "some", isSeen: (value, key) => () => {
    expect(replayed(yamlWith(key, value))).toEqual([]);
    expect(replayed(yamlWith(key, "2"))).toMatchObject([{ netProfit: "2.0945" }]);
  } },
  { key: "markets.transfer_costs", value: "XYZ * b 7, XYZ a b 1.5, XYZ * * 5", wrong: "XYZ a b free", isSeen: (value, key) => () => {
    const net = (costs: string) => replayed(yamlWith(key, costs)).map(({ netProfit, transferCost }) => [netProfit, transferCost]);
    expect([net(value), net("none"), net("XYZ * * 2.5")]).toEqual([[["0.5945", "1.5"]], [["2.0945", "0"]], []]);
  } },
  { key: "markets.marks", value: "true", wrong: "maybe", isSeen: () => async () => {
    const service = await serve(...ANY_PORT);
    await service.send("/v1/fills", fillJson("1", { venue: "a", symbol: "XYZ/USD" }));
    await service.send("/v1/books", { type: "snapshot", timestamp: new Date().toISOString(), ...LADDERS[0] });
    const price = async () => ((await service.get("/v1/positions"))["positions"] as { markPrice: string | null }[])[0]!.markPrice;
    await until("the middle is the mark", async () => (await price()) === "99.5");
    await service.stop();
  } },
  { key: "markets.rules.v2.from", value: "2026-02-01", wrong: "soon", isSeen: () => () => {
    const rows = renamed(["XYZUSD", "XYZ/USD"]);
    expect(replayed(ruled("from: 2026-02-01\nsymbols: [a XYZUSD XYZ/USD]", "v2"), rows)).toHaveLength(1);
    expect(replayed(ruled("from: 2026-02-02\nsymbols: [a XYZUSD XYZ/USD]", "v2"), rows)).toEqual([]);
  } },
  { key: "markets.rules.v2.symbols", value: "a XYZPERP XYZ/USD perpetual x0.5, * ZYX XYZ/USD", wrong: "XYZPERP", isSeen: () => () => {
    const rows = renamed(["XYZPERP", "ZYX"]);
    expect(replayed(ruled("symbols: [a XYZPERP XYZ/USD perpetual x0.5, '* ZYX XYZ/USD']"), rows)).toMatchObject([{ kind: "basis", symbol: "XYZ/USD", quantity: "1" }]); // two contracts of a half
    expect(replayed(BOTH_CHARGE, rows)).toEqual([]);
  } },
  { key: "markets.rules.v2.conversions", value: "USDT USD 1", wrong: "USDT USD 0", isSeen: () => () => {
    const rows = renamed(["XYZ/USDT", "XYZ/USD"]);
    expect(replayed(ruled("conversions: [USDT USD 1]"), rows)).toMatchObject([{ symbol: "XYZ/USD" }]);
    expect(replayed(BOTH_CHARGE, rows)).toEqual([]);
  } },
  { key: "venues.a.taker_fees", value: "0.001, 0.0005 from 2026-01-01, 0.002 symbol OTHER", wrong: "10 %", isSeen: (value, key) => () => {
    const found = (fees: string) => replayed(`venues:\n  b: {taker_fees: 0}\n  a:\n    taker_fees: ${fees}\n`).map(({ fees: paid }) => paid);
    expect([key, found(value)]).toEqual(["venues.a.taker_fees", ["0.10075"]]); // of 201.5
    expect([found("0.001, 0.0005 from 2026-03-01"), found("none")]).toEqual([["0.2015"], []]);
  } },
  { key: "venues.a.fee_tier", value: "vip1", wrong: "vip 1", isSeen: (value) => () => {
    const fees = (tier: string) => replayed(`venues:\n  b: {taker_fees: 0}\n  a:\n    taker_fees: [0.001, 0.0002 tier vip1]\n${tier}`).map((one) => one.fees);
    expect([fees(`    fee_tier: ${value}\n`), fees("")]).toEqual([["0.0403"], ["0.2015"]]);
  } },
];

const bufferedFill = async (service: Serving) => expect((await service.send("/v1/fills", fillJson("1"))).status).toBe(200);
const effects: readonly Effect[] = [
  { key: "base_currency", value: "EUR", wrong: "U S D", isSeen: () => () => {
    run(["import", fills(1)]);
    expect(positionOf()).toMatchObject({ currency: "EUR" });
  } },
  limit("max_position_value", "maxPositionValue", "123456789012345678.000000000000000001", "-1"),
  limit("max_var", "maxVar", "6000", "1,000"),
  limit("max_portfolio_var", "maxPortfolioVar", "20000.5", "a lot"),
  limit("max_drawdown_limit", "maxDrawdownLimit", "0.25", "10"),
  limit("concentration_limit", "concentrationLimit", "0.3", "1.1"),
  limit("max_correlation_risk", "maxCorrelationRisk", "0.7", "-0.1"),
  limit("max_daily_loss", "maxDailyLoss", "2500", "-2500"),
  limit("max_order_value", "maxOrderValue", "10000", "ten"),
  limit("max_order_rate", "maxOrderRate", "600", "0.5"),
  limit("max_leverage", "maxLeverage", "2.5", "-1"),
  limit("max_gross_exposure", "maxGrossExposure", "1000000", "1e400"),
  limit("max_unhedged_exposure", "maxUnhedgedExposure", "250.5", "-1"),
  limit("max_divergence_loss", "maxDivergenceLoss", "5000", "some"),
  limit("max_pair_capital", "maxPairCapital", "2000", "20 %"),
  limit("warning_level", "warningLevel", "0.9", "90"),
  { key: "position_management.var_calculation.confidence_level", value: "0.99", wrong: "1", isSeen: () => () => {
    expect(riskOfOne()).toMatchObject({ confidence: 0.99, portfolio: { var: expect.closeTo(10 * CLOSES_FALL.worst, 6) as number } });
  } },
  { key: "position_management.var_calculation.lookback_days", value: "100", wrong: "1", isSeen: () => () => expect(riskOfOne()).toMatchObject({ lookbackDays: 100, observations: 100 }) },
  { key: "position_management.var_calculation.method", value: "monte_carlo", wrong: "guess", isSeen: () => () => {
    const found = riskOfOne();
    expect(found.method).toBe("monte_carlo");
    expect(found.portfolio.var).not.toBe((json(["risk", "--method", "historical"]) as unknown as typeof found).portfolio.var);
  } },
  { key: "position_management.performance_tracking.history_size", value: "2", wrong: "0", isSeen: () => () => {
    run(["import", write("latencies.csv", `${HEADER},latency_ms\n${[100, 10, 20].map((ms, i) => `${i},kraken,ABC,buy,1,10,2024-03-0${i + 1},main,${ms}`).join("\n")}\n`)]);
    expect(json(["performance"])).toMatchObject({ avgLatencyMs: expect.closeTo(130 / 3) as number, execution: { latencyMs: { count: 3, p50: 15, percentilesOf: 2 } } });
    expect(json(["venues"])).toMatchObject({ venues: [{ latencyMs: { count: 3, p50: 15, percentilesOf: 2 } }] });
  } },
  { key: "position_management.performance_tracking.attribution_enabled", value: "false", wrong: "no", isSeen: () => async () => {
    run(["import", fills(1)]);
    expect(run(["attribution", "--by", "venue"])).toMatchObject({ status: 2, stderr: expect.stringContaining("attribution_enabled is false") as string });
    run(["report", "--out", "sheet.html"]);
    expect(readFileSync(join(folder, "sheet.html"), "utf8")).not.toContain("Attribution of net P");
    const service = await serve(...ANY_PORT);
    expect(await service.get("/v1/attribution?by=venue")).toMatchObject({ status: 403, code: "not_enabled" });
    await service.stop();
  } },
  { key: "position_management.performance_tracking.benchmark_enabled", value: "true", wrong: "yes", isSeen: () => async () => {
    expect(benchmarkOf()).toMatchObject({ symbol: "SPY", intervals: 2 });
    const service = await serve(...ANY_PORT);
    expect(await service.get("/v1/performance")).toMatchObject({ benchmark: { symbol: "SPY", intervals: 2 } });
    await service.stop();
  } },
  { key: "position_management.performance_tracking.benchmark_symbol", value: "QQQ", wrong: "Q Q", isSeen: () => () => {
    expect(benchmarkOf()).toBeNull();
    write("fillbook.yaml", "position_management: {performance_tracking: {benchmark_enabled: true, benchmark_symbol: QQQ}}\n");
    expect(benchmarkOf()).toMatchObject({ symbol: "QQQ", intervals: 2 });
  } },
  { key: "position_management.position_tracking.real_time_updates", value: "false", wrong: "sometimes", isSeen: () => async () => {
    writeFileSync(join(folder, "fillbook.yaml"), "position_management:\n  position_tracking:\n    real_time_updates: false\n    pnl_calculation_frequency: 2s\n");
    const service = await serve(...ANY_PORT);
    await service.send("/v1/fills", fillJson("1"));
    const price = async () => ((await service.get("/v1/positions"))["positions"] as { markPrice: string | null }[])[0]!.markPrice;
    while (Date.now() % 2_000 > 500) await new Promise((done) => setTimeout(done, 20)); // far from the end of an interval
    const before = [];
    for (const mark of ["7", "8"]) {
      await service.send("/v1/marks", { symbol: "BTC/USD", price: mark });
      before.push(await price());
    }
    expect(before).toEqual([null, null]);
    await until("the value has changed", async () => (await price()) === "8");
  } },
  { key: "position_management.position_tracking.history_retention_days", value: "365", wrong: "0", isSeen: () => () => {
    run(["import", fills(1)]); // of 2024
    expect(json(["sql", "SELECT count(*) AS n FROM trader_position_history"])["rows"]).toEqual([{ n: "0" }]);
    expect(json(["sql", "SELECT num_trades FROM trader_positions WHERE venue = ''"])["rows"]).toEqual([{ num_trades: "1" }]);
    expect(journaled()).toBe(1);
  } },
  { key: "position_management.position_tracking.pnl_calculation_frequency", value: "10s", wrong: "often", isSeen: () => () => {
    write("marks.csv", `venue,symbol,price,timestamp\n${[5, 15, 25, 35, 45].map((second) => `,ABC,1${second},2024-03-01T10:00:${String(second).padStart(2, "0")}Z`).join("\n")}\n`);
    expect(json(["marks", "marks.csv"])).toMatchObject({ accepted: 5 });
  } },
  { key: "journal.acknowledge", value: "buffered", wrong: "soon", isSeen: () => async () => {
    writeFileSync(join(folder, "fillbook.yaml"), "journal: {acknowledge: buffered, flush_interval_ms: 60000}\n");
    await bufferedFill(await serve(...ANY_PORT));
    expect(journaled()).toBe(0); // answered, and not on disk yet
  } },
  { key: "journal.flush_interval_ms", value: "60000", wrong: "0", isSeen: () => async () => {
    writeFileSync(join(folder, "fillbook.yaml"), "journal: {acknowledge: buffered, flush_interval_ms: 60000}\n");
    const service = await serve(...ANY_PORT);
    await bufferedFill(service);
    await new Promise((done) => setTimeout(done, 400)); // four times the default
    expect(journaled()).toBe(0);
    await service.stop();
    expect(journaled()).toBe(1);
  } },
  { key: "journal.snapshot_entries", value: "1000", wrong: "10", isSeen: () => () => {
    run(["import", fills(2_000)]);
    expect(existsSync(join(folder, "data", "snapshots"))).toBe(true);
  } },
  { key: "http.host", value: "127.0.0.2", wrong: "a b", isSeen: () => async () => expect((await serve(...ANY_PORT)).url).toContain("127.0.0.2") },
  { key: "http.port", value: "0", wrong: "65536", isSeen: () => async () => {
    const port = await freePort();
    writeFileSync(join(folder, "fillbook.yaml"), yamlOf("http.port", `${port}`));
    expect((await serve()).url).toBe(`http://127.0.0.1:${port}`);
  } },
  { key: "http.log_level", value: "silent", wrong: "loud", isSeen: () => async () => {
    const service = await serve(...ANY_PORT);
    await service.stop();
    expect(service.log()).toBe("");
  } },
  shown("http.tls.cert_file", "cert.pem", '"\\0"'),
  shown("http.tls.key_file", "key.pem", '"\\0"'),
  { key: "http.rate_limit_per_minute", value: "2", wrong: "-1", isSeen: () => async () => {
    const service = await serve(...ANY_PORT);
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await fetch(`${service.url}/v1/positions`)).status);
    expect(statuses).toEqual([200, 200, 429]);
  } },
  { key: "http.max_body_bytes", value: "2048", wrong: "10", isSeen: () => async () => {
    const service = await serve(...ANY_PORT);
    expect((await service.send("/v1/marks", [{ symbol: "A".repeat(3_000), price: "1" }])).status).toBe(413);
    expect((await service.send("/v1/marks", [{ symbol: "ABC", price: "1" }])).status).toBe(200);
  } },
  { key: "http.allowed_origins", value: "https://desk.example", wrong: "desk", isSeen: () => async () => {
    const service = await serve(...ANY_PORT);
    const from = async (origin: string) => (await fetch(`${service.url}/v1/marks`, { method: "POST", body: "[]", headers: { "content-type": "application/json", origin } })).status;
    expect([await from("https://desk.example"), await from("https://other.example")]).toEqual([200, 403]);
  } },
  { key: "database.url", value: "off", wrong: "mysql://host/db", isSeen: () => () => expect(run(["sql", "SELECT 1"])).toMatchObject({ status: 2, stderr: expect.stringContaining("--database: is off") as string }) },
  { key: "marks.max_age", value: "5m", wrong: "5", isSeen: () => () => {
    run(["import", fills(1)]);
    run(["marks", write("marks.csv", ",symbol,price,timestamp\n".replace(",", "venue,") + ",ABC,12,2024-03-01\n")]);
    expect(positionOf()).toMatchObject({ markPrice: null });
  } },
  ...marketEffects.filter(({ key }) => key.startsWith("markets.")),
  { key: "pairs.fee_schedules", value: FEES, wrong: "nowhere.yaml", isSeen: () => () => expect(computedFee()).toBe("50") },
  { key: "venues.kraken.type", value: "dex", wrong: "shop", isSeen: () => () => {
    run(["import", fills(1)]);
    expect(positionOf()).toMatchObject({ venues: [{ venue: "kraken", venueType: "dex" }] });
    rmSync(join(folder, "fillbook.yaml"));
    expect(positionOf()).toMatchObject({ venues: [{ venueType: "dex" }] }); // it was journaled with the fill
  } },
  ...marketEffects.filter(({ key }) => key.startsWith("venues.")),
  ...own("venues", "kraken"),
  { key: "accounts.main.method", value: "fifo", wrong: "random", isSeen: () => async () => {
    run(["import", fills(1)]);
    expect(positionOf()).toMatchObject({ account: "main", method: "fifo" });
    expect(json(["export", "--format", "json"])["events"]).toMatchObject([{ type: "configure", account: "main", method: "fifo" }]);
    const { seq } = json(["positions"]) as unknown as { seq: number };
    run(["import", "fills.csv"]);
    expect(json(["positions"])["seq"]).toBe(seq); // it has the method: nothing to journal
    writeFileSync(join(folder, "fillbook.yaml"), yamlOf("accounts.main.method", "lifo"));
    await (await serve(...ANY_PORT)).stop();
    expect(positionOf()).toMatchObject({ method: "lifo" });
  } },
  { key: "accounts.main.kalshi_grid", value: "0.0001", wrong: "0.001", isSeen: () => () => expect(computedFee()).toBe("17.5") }, // 0.07 × 10 × 0.5 × 0.5 dollars; 18 in whole cents
  ...own("accounts", "main"),
  ...own("symbols", "ABC"),
  ...own("strategies", "slow"),
  { key: "limits.unknown", value: "allow", wrong: "perhaps", isSeen: () => () => {
    run(["import", fills(1)]);
    write("limits.csv", "type,timestamp,limits\nlimit,2024-01-01,max_var=5000\n");
    run(["events", "limits.csv"]);
    const order = ["check", "--symbol", "ABC", "--venue", "kraken", "--side", "buy", "--quantity", "1", "--price", "10"];
    expect(json(order)).toMatchObject({ allowed: true, standing: [{ limit: "max_var", value: null }] });
    expect(json(order, { FILLBOOK_LIMITS__UNKNOWN: "refuse" })).toMatchObject({ allowed: false });
  } },
  { key: "breaker.trip_on", value: "position_size", wrong: "rain", isSeen: () => async () => {
    const service = await serve(...ANY_PORT);
    await service.send("/v1/limits", { maxPositionValue: "1" }, "PUT");
    await service.send("/v1/fills", fillJson("1"));
    await service.send("/v1/marks", { symbol: "BTC/USD", price: "60000" });
    await until("a breach of a position trips", async () => (await service.get("/v1/breaker"))["by"] === "position_size");
    await service.stop();
  } },
  { key: "breaker.cool_down", value: "1s", wrong: "0s", isSeen: () => async () => {
    const service = await serve(...ANY_PORT);
    await service.send("/v1/breaker/trip", { why: "drill" });
    await until("it cools down", async () => (await service.get("/v1/breaker"))["state"] === "half_open");
    await service.stop();
  } },
  { key: "breaker.probes", value: "2", wrong: "-1", isSeen: () => async () => {
    writeFileSync(join(folder, "fillbook.yaml"), "breaker: {probes: 2, cool_down: 1s}\nlimits: {unknown: allow}\nposition_management: {risk_limits: {concentration_limit: none}}\n");
    const service = await serve(...ANY_PORT);
    await service.send("/v1/breaker/trip", { why: "drill" });
    await until("it cools down", async () => (await service.get("/v1/breaker"))["state"] === "half_open");
    const allowed = async () => (await service.send("/v1/check", { symbol: "ABC", venue: "kraken", side: "buy", quantity: "1", price: "10" })).body["allowed"];
    expect([await allowed(), await allowed(), await allowed()]).toEqual([true, true, false]);
    await service.stop();
  } },
  { key: "breaker.refusal_burst", value: "3", wrong: "0", isSeen: () => async () => {
    writeFileSync(join(folder, "fillbook.yaml"), "breaker: {trip_on: refusal_burst, refusal_burst: 3}\n");
    const service = await serve(...ANY_PORT);
    await service.send("/v1/fills", [fillJson("1", { quantity: "0" }), fillJson("2", { quantity: "0" })]);
    expect((await service.get("/v1/breaker"))["state"]).toBe("closed");
    await service.send("/v1/fills", [fillJson("3", { quantity: "0" })]);
    await until("a burst trips", async () => (await service.get("/v1/breaker"))["by"] === "refusal_burst");
    await service.stop();
  } },
];

/** Files that a value needs beside it. */
const withOthers = (key: string, value: string) => (key.startsWith("http.tls.") ? `http:\n  tls:\n    cert_file: ${key.endsWith("cert_file") ? value : "cert.pem"}\n    key_file: ${key.endsWith("key_file") ? value : "key.pem"}\n` : yamlOf(key, value));

test("every key has a test of its effect", () => {
  expect(effects.map(({ key }) => key.replace(/^(venues|accounts|symbols|strategies|markets\.rules)\.\w+\./, "$1.*."))).toEqual(KEYS.map(({ path }) => path));
});

describe("what is set is obeyed:", () => {
  test.each(effects)("$key: $value", async ({ key, value, isSeen }) => {
    writeFileSync(join(folder, "fillbook.yaml"), withOthers(key, value));
    await isSeen(value, key)();
  });
});

test("each key refuses what it may not hold, with its place, and is set by its variable in the environment", async () => {
  const path = join(folder, "fillbook.yaml");
  for (const { key, value, wrong } of effects) {
    writeFileSync(path, withOthers(key, wrong));
    const said = await readConfiguration(path, {}, {}).then(() => "nothing", (error: Error) => `${error.name} ${error.message}`);
    expect([key, said]).toEqual([key, expect.stringMatching(new RegExp(`^UsageError .*fillbook\\.yaml:\\d+:\\d+: ${key.replaceAll(".", "\\.")}: [^\\n]+$`)) as string]);
    const [, called = "main"] = /^(?:venues|accounts|symbols|strategies|markets\.rules)\.(\w+)\./.exec(key) ?? [];
    const variable = variableOf(key.replace(/^(venues|accounts|symbols|strategies|markets\.rules)\.\w+\./, "$1.*.")).replace("NAME", called);
    const pair: Environment = key.startsWith("http.tls.") ? { FILLBOOK_HTTP__TLS__CERT_FILE: "x", FILLBOOK_HTTP__TLS__KEY_FILE: "y" } : {};
    writeFileSync(path, "");
    const { effective } = await readConfiguration(path, {}, { ...pair, [variable]: value });
    expect(effective.find((one) => one.path === key)).toMatchObject({ value, from: "environment", where: variable });
  }
});

test("options go before all, and passwords are not shown", () => {
  const words = ["config", "--port", "0", "--host", "::1", "--log-level", "warn", "--database", "postgres://me:geheim@h/db"];
  const { stdout } = run(words, { FILLBOOK_HTTP__PORT: "1", DATABASE_URL: "postgres://other:auch@h/db" });
  expect(stdout).not.toMatch(/geheim|auch/);
  const lines = stdout.split("\n").map((line) => line.split(/\s+/).slice(0, 4).join(" "));
  expect(lines).toEqual(expect.arrayContaining(["http.port 0 option --port", "http.host ::1 option --host", "http.log_level warn option --log-level", "database.url postgres://me:***@h/db option --database", "data data environment FILLBOOK_DATA"]));
});

test("changed limits are taken over without a restart, an invalid file is not, and what a request set stays until the file says otherwise", async () => {
  const file = (maxVar: string) => writeFileSync(join(folder, "fillbook.yaml"), `position_management: {risk_limits: {max_var: ${maxVar}}}\n`);
  file("1000");
  const service = await serve(...ANY_PORT);
  const maxVar = async (of = service) => ((await of.get("/v1/limits"))["limits"] as Record<string, string | null>)["maxVar"];
  expect(await maxVar()).toBe("1000");
  file("2000");
  await until("the new limit is in force", async () => (await maxVar()) === "2000");
  file("much");
  await until("it is said", () => service.log().includes("is not a plain number"));
  expect(await maxVar()).toBe("2000");
  writeFileSync(join(folder, "fillbook.yaml"), "position_management: {risk_limits: {max_var: 2000}}\nbreaker: {probes: 3}\n");
  await until("what waits for a restart is said", () => service.log().includes('"keys":["breaker.probes"]'));
  file("2000");
  await service.send("/v1/limits", { maxVar: "3000" }, "PUT");
  await service.stop();
  const again = await serve(...ANY_PORT);
  expect(await maxVar(again)).toBe("3000");
  file("4000");
  await until("the file says something new", async () => (await maxVar(again)) === "4000");
  rmSync(join(folder, "fillbook.yaml"));
  await again.stop();
  expect(await maxVar(await serve(...ANY_PORT))).toBe("4000"); // without a file nothing is said of limits
});

test("of a file that is being written nothing counts until it stays as it is", async () => {
  const path = join(folder, "fillbook.yaml");
  writeFileSync(path, "position_management: {risk_limits: {max_var: 1000}}\n");
  const service = await serve(...ANY_PORT);
  const inForce = async () => (await service.get("/v1/limits")) as { readonly limits: Readonly<Record<string, string | null>>; readonly seq: number };
  const { seq } = await inForce();
  for (let n = 0; n < 20; n += 1) {
    writeFileSync(path, n % 2 === 0 ? "" : "position_management: {risk_limits: {max_var: 2000}}\n");
    await sleep(60);
  }
  await until("the file counts", async () => (await inForce()).limits["maxVar"] === "2000");
  expect((await inForce()).seq).toBe(seq + 1); // and nothing came between
});

test("limits go out with an export and in again, each with its time", async () => {
  writeFileSync(join(folder, "fillbook.yaml"), yamlOf("position_management.risk_limits.max_var", "1000"));
  const service = await serve(...ANY_PORT);
  await service.send("/v1/limits", { maxVar: "3000", concentrationLimit: "0.5", overrides: { account: { 'a "b"': { maxVar: "1", maxDailyLoss: null } } } }, "PUT");
  const before = await service.get("/v1/limits");
  await service.stop();
  rmSync(join(folder, "fillbook.yaml"));
  write("book.json", run(["export", "--format", "json"]).stdout);
  run(["export", "--out", "folder"]);
  expect(json(["import", "book.json", "--data", "again"])).toMatchObject({ events: 2, refused: 0 });
  expect(json(["events", "folder/events.csv", "--data", "again"])).toMatchObject({ accepted: 0, duplicates: 2 });
  const again = await serve(...ANY_PORT, "--data", "again");
  expect({ ...(await again.get("/v1/limits")), seq: 0 }).toEqual({ ...before, seq: 0 });
  expect(run(["verify"]).status).toBe(0);
});

const DOCUMENT = join(root, "docs/configuration.md");

/** The tables of docs/configuration.md: `UPDATE_CONFIGURATION=1 npx vitest run test/configuration` writes them. */
test("docs/configuration.md says of every key what it means, what it may hold, its default and its variable", () => {
  const plain = (text: string) => text.replaceAll("|", "\\|");
  const isOwn = (path: string) => path.includes("*.risk_limits.");
  const ownRow = (section: string) => `| \`${section}.NAME.risk_limits.LIMIT\` | any limit of \`position_management.risk_limits\`, of this name alone | what it holds there; none: no limit; inherit: the common one | \`inherit\` | \`${variableOf(`${section}.*.risk_limits.LIMIT`)}\` |`;
  const rows = KEYS.filter(({ path }, i) => !isOwn(path) || !isOwn(KEYS[i - 1]!.path) || KEYS[i - 1]!.path.split(".")[0] !== path.split(".")[0]).map(({ path, key }) => isOwn(path) ? ownRow(path.split(".")[0]!) : `| \`${path.replace("*", "NAME")}\` | ${plain(key.says)} | ${plain(key.kind.form)} | \`${key.default}\` | \`${variableOf(path)}\`${key.variables.map((name) => `, \`${name}\``).join("")} |`);
  const table = ["| key | | holds | default | in the environment |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
  const text = readFileSync(DOCUMENT, "utf8");
  const between = /(?<=<!-- keys -->\n)[^]*?(?=<!-- end -->)/;
  if (process.env["UPDATE_CONFIGURATION"] !== undefined) writeFileSync(DOCUMENT, text.replace(between, () => `${table}\n`));
  expect(between.exec(readFileSync(DOCUMENT, "utf8"))?.[0]).toBe(`${table}\n`);
  for (const { path, key } of KEYS) for (const old of key.old) expect([path, text]).toEqual([path, expect.stringContaining(`\`${old}\``)]);
});
