import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UNCONFIGURED } from "../config.ts";
import { configOf, readConfiguration, type ConfigOptions } from "./read.ts";
import { configuredLimits } from "./limits.ts";
import { isRefused, withoutPassword } from "./kinds.ts";
import { KEYS, variableOf } from "./spec.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fillbook-config-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function read(yaml: string, environment: Readonly<Record<string, string>> = {}, options: ConfigOptions = {}) {
  const file = join(folder, "f.yaml");
  writeFileSync(file, yaml);
  return readConfiguration(file, options, environment);
}
/** What is said of a configuration that cannot be used, without the folder. */
const problem = (yaml: string, environment?: Readonly<Record<string, string>>, options?: ConfigOptions) =>
  read(yaml, environment, options).then(() => "none", (error: Error) => error.message.replaceAll(`${folder}/`, ""));

describe("a configuration that cannot be used is told with line, column, key and how to mend it", () => {
  test.each([
    ["an unknown key, and the nearest in its section", "marks:\n  max_agee: 5m\n", "f.yaml:2:3: marks.max_agee: is no key of the configuration: did you mean marks.max_age?"],
    ["a key of another section", "max_var: 5\n", "f.yaml:1:1: max_var: is no key of the configuration: did you mean position_management.risk_limits.max_var?"],
    ["a section with a slip", "position_managment:\n  risk_limits: {}\n", "f.yaml:1:1: position_managment: is no key of the configuration: did you mean position_management?"],
    ["a key of a venue", "venues:\n  kraken: {typ: cex}\n", "f.yaml:2:12: venues.kraken.typ: is no key of the configuration: did you mean venues.kraken.type?"],
    ["a percentage where a fraction is", "position_management: {risk_limits: {concentration_limit: 20}}\n", 'f.yaml:1:58: position_management.risk_limits.concentration_limit: "20" is not a fraction from 0 to 1, like 0.2 for 20 %'],
    ["no number", "position_management:\n  risk_limits:\n    max_var: 1,000\n", 'f.yaml:3:14: position_management.risk_limits.max_var: "1,000" is not a plain number: write it without thousands separators, like 1000.5'],
    ["a time without a unit", "marks:\n  max_age: 5\n", 'f.yaml:2:12: marks.max_age: "5" is not a time from 1ms to 100000d, as a whole number and ms, s, m, h or d, or none'],
    ["an empty value", "http:\n  port:\n", "f.yaml:2:8: http.port: is empty: write a whole number from 0 to 65535"],
    ["a value where keys are", "marks: 5m\n", "f.yaml:1:8: marks: holds keys, each on a line of its own with its value after a colon: max_age"],
    ["keys where a value is", "base_currency: {a: b}\n", "f.yaml:1:16: base_currency: holds one value, not keys"],
    ["one thing in two places", "acknowledge: durable\njournal: {acknowledge: buffered}\n", "f.yaml:2:24: journal.acknowledge: is said at f.yaml:1:14 already: leave one of the two out"],
    ["a member of a list", "breaker:\n  trip_on: [portfolio_var, drawdown]\n", 'f.yaml:2:12: breaker.trip_on: "drawdown" is not one of position_size, var, concentration, portfolio_var, max_drawdown, correlation_risk, daily_loss, leverage, gross_exposure, unhedged_exposure, divergence_loss, pair_capital, refusal_burst, stale_marks'],
    ["half of a pair", "http: {tls: {cert_file: a.pem}}\n", "http.tls: takes cert_file and key_file together: give both, or none"],
    ["no YAML", "a: [\n", "f.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]"],
    ["two documents", "http: {port: 1}\n---\nhttp: {port: 2}\n", "f.yaml:2:1: a second document begins: leave out the line ---"],
    ["a path for a key", "http.port: 1\n", 'f.yaml:1:1: http.port: is no key of the configuration: write each part on a line of its own, "http:" and what follows under it, indented'],
    ["a secret, which is not said again", "database: {url: geheim}\n", "f.yaml:1:17: database.url: is not an address like postgres://user@host:5432/name, embedded, or off"],
  ])("%s", async (_, yaml, said) => {
    expect(await problem(yaml)).toBe(said);
  });

  test("the environment and options by their names", async () => {
    expect(await problem("", { FILLBOOK_MARKS__MAXAGE: "5m" })).toBe("FILLBOOK_MARKS__MAXAGE: is no key of the configuration: did you mean FILLBOOK_MARKS__MAX_AGE?");
    expect(await problem("", { FILLBOOK_HTTP__PORT: "x" })).toBe('FILLBOOK_HTTP__PORT: http.port: "x" is not a whole number from 0 to 65535');
    expect(await problem("", {}, { "http.port": "70000" })).toBe('--port: http.port: "70000" is not a whole number from 0 to 65535');
    expect(await problem("", { FILLBOOK_PORT: "tcp://10.0.0.1:7070", FILLBOOK_PORT_7070_TCP: "tcp://10.0.0.1:7070", FILLBOOK_DATA: "x", OTHER__KEY: "y" })).toBe("none"); // as Kubernetes has it
  });

  test("a value is looked at also where another one goes before it", async () => {
    expect(await problem("http: {port: x}\n", { FILLBOOK_HTTP__PORT: "1" })).toContain("f.yaml:1:14");
  });
});

