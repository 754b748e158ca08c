import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { positionsOf, type Book } from "../src/core/book/index.ts";
import { HistoryObserver, type HistoryRow } from "../src/core/engine/index.ts";
import { FileJournal } from "../src/journal/index.ts";
import { finished } from "../src/core/num/index.ts";
import { RiskDesk } from "../src/core/risk/index.ts";
import { deskState, Ledger, readAttributions, readBook, readPerformance } from "../src/runtime/index.ts";
import { compareTables, deleteOlder, migrate, Projection, StoreMismatch, type Database, type SqlRow } from "../src/store/index.ts";
import { anyAct, Life, type Act } from "./acts.ts";
import { temporaryFolder } from "./journal-kit.ts";

/** Every table that the projection fills, and what orders its rows. */
const TABLES = {
  trader_positions: "id", trader_position_history: "seq", trader_performance: "seq", trader_daily_performance: "day, account, venue, symbol, strategy, signal_id, currency, fee_currency",
  trader_risk_metrics: "period", trader_pnl_series: "period, account", trader_marks: "seq", trader_refusals: "seq", trader_pairs: "pair_id",
} as const;

const MINUTE = 60_000_000_000n;
const options = { currency: "USD", risk: { method: "historical_simulation", lookbackDays: 252 } as const, periodNs: MINUTE };

/** A ledger whose clock goes on by a while with each thing it is asked. */
function begin(dataDir: string): { readonly ledger: Ledger; readonly life: Life } {
  let nowNs = 1_767_225_600_000_000_000n;
  const ledger = Ledger.open({ dataDir, currency: "USD", clock: { nowNs: () => (nowNs += 25_000_000_000n) } });
  return { ledger, life: new Life(ledger) };
}

let schemas = 0;
/** A schema of its own, at the newest migration. */
async function emptySchema(db: Database): Promise<string> {
  const name = `s${(schemas += 1)}`;
  await db.run(`CREATE SCHEMA ${name}; SET search_path TO ${name}`);
  await migrate(db);
  return name;
}

async function rowsOf(db: Database, schema: string): Promise<Record<string, SqlRow[]>> {
  await db.run(`SET search_path TO ${schema}`);
  const all: Record<string, SqlRow[]> = {};
  for (const [table, order] of Object.entries(TABLES)) all[table] = await db.query(`SELECT * FROM ${table} ORDER BY ${order}`);
  return all;
}

async function projected(db: Database, dataDir: string, entriesAtOnce?: number): Promise<void> {
  const journal = FileJournal.open(dataDir, { write: false });
  const projection = await Projection.open(db, journal, { ...options, ...(entriesAtOnce === undefined ? {} : { entriesAtOnce }) });
  await projection.advance(journal.nextSeq - 1);
  await projection.sample();
  journal.close();
}

