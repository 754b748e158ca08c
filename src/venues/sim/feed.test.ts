import { expect, test } from "vitest";
import { BackOff } from "./back-off.ts";
import { Feed, type VenueLink } from "./feed.ts";

const MS = 1_000_000n;
const trade = (n: number, id = `T${n}`) => JSON.stringify({ n, ch: "trade", id, order: "", account: "a", symbol: "X", side: "buy", qty: "1", px: "10", fee: "0", feeCcy: "USD", liq: "", arrival: "", latencyMs: "", tag: "/", ts: "2025-06-15" });

/** A line that says what a test puts into `said`, and answers for the numbers in `history`. */
class Line implements VenueLink {
  said: string[] = [];
  isOpen = true;
  asked: [from: number, to: number, atMs: number][] = [];
  connects: number[] = [];
  answer: ((from: number, to: number) => readonly string[]) | undefined;

  connect(nowNs: bigint): boolean {
    this.connects.push(Number(nowNs / MS));
    return this.isOpen;
  }
  receive(): readonly string[] | "closed" {
    return this.isOpen ? this.said.splice(0) : "closed";
  }
  history(from: number, to: number, nowNs: bigint): readonly string[] | undefined {
    this.asked.push([from, to, Number(nowNs / MS)]);
    return this.answer?.(from, to);
  }
}

function followed() {
  const line = new Line();
  const heard: string[] = [];
  const refused: string[] = [];
  const feed = new Feed(line, { venue: "v", venueType: "cex" }, { fill: ({ id }) => heard.push(id), correct: () => undefined, mark: () => undefined, refuse: ({ why }) => refused.push(why) });
  let ms = 0;
  /** Lets time pass in steps of 10 ms, after the line has said something. */
  const after = (pause: number, ...said: string[]) => {
    line.said.push(...said);
    for (const end = ms + pause; ms < end; ms += 10) feed.advance(BigInt(ms) * MS);
  };
  return { line, feed, heard, refused, after };
}

test("what was overtaken closes the gap by itself, and nobody is asked", () => {
  const { line, heard, after } = followed();
  after(100, trade(1), trade(3), trade(4));
  expect(heard).toEqual(["T1"]);
  after(1_000, trade(2));
  expect(heard).toEqual(["T1", "T2", "T3", "T4"]);
  expect(line.asked).toEqual([]);
});

test("a gap that stays is asked for, up to what waits behind it", () => {
  const { line, feed, heard, after } = followed();
  line.answer = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => trade(from + i));
  after(400, trade(1), trade(4));
  expect(feed.missing).toBe(3);
  after(400);
  expect(line.asked.map(([from, to]) => [from, to])).toEqual([[2, 3]]);
  expect(heard).toEqual(["T1", "T2", "T3", "T4"]);
  expect([feed.missing, feed.recovered]).toEqual([0, 2]);
});

test("a lost last message is missed by the heartbeat", () => {
  const { line, heard, after } = followed();
  line.answer = () => [trade(1)];
  after(1_000, JSON.stringify({ ch: "heartbeat", last: 1 }));
  expect(heard).toEqual(["T1"]);
});

test("what comes again is handed on, behind what it repeats, for the book to judge", () => {
  const { heard, after } = followed();
  after(50, trade(1), trade(1), trade(3), trade(3, "LIE"), trade(2), trade(2));
  expect(heard).toEqual(["T1", "T1", "T2", "T3", "LIE", "T2"]);
});

test("a history that does not answer, or has nothing to say that can be read, is asked at growing intervals", () => {
  const { line, refused, after } = followed();
  line.answer = () => ["garbage"];
  after(5_000, trade(2));
  expect(line.asked.map(([, , ms]) => ms)).toEqual([500, 750, 1250, 2250, 4250]);
  expect(refused).toHaveLength(5);
});

test("a line that cannot be opened is tried again at growing intervals, and what was missed is asked for", () => {
  const { line, feed, heard, after } = followed();
  line.answer = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => trade(from + i));
  after(50, trade(1));
  line.isOpen = false;
  after(4_000);
  expect(line.connects).toEqual([0, 60, 310, 810, 1810, 3810]);
  expect(feed.connected).toBe(false);
  line.isOpen = true;
  after(5_000, JSON.stringify({ ch: "heartbeat", last: 3 }));
  expect([feed.connected, feed.reconnects]).toEqual([true, 1]);
  expect(heard).toEqual(["T1", "T2", "T3"]);
});

test("pauses double up to the longest, and begin anew after a success", () => {
  const backOff = new BackOff(1n, 5n);
  const pauses = [1n, 2n, 4n, 5n, 5n].map((pause) => {
    backOff.failed(0n);
    return backOff.isDue(pause) && !backOff.isDue(pause - 1n);
  });
  expect(pauses).toEqual([true, true, true, true, true]);
  backOff.succeeded();
  expect(backOff.isDue(0n)).toBe(true);
});