test("an option goes before the environment, that before the file, that before the default", async () => {
  const yaml = "http:\n  port: 1\n  host: localhost\n";
  const [variable, option] = [{ FILLBOOK_HTTP__PORT: "2" }, { "http.port": "3" }];
  const ports = [await read(""), await read(yaml), await read(yaml, variable), await read(yaml, variable, option)];
  const places = ports.map(({ http, effective }) => ({ port: http.port, ...effective.find(({ path }) => path === "http.port") }));
  expect(places).toMatchObject([
    { port: 7070, value: "7070", from: "default" },
    { port: 1, value: "1", from: "file", where: join(folder, "f.yaml:2:9") },
    { port: 2, value: "2", from: "environment", where: "FILLBOOK_HTTP__PORT" },
    { port: 3, value: "3", from: "option", where: "--port" },
  ]);
  expect(ports[3]!.http.host).toBe("localhost");
});

test("amounts are text all the way: no digit is lost", async () => {
  const { positionManagement } = await read("position_management:\n  risk_limits:\n    max_position_value: 100000000000000000.000000000000000001\n    max_var: 1e-7\n    max_portfolio_var: none\n");
  expect(positionManagement.riskLimits).toMatchObject({ maxPositionValue: { mantissa: 100000000000000000000000000000000001n, digits: 18 }, maxVar: { mantissa: 1n, digits: 7 }, maxPortfolioVar: undefined });
});

test("the plan's classes read some keys elsewhere, and older files have others on top: both are taken", async () => {
  const { positionManagement, journal, http } = await read("position_management:\n  var_confidence: 0.99\n  max_drawdown_limit: 0.25\n  concentration_limit: 0.5\nacknowledge: buffered\nflush_interval_ms: 7\nsnapshot_entries: 5000\nlog_level: warn\n");
  expect(positionManagement.varCalculation.confidenceLevel).toEqual({ mantissa: 99n, digits: 2 });
  expect(positionManagement.riskLimits).toMatchObject({ maxDrawdownLimit: { mantissa: 25n, digits: 2 }, concentrationLimit: { mantissa: 5n, digits: 1 } });
  expect([journal, http.logLevel]).toEqual([{ acknowledge: "buffered", flushIntervalMs: 7, snapshotEntries: 5000 }, "warn"]);
});

test("venues and accounts have the names that people give them; in the environment those of the file in any case", async () => {
  const { venues, accounts, effective } = await read("venues:\n  kraken: {type: cex}\n  x.y: {}\n", { FILLBOOK_VENUES__KRAKEN__TYPE: "dex", FILLBOOK_ACCOUNTS__main__METHOD: "fifo" });
  expect([...venues]).toMatchObject([["kraken", { type: "dex" }]]);
  expect([...accounts]).toMatchObject([["main", { method: "fifo" }]]);
  expect(effective.filter(({ path }) => path.startsWith("venues"))).toEqual([{ path: "venues.kraken.type", value: "dex", from: "environment", where: "FILLBOOK_VENUES__KRAKEN__TYPE" }]);
});