/** What every database must do, whichever it is. */
export function storeSuite(name: string, db: () => Database): void {
  describe(name, () => {
    test("slippage and score that a fill does not state are computed, and add up to what attribution tells; given ones stay as they are", async () => {
      const dataDir = temporaryFolder();
      const { ledger, life } = begin(dataDir);
      const fill = { account: "a", venue: "x", symbol: "ABC", quantity: { mantissa: -2n, digits: 0 }, price: { mantissa: 995n, digits: 1 }, fee: { mantissa: 0n, digits: 0 }, feeCurrency: "", time: { ns: 0n, unit: "ns" }, venueType: "cex", liquidity: "", strategy: "t", signalId: "" } as const;
      life.do({ do: "fills", fills: [
        { ...fill, id: "1", arrivalPrice: "100", latencyMs: "250" },
        { ...fill, id: "2", arrivalPrice: "100", slippage: "10.0", executionScore: "0.750" },
        { ...fill, id: "3" },
        { ...fill, id: "4", quantity: { mantissa: 1n, digits: 0 }, arrivalPrice: "99", fee: { mantissa: 3n, digits: 3 } },
      ] });
      ledger.close();
      await emptySchema(db());
      await projected(db(), dataDir);
      const rows = await db().query("SELECT slippage::text, execution_score::text AS score FROM trader_performance ORDER BY seq");
      // 1: sold 50 basis points below, 2^−5; 250 ms, 2^−1; no fee, 1: by weights 0.4, 0.2, 0.2
      expect(rows[0]).toEqual({ slippage: "50", score: `${(0.4 * 2 ** -5 + 0.2 * 0.5 + 0.2) / (0.4 + 0.2 + 0.2)}` });
      expect(rows[1]).toEqual({ slippage: "10.0", score: "0.750" });
      expect(rows[2]).toEqual({ slippage: null, score: null });
      expect(Number(rows[3]!["slippage"])).toBeCloseTo((0.5 / 99) * 10_000, 10);
      const [sums] = await db().query("SELECT sum(slippage) AS slippage, avg(execution_score) AS score FROM trader_performance");
      const { total } = readAttributions({ dataDir, currency: "USD", marksMaxAgeNs: undefined, nowNs: 0n }, [["strategy"]]).attributions[0]!;
      expect(Number(sums!["slippage"])).toBeCloseTo(total.totalSlippage!, 9);
      expect(Number(sums!["score"])).toBeCloseTo(total.avgExecutionScore!, 9);
    });

    test("tables that followed act by act, with a new beginning now and then, are those written again from entry 1, and tell what the book tells", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.record({ act: anyAct, restarts: fc.boolean(), samples: fc.boolean() }), { minLength: 1, maxLength: 14 }), fc.integer({ min: 1, max: 30 }), async (steps, entriesAtOnce) => {
          const dataDir = temporaryFolder();
          const { ledger, life } = begin(dataDir);
          const followed = await emptySchema(db());
          const journal = FileJournal.open(dataDir, { write: false });
          let projection = await Projection.open(db(), journal, options);
          for (const { act, restarts, samples } of steps) {
            life.do(act);
            ledger.sync();
            journal.refresh();
            if (restarts) projection = await Projection.open(db(), journal, options);
            await projection.advance(ledger.seq);
            if (samples) await projection.sample();
            expect(projection.seq).toBe(ledger.seq);
          }
          await projection.sample();
          journal.close();
          const written = await emptySchema(db());
          await projected(db(), dataDir, entriesAtOnce);
          const rows = await rowsOf(db(), followed);
          expect(rows).toEqual(await rowsOf(db(), written));
          expectBook(rows, dataDir);
          const reader = FileJournal.open(dataDir, { write: false });
          const checked = await compareTables(db(), reader, options);
          if (projection.seq === 0) expect(checked).toBeUndefined(); // nothing was booked
          else expect(checked).toMatchObject({ pairs: rows["trader_pairs"]!.length, differences: [] });
          reader.close();
          ledger.close();
          await db().run(`SET search_path TO public; DROP SCHEMA ${followed} CASCADE; DROP SCHEMA ${written} CASCADE`);
        }),
        { numRuns: 12, endOnFailure: true },
      );
    });

    test("the texts of fills arrive as they are, whatever they hold", async () => {
      await emptySchema(db());
      const dataDir = temporaryFolder();
      const { ledger, life } = begin(dataDir);
      const odd = ["tab\there", "back\\slash", "new\nline", "\\N", "quote\"'", "unicode ✓ 注文", "\\.", "\\u0000 in words", "nul\0here"];
      life.do(fillsOf(odd));
      ledger.close();
      await projected(db(), dataDir);
      expect((await db().query("SELECT fill_id, strategy FROM trader_position_history ORDER BY seq")).map((row) => row["fill_id"])).toEqual(odd.map((id) => id.replace("\0", "\uFFFD"))); // PostgreSQL knows no NUL
      expect((await db().query("SELECT DISTINCT strategy FROM trader_performance")).map((row) => row["strategy"])).toEqual(["a\tb\\n"]);
      expect(Number((await db().query("SELECT count(*) AS n FROM trader_position_history WHERE position_after->>'account' = 'a'"))[0]!["n"])).toBe(odd.length);
    });

    test("tables that know more than the journal, or another one, are not followed on", async () => {
      await emptySchema(db());
      const [one, other, short] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
      for (const [dataDir, ids] of [[one, ["1", "2"]], [other, ["3", "4", "5"]], [short, []]] as const) {
        const { ledger, life } = begin(dataDir);
        for (const id of ids) life.do(fillsOf([id]));
        ledger.close();
      }
      await projected(db(), one);
      await expect(projected(db(), other)).rejects.toThrow(/follows another journal/);
      await expect(projected(db(), short)).rejects.toThrow(StoreMismatch);
      await expect(projected(db(), short)).rejects.toThrow(/knows entry 3, the journal ends at 0/);
      await expect(projected(db(), one)).resolves.toBeUndefined();
    });

    test("a batch that fails leaves nothing behind, and is written the next time", async () => {
      await emptySchema(db());
      const dataDir = temporaryFolder();
      const { ledger, life } = begin(dataDir);
      life.do(fillsOf(["1", "2"]));
      ledger.close();
      const failing: Database = { ...db(), query: (sql, params) => (sql.includes("INSERT INTO trader_positions") ? Promise.reject(new Error("the line is cut")) : db().query(sql, params)) };
      await expect(projected(failing, dataDir)).rejects.toThrow("the line is cut");
      expect(await db().query("SELECT * FROM trader_position_history")).toEqual([]);
      expect(await db().query("SELECT * FROM fillbook_cursor")).toEqual([]);
      await projected(db(), dataDir);
      expect(await db().query("SELECT fill_id FROM trader_position_history")).toHaveLength(2);
    });

    test("two that write at once do not mix: the later one is told", async () => {
      await emptySchema(db());
      const dataDir = temporaryFolder();
      const { ledger, life } = begin(dataDir);
      life.do(fillsOf(["1"]));
      ledger.sync();
      const journal = FileJournal.open(dataDir, { write: false });
      const first = await Projection.open(db(), journal, options);
      const second = await Projection.open(db(), journal, options);
      await first.advance(ledger.seq);
      await expect(second.advance(ledger.seq)).rejects.toThrow(/another Fillbook writes there|duplicate key/);
      expect(await db().query("SELECT fill_id FROM trader_position_history")).toHaveLength(1);
      journal.close();
      ledger.close();
    });

    test("the sample of a period that is written again forgets accounts that are no more", async () => {
      await emptySchema(db());
      const dataDir = temporaryFolder();
      const { ledger, life } = begin(dataDir);
      const accounts = async () => (await db().query("SELECT account FROM trader_pnl_series ORDER BY account")).map((row) => row["account"]);
      life.do(fillsOf(["1"]));
      ledger.sync();
      await projected(db(), dataDir);
      expect(await accounts()).toEqual(["", "a"]);
      life.do({ do: "events", events: [{ pick: 0, changes: undefined }] }); // busted in the same minute
      ledger.close();
      await projected(db(), dataDir);
      expect(await accounts()).toEqual([""]);
    });

    test("the risk of a sample is the one that `fillbook risk` tells, and is known again after a restart", async () => {
      await emptySchema(db());
      const dataDir = temporaryFolder();
      const { ledger, life } = begin(dataDir);
      life.do(fillsOf(["1"]));
      const symbol = "ETH/USD";
      ledger.mark([{ venue: "", symbol, price: "110", timeNs: 1_767_225_600_000_000_000n }]);
      ledger.price([{ symbol, days: Array.from({ length: 120 }, (_, i) => 20_000 + i), closes: Array.from({ length: 120 }, (_, i) => `${100 + (i % 7)}`) }]);
      ledger.close();
      await projected(db(), dataDir);
      const folded = readBook(dataDir, options);
      const desk = new RiskDesk(options.risk, "USD");
      desk.touch(folded.book);
      const { portfolio, positions } = finished(desk.report(deskState({ folded }), { nowNs: folded.timeNs! }));
      expect(portfolio.var).toBeGreaterThan(0);
      const [sample] = await db().query("SELECT portfolio_var, correlation_risk, volatility FROM trader_risk_metrics ORDER BY period DESC LIMIT 1");
      expect(numbers(sample!)).toEqual({ portfolio_var: portfolio.var, correlation_risk: portfolio.correlationRisk, volatility: portfolio.volatility });
      const vars = async () => (await db().query("SELECT var_95 FROM trader_positions WHERE venue = ''")).map(numbers);
      expect(await vars()).toEqual([{ var_95: positions[0]!.var }]);
      await projected(db(), dataDir);
      expect(await vars()).toEqual([{ var_95: positions[0]!.var }]);
    });

    test("the Sharpe ratio of a sample is that of `fillbook performance`, where facts are journaled as they happen", async () => {
      await emptySchema(db());
      const dataDir = temporaryFolder();
      const day = 86_400_000_000_000n;
      let nowNs = 20_000n * day + 1n;
      const ledger = Ledger.open({ dataDir, currency: "USD", clock: { nowNs: () => nowNs } });
      const life = new Life(ledger);
      ledger.take([{ type: "capital", id: "", timeNs: nowNs, account: "a", currency: "USD", amount: { mantissa: 10_000n, digits: 0 } }]);
      life.do(fillsOf(["1"], nowNs));
      for (const price of ["2000", "2100", "2040", "2090", "2210"]) {
        ledger.mark([{ venue: "", symbol: "ETH/USD", price, timeNs: nowNs }]);
        nowNs += day;
      }
      nowNs -= day;
      ledger.close();
      await projected(db(), dataDir);
      const { view } = readPerformance({ dataDir, currency: "USD", marksMaxAgeNs: undefined, nowNs, fromNs: undefined, toNs: undefined, historySize: 10, sampledEveryNs: day, benchmarkSymbol: undefined, periodsPerYear: 365, riskFreeAnnual: 0 });
      expect(view.sharpeRatio).not.toBeNull();
      const ratios = (await db().query("SELECT sharpe_ratio FROM trader_risk_metrics ORDER BY period")).map((row) => row["sharpe_ratio"] === null ? null : Number(row["sharpe_ratio"]));
      expect([ratios.length, ratios[0], ratios.at(-1)]).toEqual([5, null, expect.closeTo(view.sharpeRatio!, 9)]);
    });

    test("rows older than the retention are deleted, and the journal keeps them", async () => {
      await emptySchema(db());
      const dataDir = temporaryFolder();
      const { ledger, life } = begin(dataDir);
      life.do(fillsOf(["1"], 0n));
      life.do(fillsOf(["2"], 10n * 86_400_000_000_000n));
      const seq = ledger.seq;
      ledger.close();
      await projected(db(), dataDir);
      await deleteOlder(db(), 7, 12n * 86_400_000_000_000n);
      for (const table of ["trader_position_history", "trader_performance", "trader_daily_performance"]) expect(await db().query(`SELECT 1 FROM ${table}`), table).toHaveLength(1);
      expect(await db().query("SELECT num_trades FROM trader_positions WHERE venue = ''")).toEqual([{ num_trades: "2" }]);
      expect(readBook(dataDir, options).seq).toBe(seq);
    });

    test("the sums of a day stay those of its fills when some of it is older than the retention, and a fill of it is busted then", async () => {
      await emptySchema(db());
      const dataDir = temporaryFolder();
      const { ledger, life } = begin(dataDir);
      const hour = 3_600_000_000_000n;
      for (const [i, at] of [2n, 30n, 34n, 46n, 60n].entries()) life.do(fillsOf([`${i}`], at * hour)); // days 0, 1, 1, 1, 2
      ledger.sync();
      await projected(db(), dataDir);
      const days = () => db().query("SELECT day::text, trades, volume FROM trader_daily_performance ORDER BY day");
      await deleteOlder(db(), 2, 81n * hour); // hour 33, in the middle of a day
      const all = [{ day: "1970-01-02", trades: "3", volume: "3" }, { day: "1970-01-03", trades: "1", volume: "1" }];
      expect(await days()).toEqual(all);
      life.do({ do: "events", events: [{ pick: 4, changes: undefined }] });
      ledger.close();
      await projected(db(), dataDir);
      expect(await days()).toEqual(all.slice(0, 1));
      expect(await db().query("SELECT count(*) AS fills FROM trader_position_history")).toEqual([{ fills: "3" }]);
    });

    test("a migration that was changed, and one of a newer Fillbook, are refused", async () => {
      await emptySchema(db());
      await db().query("UPDATE fillbook_migrations SET sha256 = 'other' WHERE version = 1");
      await expect(migrate(db())).rejects.toThrow(/another migration 0001_tables.sql/);
      await db().query("INSERT INTO fillbook_migrations (version, name, sha256) VALUES (9999, '9999_later.sql', '')");
      await expect(migrate(db())).rejects.toThrow(/newer Fillbook|another migration/);
    });
  });
}

