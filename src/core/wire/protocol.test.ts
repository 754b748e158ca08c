import { expect, test } from "vitest";
import { readSubscription, Replica, ROW_FIELDS } from "./index.ts";

test("a subscription says what it wants, or is told what is wrong with it", () => {
  expect(readSubscription("{}")).toEqual({ since: undefined, run: undefined, account: undefined, format: "objects" });
  expect(readSubscription('{"since":0,"run":"r","account":"a","format":"rows"}')).toEqual({ since: 0, run: "r", account: "a", format: "rows" });
  expect(readSubscription('{"channels":["pairs","liquidity:BTC/USD"]}')).toMatchObject({ channels: ["pairs", "liquidity:BTC/USD"] });
  for (const wrong of ['"pairs"', '["positions"]', '["liquidity"]', '["liquidity:"]', "[7]"]) expect(readSubscription(`{"channels":${wrong}}`)).toMatch(/^channels: .*opportunities, liquidity:MARKET, venues, pairs$/);
  expect(readSubscription('{"since":null}')).toMatchObject({ since: undefined });
  for (const wrong of ["", "[]", "7", '{"since":-1}', '{"since":1.5}', '{"since":"1"}', '{"account":""}', '{"format":"xml"}', '{"sinse":1}', '{"run":1}']) expect(readSubscription(wrong)).toEqual(expect.any(String));
  expect(readSubscription('{"sinse":1}')).toMatch("sinse");
});

const key = ["a", "S", "spot", "USD", "", null];
const row = (quantity: string) => [...key, null, null, "average", "open", quantity];
const snapshot = (rows: unknown[], seq: number) => JSON.stringify({ fields: ROW_FIELDS, snapshot: { rows }, seq, run: "r" });
const changes = (from: number, to: number, rows: unknown[]) => JSON.stringify({ from, to, changes: rows });

test("a replica takes what follows, and asks again from where it stands when something does not", () => {
  const replica = new Replica({ account: "a" });
  expect(replica.request()).toBe('{"account":"a","format":"rows"}');
  expect(replica.receive(changes(0, 1, []))).toBe(false); // nothing is held yet
  expect(replica.receive(snapshot([row("1")], 5))).toBe(true);
  expect(replica.receive(changes(5, 6, [row("2")]))).toBe(true);
  expect(replica.positions(0n)).toMatchObject([{ account: "a", symbol: "S", quantity: "2", venues: [] }]);
  expect(replica.receive(changes(7, 8, [row("9")]))).toBe(false);
  expect(replica.positions(0n)).toMatchObject([{ quantity: "2" }]);
  expect(JSON.parse(replica.request())).toEqual({ since: 6, run: "r", account: "a", format: "rows" });
  expect(replica.receive(changes(6, 6, [key]))).toBe(true);
  expect(replica.positions(0n)).toEqual([]);
  expect(() => replica.receive('{"problem":{"title":"t","detail":"no more clients"}}')).toThrow("no more clients");
});

test("a snapshot in parts is held once it is whole", () => {
  const replica = new Replica();
  replica.receive(snapshot([row("1")], 5));
  const other = [...row("7")].with(1, "T");
  expect(replica.receive(JSON.stringify({ snapshot: { rows: [row("3"), other] }, more: true }))).toBe(true);
  expect(replica.isPartial).toBe(true);
  expect(replica.positions(0n)).toMatchObject([{ quantity: "1" }]);
  expect(replica.receive(JSON.stringify({ snapshot: { rows: [row("4"), [...key].with(1, "T")] }, seq: 9, run: "r" }))).toBe(true);
  expect(replica.isPartial).toBe(false);
  expect(replica.positions(0n)).toMatchObject([{ symbol: "S", quantity: "4" }]);
  expect(replica.seq).toBe(9);
});

test("who watches is told of each position that a frame changed, and finds its rows as new objects", () => {
  const told: string[] = [];
  const replica = new Replica({ watcher: { changed: (one) => void told.push(one), begunAnew: () => void told.push("anew") } });
  const other = [...row("7")].with(1, "T");
  replica.receive(snapshot([row("1"), other], 5));
  expect(told.splice(0)).toEqual(["anew"]);
  const [first, second] = [...replica.keys()] as [string, string];
  const [before, still] = [replica.rows(first)!.get(null)!, replica.rows(second)!.get(null)!];
  expect([before.symbol, before.quantity, still.symbol]).toEqual(["S", "1", "T"]);
  replica.receive(changes(5, 6, [row("2")]));
  expect(told.splice(0)).toEqual([first]);
  expect(replica.rows(first)!.get(null)).not.toBe(before);
  expect(replica.rows(first)!.get(null)!.quantity).toBe("2");
  expect(replica.rows(second)!.get(null)).toBe(still);
  replica.receive(changes(6, 7, [key]));
  expect(told).toEqual([first]);
  expect(replica.rows(first)).toBeUndefined();
  replica.receive(changes(9, 10, [row("3")])); // a gap: nothing of it is taken, nobody is told
  expect(told).toEqual([first]);
});

test("a frame that begins earlier than what is held, and ends later, is taken: its rows are whole", () => {
  const replica = new Replica();
  replica.receive(snapshot([row("1")], 5));
  expect(replica.receive(changes(5, 7, [row("2")]))).toBe(true); // it was under way when it was asked again from 5
  expect(replica.receive(changes(5, 8, [row("3")]))).toBe(true);
  expect(replica.positions(0n)).toMatchObject([{ quantity: "3" }]);
  expect(replica.seq).toBe(8);
  expect(replica.receive(changes(5, 7, [row("9")]))).toBe(false); // older than what is held
  expect(replica.positions(0n)).toMatchObject([{ quantity: "3" }]);
});

test("channels are followed and left; what is held of the others stays, and nothing is taken of one that was left", () => {
  const told: string[] = [];
  const replica = new Replica({ channels: ["pairs"], watcher: { changed: () => undefined, begunAnew: () => undefined, told: (one) => void told.push(one) } });
  const frame = (channel: string, more: object) => JSON.stringify({ channel, asOf: "", changes: [], ...more });
  expect(replica.isTold("pairs")).toBe(false);
  replica.receive(frame("pairs", { all: true, changes: [{ key: "a" }] }));
  replica.follow(["pairs", "opportunities"]);
  expect(JSON.parse(replica.request())).toEqual({ format: "rows", channels: ["pairs", "opportunities"] });
  expect(replica.channel("pairs")).toEqual([{ key: "a" }]);
  replica.receive(frame("opportunities", { all: true }));
  expect([replica.isTold("opportunities"), replica.channel("opportunities")]).toEqual([true, []]);
  replica.follow(["opportunities"]);
  replica.receive(frame("pairs", { changes: [{ key: "b" }] }));
  expect([replica.channel("pairs"), replica.isTold("pairs")]).toEqual([[], false]);
  expect(told).toEqual(["pairs", "opportunities"]);
});