test("limits of accounts, venues, symbols and strategies stand with their names, and say nothing else of them", async () => {
  const yaml = "accounts:\n  a: {risk_limits: {max_var: 100}}\nsymbols:\n  BTC/USD: {risk_limits: {max_var: none, max_order_rate: 60}}\nstrategies:\n  s.1: {risk_limits: {warning_level: inherit}}\n";
  const configuration = await read(yaml, { FILLBOOK_VENUES__kraken__RISK_LIMITS__MAX_GROSS_EXPOSURE: "7" });
  const [report] = configuredLimits(configuration, 0n);
  expect(report).toMatchObject({
    areAll: true,
    overrides: {
      account: new Map([["a", { max_var: { mantissa: 100n, digits: 0 } }]]), venue: new Map([["kraken", { max_gross_exposure: { mantissa: 7n, digits: 0 } }]]),
      symbol: new Map([["BTC/USD", { max_var: "none", max_order_rate: { mantissa: 60n, digits: 0 } }]]), strategy: new Map([["s.1", {}]]),
    },
  });
  expect([configOf(configuration).methods, configOf(configuration).venueTypes]).toEqual([new Map(), new Map()]);
  expect(configuration.effective.filter(({ from }) => from !== "default").map(({ path }) => path)).toEqual(["venues.kraken.risk_limits.max_gross_exposure", "accounts.a.risk_limits.max_var", "symbols.BTC/USD.risk_limits.max_var", "symbols.BTC/USD.risk_limits.max_order_rate", "strategies.s.1.risk_limits.warning_level"]);
});

test("what trips may be named by its limit", async () => {
  expect((await read("breaker: {trip_on: [max_portfolio_var, stale_marks, max_daily_loss]}\n")).breaker.tripOn).toEqual(["portfolio_var", "stale_marks", "daily_loss"]);
});

test("what is no file is said by its path", async () => {
  await expect(readConfiguration(folder, {}, {})).rejects.toThrow(`${folder}: cannot be read (EISDIR)`);
});

test("lists, anchors and empty sections are those of YAML", async () => {
  const { http, breaker, marks } = await read("http:\n  allowed_origins:\n    - https://a.example\n    - &b https://b.example\nbreaker: {trip_on: []}\nmarks:\n");
  expect([http.allowedOrigins, breaker.tripOn, marks.maxAge]).toEqual([["https://a.example", "https://b.example"], [], undefined]);
  expect((await read("", { FILLBOOK_BREAKER__TRIP_ON: "var, daily_loss" })).breaker.tripOn).toEqual(["var", "daily_loss"]);
});

test("the address of the database comes from DATABASE_URL too, and is shown without its password", async () => {
  const { database, effective } = await read("", { DATABASE_URL: "postgres://me:ge:he@im@host/db?sslmode=require&password=auch" });
  expect(database.url).toContain("ge:he@im");
  expect(effective.find(({ path }) => path === "database.url")).toMatchObject({ value: "postgres://me:***@host/db?sslmode=require&password=***", where: "DATABASE_URL" });
  expect((await read("", { DATABASE_URL: "postgres://a/b", FILLBOOK_DATABASE__URL: "postgres://c/d" })).database.url).toBe("postgres://c/d");
  expect(withoutPassword("postgres://me@host/db?application_name=a:b@c")).toBe("postgres://me@host/db?application_name=a:b@c");
});

test("every default is a value of its key, and every key has a variable and a meaning of its own", () => {
  for (const { path, key } of KEYS) expect([path, isRefused(key.kind.read(key.default))]).toEqual([path, false]);
  expect(new Set(KEYS.map(({ path }) => variableOf(path))).size).toBe(KEYS.length);
  expect(new Set(KEYS.map(({ key }) => key.says)).size).toBe(KEYS.length);
});

test("where nobody says anything, the table of keys need not be read to know what it says", async () => {
  expect(configOf(await read(""))).toEqual(UNCONFIGURED);
});

test("no text makes a key fall over", () => {
  fc.assert(fc.property(fc.constantFrom(...KEYS), fc.string(), ({ key }, text) => void key.kind.read(text)));
});