function fillsOf(ids: readonly string[], ns = 1_767_225_600_000_000_000n): Act {
  const plain = { account: "a", venue: "x", symbol: "ETH/USD", quantity: { mantissa: 1n, digits: 0 }, price: { mantissa: 2_000n, digits: 0 }, fee: { mantissa: 1n, digits: 1 }, feeCurrency: "", venueType: "cex", liquidity: "", strategy: "a\tb\\n", signalId: "" } as const;
  return { do: "fills", fills: ids.map((id) => ({ ...plain, id, time: { ns, unit: "ns" } })) };
}

function numbers(row: SqlRow): Record<string, number> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]));
}

/** The tables say what a fold of the journal says. */
function expectBook(rows: Record<string, SqlRow[]>, dataDir: string): void {
  const history: HistoryRow[] = [];
  const { book } = readBook(dataDir, options, new HistoryObserver({}, (row) => (history.push(row), true)));
  const shown = rows["trader_position_history"]!.map((row) => ({ seq: Number(row["seq"]), id: row["fill_id"], revision: Number(row["revision"]), late: row["late"], realizedPnl: row["realized_pnl"], positionAfter: row["position_after"], venuePositionAfter: row["venue_position_after"], timestamp: row["time_exact"] }));
  expect(shown).toEqual(history.map(({ seq, id, revision, late, realizedPnl, positionAfter, venuePositionAfter, timestamp }) => ({ seq, id, revision, late, realizedPnl, positionAfter: JSON.parse(JSON.stringify(positionAfter)) as unknown, venuePositionAfter: JSON.parse(JSON.stringify(venuePositionAfter)) as unknown, timestamp })));
  const figures = rows["trader_positions"]!.filter((row) => row["venue"] === "").map((row) => [row["account"], row["symbol"], row["quantity"], row["total_cost"], row["realized_pnl"], Number(row["num_trades"])]);
  expect(figures.sort()).toEqual(figuresOfPositions(book).sort());
  expect(rows["trader_daily_performance"]!.reduce((sum, row) => sum + Number(row["trades"]), 0)).toBe(history.length);
}

function figuresOfPositions(book: Book): unknown[][] {
  return positionsOf(book, { nowNs: 0n }).map((view) => [view.account, view.symbol, view.quantity, view.totalCost, view.realizedPnl, view.numTrades]);
}
