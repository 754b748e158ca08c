import { Command, CommanderError, Option, type OutputConfiguration } from "commander";
/** Runs a command line. Returns the exit status: 0 done, 1 done in part or a check failed, 2 bad usage or unreadable input. */
export async function run(argv: readonly string[]): Promise<number> {
  let status = 0;
  const program = programOf((code) => (status = code));
  try {
    await program.parseAsync(argv);
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (isForTheUser(error)) {
      process.stderr.write(`fillbook: ${error.message}\n`);
      return error.name === "JournalCorrupt" || error.name === "JournalTooShort" ? 1 : 2;
    }
    if (isOfTheSystem(error)) {
      process.stderr.write(`fillbook: ${error.path ?? error.syscall}: ${SYSTEM_SAYS[error.code] ?? error.message}\n`);
      return 2;
    }
    throw error;
  }
}

const SYSTEM_SAYS: Readonly<Record<string, string>> = {
  EACCES: "not allowed; choose a place you may read and write, or change its permissions",
  EPERM: "not allowed; choose a place you may read and write, or change its permissions",
  EROFS: "the disk is read-only; choose another place with --data",
  ENOTDIR: "a folder of this path is a file; choose another place with --data",
  EEXIST: "is in the way: it is not a folder; choose another place with --data",
  EADDRINUSE: "something listens there already; choose another --port",
  EADDRNOTAVAIL: "no address of this machine; choose another --host",
  ENOSPC: "no space left on the disk; make room and run the same command again",
};

function isOfTheSystem(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && "syscall" in error && typeof (error as NodeJS.ErrnoException).code === "string";
}

/** Bad usage is one line, like every other error. */
const ONE_LINE: OutputConfiguration = {
  outputError: (text, write) => write(`fillbook: ${text.trim().replace(/^error: /, "").replace(/\n+/g, " ")}; fillbook --help shows the commands, fillbook COMMAND --help their options\n`),
};

