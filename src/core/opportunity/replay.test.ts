import { expect, test } from "vitest";
import { decimal, message } from "../../../test/ladders.ts";
import { FREE, SymbolMap } from "../market/index.ts";
import { replayOpportunities, type OpportunityView } from "./index.ts";

const MINUTE = 60_000_000;
const rules = new SymbolMap([]);
/** A bar as one level on both sides. */
const bar = (venue: string, minute: number, close: string, volume: string) => message("snapshot", `${close} x ${volume}`, `${close} x ${volume}`, { venue, timeUs: minute * MINUTE });

test("bars of two venues, minute by minute: one opportunity for as long as the same venue is the cheaper", () => {
  const messages = [
    bar("a", 0, "100", "3"), bar("b", 0, "101", "2"), // a → b: 2
    bar("a", 1, "100", "3"), bar("b", 1, "102", "1"), // still: 2
    bar("a", 2, "100", "3"), bar("b", 2, "100", "1"), // nothing
    bar("a", 3, "100", "3"), // b has no bar: too old
    bar("a", 4, "105", "1"), bar("b", 4, "104.5", "9"), // b → a: 0.5
  ];
  const moments: [number, string[]][] = [];
  const onMoment = (timeUs: number, live: readonly OpportunityView[]) => moments.push([timeUs / MINUTE, live.map((one) => `${one.buyVenue}>${one.sellVenue} ${one.netProfit}`)]);
  const replay = replayOpportunities(messages, { rules, fees: FREE, maxAgeUs: MINUTE - 1, onMoment });
  expect(moments).toEqual([[0, ["a>b 2"]], [1, ["a>b 2"]], [2, []], [3, []], [4, ["b>a 0.5"]]]);
  expect(replay.opportunities.map(({ buyVenue, firstSeen, lastSeen, lifeMs, bestNetProfit }) => [buyVenue, firstSeen, lastSeen, lifeMs, bestNetProfit])).toEqual([
    ["a", "1970-01-01T00:00:00Z", "1970-01-01T00:01:00Z", 60_000, "2"],
    ["b", "1970-01-01T00:04:00Z", "1970-01-01T00:04:00Z", 0, "0.5"],
  ]);
  expect(replay).toMatchObject({ messages: 9, moments: 5, answers: { taken: 9, gap: 0 } });
});

test("what was not taken is counted", () => {
  const update = message("update", "1 x 1", "", { venue: "a", sequence: 9 });
  const { answers } = replayOpportunities([{ ...bar("a", 0, "100", "3"), sequence: 1 }, update, update, { ...update, venue: "z" }, { ...update, bids: [{ price: decimal("1"), quantity: decimal("-1") }] }], { rules, fees: FREE, maxAgeUs: MINUTE });
  expect(answers).toEqual({ taken: 1, old: 0, gap: 1, waiting: 2, mismatch: 0, refused: 1 });
});

test("a row that cannot be read ends what rested on its ladder, and is no moment of its own", () => {
  const unread = { ...message("update", "", "", { venue: "b", timeUs: 0 }), unread: "is not JSON" };
  const live: number[] = [];
  const replay = replayOpportunities([bar("a", 1, "100", "3"), bar("b", 1, "101", "2"), unread, bar("a", 2, "100", "3")], { rules, fees: FREE, maxAgeUs: 2 * MINUTE, onMoment: (_, now) => live.push(now.length) });
  expect(live).toEqual([0, 0]);
  expect(replay).toMatchObject({ messages: 3, moments: 2, answers: { taken: 3, refused: 0 } });
});
