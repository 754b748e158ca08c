import { amount, Book, price, quantity } from "../src/index.ts";
import { finished } from "../src/core/num/index.ts";
import { RiskDesk, type DeskState } from "../src/core/risk/index.ts";
import { Engine, MemoryStore } from "../src/core/engine/index.ts";
import { Directory, FillColumns } from "../src/core/model/index.ts";
import { alternate, milliseconds, type Benchmark, type Measured } from "./measure.ts";
import { Random } from "./random.ts";

const DAY_MS = 86_400_000;
const DAY_NS = 86_400_000_000_000n;
const NOW_MS = Date.UTC(2026, 0, 5, 12);
const DAYS = 300;
const US_A_MS = 1_000;

const POSITIONS = 1_000;
const CHECKS = 500;

export const check: Benchmark = {
  name: "check",
  measures: `what an order would make of a book of ${POSITIONS} positions: the position after it, VaR before and after, every limit; nothing is booked`,
  against: "the risk of the whole book computed once (`Book.risk`)",
  goal: 5,
  run: async () => measureCheck(),
};

async function measureCheck(): Promise<Measured> {
  const book = new Book({ now: () => new Date(NOW_MS) });
  const random = new Random(7);
  const closes = closesOf(random);
  for (let i = 0; i < POSITIONS; i += 1) {
    const symbol = `S${i}/USD`;
    book.closes(symbol, closes().map((close, day) => [new Date(NOW_MS - (DAYS - day) * DAY_MS), close] as const));
    book.apply({ id: `${i}`, venue: "x", symbol, side: random.pick(["buy", "sell"]), quantity: quantity(`${random.between(1, 50)}`), price: price("100"), timestamp: new Date(NOW_MS) });
    book.setLive({ symbol, price: price("101.5") });
  }
  book.event({ type: "deposit", currency: "USD", amount: amount("1000000"), timestamp: new Date(NOW_MS) });
  let worst = 0;
  let refused = 0;
  return alternate({
    rounds: 7,
    unit: "µs",
    better: "less",
    subject: () => {
      const ms = milliseconds(() => {
        for (let i = 0; i < CHECKS; i += 1) {
          const begun = performance.now();
          const answer = book.check({ venue: "x", symbol: `S${(i * 37) % POSITIONS}/USD`, side: "buy", quantity: quantity("3"), price: price("101.5") });
          if ("allowed" in answer && !answer.allowed) refused += 1;
          worst = Math.max(worst, performance.now() - begun);
        }
      });
      return (ms / CHECKS) * US_A_MS;
    },
    baseline: () => milliseconds(() => void book.risk()) * US_A_MS,
    notes: () => [`the slowest of all took ${worst.toFixed(2)} ms; ${refused} were refused`],
  });
}

const LIVE_POSITIONS = 2_000;
const MARKS_A_TICK = 1_250;

export const riskLive: Benchmark = {
  name: "risk-live",
  measures: `${MARKS_A_TICK.toLocaleString("en-US")} marks over ${LIVE_POSITIONS.toLocaleString("en-US")} positions (a quarter of a second at 5,000 a second) are taken over: VaR, shortfall, each position's part and every check are current`,
  against: "the same with every position valued anew and the joint returns made anew",
  goal: 2,
  run: async () => measureLive(),
};

async function measureLive(): Promise<Measured> {
  const options = { method: "historical_simulation", lookbackDays: 252, confidence: 0.95 } as const;
  const engine = new Engine(new MemoryStore(), { currency: "USD" });
  const random = new Random(11);
  const closes = closesOf(random);
  const nowNs = BigInt(NOW_MS) * 1_000_000n;
  const today = Number(nowNs / DAY_NS);
  const source = new Directory();
  const fills = new FillColumns(LIVE_POSITIONS);
  for (let i = 0; i < LIVE_POSITIONS; i += 1) {
    fills.push({ account: "a", venue: "x", symbol: `S${i}/USD`, id: `${i}`, quantity: { mantissa: BigInt(random.between(-50, 50) || 1), digits: 0 }, price: { mantissa: 100n, digits: 0 }, fee: { mantissa: 0n, digits: 0 }, feeCurrency: "", time: { ns: nowNs, unit: "ns" }, venueType: "cex", liquidity: "", strategy: "", signalId: "" }, source);
    engine.price([{ symbol: `S${i}/USD`, days: Array.from({ length: DAYS }, (_, day) => today - DAYS + day), closes: closes() }], nowNs);
  }
  engine.bookFills(fills, source, nowNs);
  const { book } = engine;
  const mark = (i: number, to: number) => book.marks.setLive({ venue: "", symbol: `S${i % LIVE_POSITIONS}/USD`, price: `${100 + (to % 17) / 4}`, timeNs: nowNs });
  for (let i = 0; i < LIVE_POSITIONS; i += 1) mark(i, i);
  const state = (): DeskState => ({ book, prices: engine.risk.prices, limits: engine.known.limitsInForce(), breaker: engine.risk.breaker, pairs: () => engine.pairs.exposures() });
  const moment = { nowNs, withoutLots: true };
  const nets = [...book.nets()];
  const desk = new RiskDesk(options, "USD");
  desk.touch(book);
  let at = 0;
  return alternate({
    rounds: 7,
    unit: "ms",
    better: "less",
    subject: () =>
      milliseconds(() => {
        const touched = new Set<(typeof nets)[number]>();
        for (let i = 0; i < MARKS_A_TICK; i += 1, at += 7) {
          mark(at, at);
          touched.add(nets[at % LIVE_POSITIONS]!);
        }
        desk.touch(book, touched);
        finished(desk.report(state(), moment));
      }),
    baseline: () =>
      milliseconds(() => {
        for (let i = 0; i < MARKS_A_TICK; i += 1, at += 7) mark(at, at);
        const fresh = new RiskDesk(options, "USD");
        fresh.touch(book);
        finished(fresh.report(state(), moment));
      }),
  });
}

function closesOf(random: Random): () => string[] {
  return () => {
    let cents = 10_000;
    return Array.from({ length: DAYS }, () => {
      cents = Math.max(100, cents + random.between(-250, 250));
      return (cents / 100).toFixed(2);
    });
  };
}