function programOf(ended: (status: number) => void): Command {
  const program = new Command("fillbook").description("The exact position book for people who trade on many venues.").version("0.1.0").enablePositionalOptions().exitOverride().configureOutput(ONE_LINE).addHelpText("after", "\nExample:\n  fillbook import fills.csv\n  fillbook positions\n\nfillbook COMMAND --help shows the options of a command and an example.");
  const command = (usage: string, description: string, example: string, parent = program) =>
    parent
      .command(usage)
      .description(description)
      .option("--data <dir>", "data folder (default: ./fillbook-data, or FILLBOOK_DATA)")
      .option("--config <file>", "configuration (default: fillbook.yaml where present)")
      .option("--database <url>", "PostgreSQL server, embedded, or off (default: DATABASE_URL, database.url, or embedded)")
      .option("--json", "one JSON document on stdout")
      .addHelpText("after", `\nExample:\n  ${example}`)
      .exitOverride()
      .configureOutput(ONE_LINE);

  command("import <files...>", "book the fills of CSV, JSON or NDJSON files, plain or gzipped", "fillbook import fills.csv --account main")
    .addOption(new Option("--format <format>", "what the files hold").choices(["auto", "csv", "json", "ndjson"]).default("auto"))
    .option("--map <map.yaml>", "which column of the file is which: for tables of another shape")
    .option("--account <name>", "account of rows that name none (default: default)")
    .option("--venue <name>", "venue of rows that name none")
    .option("--ignore-extra", "pass over columns that are not known")
    .option("--events <file>", "events to be put between the fills by time (see fillbook events --help)")
    .action(async (files: string[], options) => ended(await (await import("./commands/import.ts")).importFiles(files, options)));
  command("instruments <file>", "define instruments: kind, currencies, multiplier, digits", "fillbook instruments instruments.csv")
    .action(async (file: string, options) => ended(await (await import("./commands/instruments.ts")).instruments(file, options)));
  command("marks <file>", "give mark prices: venue,symbol,price,timestamp (an empty venue marks the symbol everywhere)", "fillbook marks marks.csv")
    .action(async (file: string, options) => ended(await (await import("./commands/marks.ts")).marks(file, options)));
  command("prices <files...>", "give daily closes, that risk is reckoned from: date,SYM1,SYM2,… or date,symbol,close", "fillbook prices closes.csv")
    .option("--period <period>", "how far apart the closes are", "1d")
    .action(async (files: string[], options) => ended(await (await import("./commands/prices.ts")).prices(files, options)));
  command("events <file>", "every other fact: funding, deposit, withdrawal, split, rename, settlement, bust, amend, configure, limit, breach, trip, reset, probe", "fillbook events events.csv")
    .addHelpText("after", `\nA row has a type and what that type needs, the other columns stay empty:
  funding      venue symbol timestamp amount [currency]          received > 0
  deposit, withdrawal
               venue symbol timestamp quantity [cost]            an asset; cost of all of it
               timestamp currency amount                         cash: capital
  split        symbol timestamp ratio                            new units for one old: 2, 0.1, 3/2
  rename       symbol timestamp to
  settlement   symbol timestamp price [venue]                    closes what is open
  bust         venue symbol fill                                 the fill with this id never happened
  amend        venue symbol fill [side quantity price fee fee_currency fill_timestamp strategy signal_id]
  configure    method                                            average, fifo, lifo or hifo
  limit        limits [overrides by]                             all limits from then on: "max_var=5000 concentration_limit=0.2", or none;
                                                                 overrides: {"account": {"main": {"max_var": "100"}}}
  breach       timestamp is limit scope [account value threshold]   is: begun or ended; as an export has it
  trip, reset, probe
               timestamp who why, and by (trip) or to (reset)    of the breaker, as an export has it
and id (its own, where it has one). All but split, rename and limit take an account (default: default; a settlement: every one).
Two equal rows of one file are two events. Times without a zone are UTC.`)
    .action(async (file: string, options) => ended(await (await import("./commands/events.ts")).events(file, options)));
  command("positions", "net positions with their venues", "fillbook positions --symbol BTC/USD --at 2024-03-31T23:59:59Z")
    .option("--account <name>", "only this account").option("--venue <name>", "only the part on this venue").option("--symbol <name>", "only this symbol, with every figure")
    .option("--status <status>", "open, closed or all (default: all)")
    .option("--at <time>", "as of a time (a day is its midnight UTC): fills and marks whose own time is not later")
    .option("--seq <n>", "as known when entry N was the last one")
    .action(async (options) => ended(await (await import("./commands/positions.ts")).positions(options)));
  command("history [symbol]", "one row per fill with the position after it", "fillbook history BTC/USD --from 2024-01-01")
    .option("--account <name>", "only this account").option("--venue <name>", "only fills of this venue")
    .option("--from <time>", "not earlier (a day is its midnight UTC)").option("--to <time>", "not later")
    .option("--limit <n>", "rows at most (default: 1000, all with --json)").option("--cursor <seq>", "rows after this entry")
    .action(async (symbol: string | undefined, options) => ended(await (await import("./commands/history.ts")).history(symbol, options)));
  command("trips [symbol]", "closed round trips, from flat to flat, and what they add up to", "fillbook trips BTC/USD --from 2024-01-01")
    .option("--account <name>", "only this account").option("--venue <name>", "round trips on this venue, instead of net over venues")
    .option("--from <time>", "closed not earlier (a day is its midnight UTC)").option("--to <time>", "closed not later")
    .option("--limit <n>", "only the last N (default: 1000, all with --json); the totals are of all")
    .action(async (symbol: string | undefined, options) => ended(await (await import("./commands/trips.ts")).trips(symbol, options)));
  command("pnl", "realized, unrealized, fees, funding and net", "fillbook pnl --by strategy --view exit")
    .option("--by <key>", "account, venue, symbol, strategy or signal", "symbol")
    .option("--view <view>", "where fees and cost count, the net being the same; gross: fees apart; net: in realized, as paid; exit: in realized, as positions close; lots: first in, first out, fees apart; tax: first in, first out, fees with their lot", "gross")
    .option("--currency <name>", "report in this currency").option("--at <time>", "as of a time")
    .action(async (options) => ended(await (await import("./commands/pnl.ts")).pnl(options)));
  const pairs = command("pairs", "prediction-market pairs: what is locked, what is exposed; summary: all of them together; advice: ways out; fees: beside the schedules; reconcile: beside the venue", "fillbook pairs --status open\n  fillbook pairs summary\n  fillbook pairs advice\n  fillbook pairs --compare executions.csv --map MAP.yaml")
    .option("--status <status>", "open, closing, closed, expired or all (default: all)").option("--account <name>", "only pairs that were filled in this account")
    .option("--compare <file>", "beside what this file of executions, imported before, says it realized").option("--map <map.yaml>", "the map that it was imported with").enablePositionalOptions()
    .action(async (options) => ended(await (await import("./commands/pairs.ts")).pairs(options)));
  command("summary", "how many pairs there are, and what is guaranteed, realized and locked", "fillbook pairs summary", pairs)
    .option("--account <name>", "only pairs that were filled in this account")
    .action(async (options) => ended(await (await import("./commands/pairs.ts")).summary(options)));
  command("advice [id]", "complete or unwind what is unhedged, and what either costs; prices are those of the service that runs on the folder, else of marks, or given", "fillbook pairs advice\n  fillbook pairs advice P1 --ask 52 --bid 40", pairs)
    .option("--account <name>", "only pairs that were filled in this account").option("--ask <cents>", "what the missing side costs").option("--bid <cents>", "what the side that there is too much of brings")
    .action(async (id: string | undefined, options) => ended(await (await import("./commands/pair-advice.ts")).advice(id, options)));
  command("fees", "fills whose venue charged otherwise than the fee schedules say; the venue's own fee is the one that counts", "fillbook pairs fees", pairs)
    .option("--account <name>", "only fills of this account")
    .action(async (options) => ended(await (await import("./commands/pair-fees.ts")).fees(options)));
  command("reconcile <files...>", "the book beside what a venue reports, with rows that would mend each difference; ends with 1 where they differ", "fillbook pairs reconcile fills.json positions.json --venue kalshi --mends mends.ndjson\n  fillbook import mends.ndjson", pairs)
    .requiredOption("--venue <name>", "kalshi or polymarket: whose answers the files hold").option("--account <name>", "whose account it is (default: default)").option("--since <time>", "the fills are all that there are from this time on (without it some may be missing)")
    .option("--holds-all", "the positions are all that is held, though none be told").option("--owner <id...>", "Polymarket: an API key or address that is yours, to find your orders among others'").option("--mends <file>", "write the rows that would mend the differences here; nothing is booked")
    .action(async (files: string[], options) => ended(await (await import("./commands/reconcile.ts")).reconcileFiles(files, options)));
  const ways = (to: Command) => to.option("--method <name>", "parametric, historical_simulation, filtered_historical, monte_carlo or cornish_fisher (default: var_calculation.method)").option("--confidence <level>", "such as 0.99 (default: 0.95, or var_calculation.confidence_level)").option("--horizon <days>", "days (default: 1)").option("--account <name>", to.name() === "check" ? "whose order it is (default: default)" : "only this account");
  const risk = ways(command("risk", "what could be lost, and how near each limit is; backtest: whether forecasts held; stress: scenarios", "fillbook risk --method filtered --confidence 0.99\n  fillbook risk stress\n  fillbook risk backtest prices.csv --symbol SPY"))
    .option("--by <key>", "what groups are of: account, venue, symbol or strategy", "account").enablePositionalOptions()
    .action(async (options) => ended(await (await import("./commands/risk.ts")).risk(options)));
  ways(command("stress", "what scenarios would do to the book, and how far it is to the limits", "fillbook risk stress --shock BTC/USD=-0.3 --shock all=-0.1", risk))
    .option("--scenario <name>", "only this one").option("--shock <key=size...>", "a scenario of your own: SYMBOL=-0.1, venue:NAME=-0.2, class:KIND=-0.3, all=-0.05")
    .action(async (options) => ended(await (await import("./commands/stress.ts")).riskStress(options)));
  ways(command("check", "would this order breach a limit? 1 if so; nothing is booked", "fillbook check --symbol BTC/USD --venue kraken --side buy --quantity 1 --price 60000"))
    .requiredOption("--symbol <name>", "what").requiredOption("--venue <name>", "where").requiredOption("--side <side>", "buy or sell").requiredOption("--quantity <n>", "how much").option("--price <n>", "at which price (default: the mark)").option("--strategy <name>", "whose limits count, too")
    .action(async (options) => ended(await (await import("./commands/check.ts")).check(options)));
  command("performance", "executions, returns, ratios, drawdowns, and how they compare with a benchmark", "fillbook performance --from 2024-01-01 --benchmark SPY")
    .option("--from <time>", "not earlier (a day is its midnight UTC)").option("--to <time>", "not later")
    .option("--benchmark <symbol>", "compare with a symbol that has marks; none unless configured")
    .option("--currency <name>", "report in this currency").option("--by <period>", "executions by hour, day, week, month, quarter or year, too").option("--fills <n>", "the last n fills one by one, too: slippage, latency, score, P&L; with --json the parts of each score").option("--rolling <n>", "figures of n daily returns at a time, too")
    .option("--every <span>", "sample equity as often, beside by the day: 1h, 15m (default: 1d)")
    .option("--periods-per-year <n>", "days of a year (default: 365 where every venue is always open, else 252)").option("--risk-free <rate>", "a yearly rate, 0.02 is 2 % (default: 0)")
    .option("--weights <file>", "attribute the difference to a benchmark of weights: symbol,weight and, where wanted, segment")
    .option("--series", "with --json: every return and point of equity, too")
    .action(async (options) => ended(await (await import("./commands/performance.ts")).performance(options)));
  command("venues", "what trading on each venue cost and brought, ranked", "fillbook venues --from 2024-01-01")
    .option("--from <time>", "fills not earlier (a day is its midnight UTC)").option("--to <time>", "not later").option("--currency <name>", "report in this currency")
    .action(async (options) => ended(await (await import("./commands/venues.ts")).venues(options)));
  command("opportunities", "what buying on one venue and selling on another earns after fees: now, of a running service; or in a record of ladders", "fillbook opportunities\n  fillbook opportunities --kind triangle\n  fillbook opportunities --replay books.ndjson --config fillbook.yaml")
    .option("--replay <file>", "snapshots and updates, NDJSON or JSON, plain or gzipped: every opportunity in it, with its life time").option("--symbol <name>", "only this market, as BTC/USD").option("--kind <kind>", "cross: between venues; basis: spot against contracts, with every basis; triangle: rounds within a venue (default: cross, basis and triangle)")
    .action(async (options) => ended(await (await import("./commands/opportunities.ts")).opportunities(options)));
  command("liquidity <symbol>", "a market over all its venues, as a running service sees it: best prices, depth, shares", "fillbook liquidity BTC/USD --quantity 5")
    .option("--levels <n>", "shown a side (default: 10)").option("--quantity <n>", "what would buying and selling so much cost, over all venues?")
    .action(async (symbol: string, options) => ended(await (await import("./commands/liquidity.ts")).liquidity(symbol, options)));
  command("inventory <symbol>", "how the goods of a market lie on its venues, as a running service sees it, and what spreading them evenly costs", "fillbook inventory BTC/USD --account main")
    .option("--account <name>", "what this account holds (default: all)")
    .action(async (symbol: string, options) => ended(await (await import("./commands/inventory.ts")).inventory(symbol, options)));
  command("report", "a tear sheet: one self-contained page, readable on paper", "fillbook report --out sheet.html --benchmark SPY")
    .requiredOption("--out <file.html>", "where to write it").option("--title <text>", "its heading").option("--theme <theme>", "auto (as the reader's screen), light or dark", "auto")
    .option("--from <time>", "not earlier (a day is its midnight UTC)").option("--to <time>", "not later").option("--benchmark <symbol>", "compare with a symbol that has marks")
    .option("--currency <name>", "report in this currency").option("--periods-per-year <n>", "as for performance").option("--risk-free <rate>", "as for performance")
    .action(async (options) => ended(await (await import("./commands/report.ts")).report(options)));
  command("attribution", "what each signal, venue, strategy, symbol or account made, adding up exactly to the total", "fillbook attribution --by signal,venue --from 2024-01-01")
    .option("--by <keys>", "one or two of signal, venue, strategy, symbol and account, with a comma between", "signal")
    .option("--currency <name>", "report in this currency").option("--from <time>", "what was made from then on (default: since the beginning)").option("--at <time>", "up to a time")
    .action(async (options) => ended(await (await import("./commands/attribution.ts")).attribution(options)));
  command("backtest <file>", "how often each method's one-day VaR was breached, from strictly earlier prices", "fillbook risk backtest prices.csv --symbol SPY --confidence 0.99", risk)
    .option("--symbol <name>", "which column or symbol of the file (default: its only one)")
    .option("--confidence <level>", "between 0 and 1 (default: 0.95)").option("--window <n>", "returns that each forecast looks at (default: 252)")
    .action(async (file: string, options) => ended(await (await import("./commands/backtest.ts")).riskBacktest(file, options)));
  command("verify", "check the whole journal and the book that follows from it", "fillbook verify")
    .action(async (options) => ended(await (await import("./commands/verify.ts")).verify(options)));
  command("rebuild", "the SQL tables again, from the journal", "fillbook rebuild --database postgres://user@localhost/fillbook")
    .action(async (options) => ended(await (await import("./commands/rebuild.ts")).rebuild(options)));
  command("archive", "move full, old segments of the journal into another folder, and read them from there", "fillbook archive --to /mnt/archive/fillbook --before 2026-01-01")
    .requiredOption("--to <dir>", "where they go; what is written as a relative path is found again from the data folder")
    .option("--before <time>", "only segments that were written before (a day is its midnight UTC)").option("--keep <n>", "leave the newest N segments, the one that grows among them (default: 1)")
    .action(async (options) => ended(await (await import("./commands/archive.ts")).archive(options)));
  command("sql <query>", "ask the SQL tables; see docs/sql.md", 'fillbook sql "SELECT symbol, quantity, realized_pnl FROM trader_positions WHERE venue = \'\'"')
    .action(async (query: string, options) => ended(await (await import("./commands/sql.ts")).sql(query, options)));
  command("export", "everything, out again", "fillbook export --format json > book.json")
    .addOption(new Option("--format <format>", "csv: the fills; json: instruments, marks, prices and events too").choices(["csv", "json"]).default("csv"))
    .option("--out <dir>", "write instruments.csv, marks.csv, events.csv and fills.csv into a folder, with prices.csv and pairs.csv where there are any")
    .action(async (options) => ended(await (await import("./commands/export.ts")).exportAll(options)));
  command("serve", "the service: HTTP, and a WebSocket that follows the book", "fillbook serve --port 7070")
    .option("--host <address>", "where to listen; beyond this machine only once there is a token: fillbook token create (default: 127.0.0.1, or http.host)").option("--port <n>", "0 for any that is free (default: 7070, or http.port)")
    .option("--tls-cert <file>", "certificate with its chain, PEM: answer with HTTPS; read again when it changes").option("--tls-key <file>", "its key, PEM")
    .option("--rate-limit <n>", "requests a minute of each token that says no other; 0 for any number (default: 6000, or http.rate_limit_per_minute)")
    .option("--allow-origin <origin...>", "where else the page may come from: https://book.example, of a proxy before the service")
    .option("--log-level <level>", "trace, debug, info, warn, error, fatal or silent (default: info, or http.log_level)")
    .action(async (options) => ended(await (await import("./commands/serve.ts")).serve(options)));
  command("config", "every setting that counts, and where it comes from: option, environment, file or default", "FILLBOOK_MARKS__MAX_AGE=5m fillbook config")
    .option("--host <address>", "as for serve").option("--port <n>", "as for serve").option("--log-level <level>", "as for serve").option("--tls-cert <file>", "as for serve").option("--tls-key <file>", "as for serve").option("--rate-limit <n>", "as for serve").option("--allow-origin <origin...>", "as for serve")
    .action(async (options) => ended(await (await import("./commands/config.ts")).config(options)));
  const token = program.command("token").description("access tokens of the service: create, list, revoke").addHelpText("after", "\nExample:\n  fillbook token create --name bot --scope write --account main --expires 90d").exitOverride().configureOutput(ONE_LINE);
  command("create", "make a token; it is printed once", "fillbook token create --name bot --scope write --account main --expires 90d", token)
    .requiredOption("--name <name>", "what to call it in lists and logs")
    .option("--scope <scope...>", "read, write or admin; say each that it needs, none implies another")
    .option("--account <name...>", "bind it to accounts: it sees and writes no other (default: every account)")
    .option("--expires <time>", "30d, 12h, or a time (default: never)").option("--rate-limit <n>", "requests a minute; 0 for any number (default: as the service is set)")
    .action(async (options) => ended(await (await import("./commands/token.ts")).createToken(options)));
  command("list", "all tokens, also those that are expired or revoked", "fillbook token list", token).action(async (options) => ended(await (await import("./commands/token.ts")).listTokens(options)));
  command("revoke <name>", "let a token, by its name or its id, in no more", "fillbook token revoke bot", token).action(async (which: string, options) => ended(await (await import("./commands/token.ts")).revokeToken(which, options)));
  command("demo", "the service with its page, fed by simulated venues", "fillbook demo --port 7071 --seconds 60")
    .option("--port <n>", "where the page is; 0 for any that is free", "7070").option("--seconds <n>", "end after so many seconds").option("--seed <n>", "another seed, other trades")
    .action(async (options) => ended(await (await import("./commands/demo.ts")).demo(options)));
  return program;
}

/** Errors that say in their message what to do, by name: their classes would load what most commands do not need. */
const FOR_THE_USER: ReadonlySet<string> = new Set(["UsageError", "InputError", "JournalLocked", "JournalCorrupt", "JournalTooShort", "JournalWriteFailed", "SnapshotDamaged", "SegmentAway", "ArchiveUnusable", "CurrencyFixed", "StoreMismatch", "DatabaseUnreachable", "DatabaseFailed", "DatabaseUnusable", "NotLoopback", "TokensUnreadable", "TlsUnusable"]);

function isForTheUser(error: unknown): error is Error {
  return error instanceof Error && FOR_THE_USER.has(error.name);
}
