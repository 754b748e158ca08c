import fc from "fast-check";
import { expect, test } from "vitest";
import { LiveChannel, type ChannelRow } from "./live-channel.ts";

const anyRows = fc.uniqueArray(fc.record({ key: fc.constantFrom("a", "b", "c", "d", "e"), price: fc.integer({ min: 0, max: 2 }), ageMs: fc.integer() }), { selector: ({ key }) => key, maxLength: 5 });
const rowsOf = (rows: readonly { readonly key: string; readonly price: number; readonly ageMs: number }[]): ChannelRow[] => rows.map(({ key, ...row }) => ({ key, row }));

/** Takes changes as a client does. */
function take(held: Map<string, unknown>, { all, changes }: { readonly all: boolean; readonly changes: readonly string[] }): void {
  if (all) held.clear();
  for (const text of changes) {
    const { key, removed, ...row } = JSON.parse(text) as { key: string; removed?: true; price: number };
    if (removed === true) held.delete(key);
    else held.set(key, row.price);
  }
}

test("who asks now and then holds what there is, whatever came and went meanwhile", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ rows: anyRows, asks: fc.boolean() }), { minLength: 1, maxLength: 20 }), (steps) => {
      const channel = new LiveChannel(["ageMs"]);
      const held = new Map<string, unknown>();
      let version: number | undefined;
      for (const { rows, asks } of steps) {
        channel.update(rowsOf(rows));
        if (!asks) continue;
        const changes = channel.since(version);
        take(held, changes);
        ({ version } = changes);
        expect(Object.fromEntries([...held].sort())).toEqual(Object.fromEntries(rows.map(({ key, price }) => [key, price] as const).sort()));
        expect(channel.since(version).changes).toEqual([]);
      }
    }),
  );
});

test("an age that goes on is no news; what is sent has it as it is", () => {
  const channel = new LiveChannel(["ageMs"]);
  expect(channel.update([{ key: "a", row: { price: 1, ageMs: 5 } }])).toBe(true);
  expect(channel.update([{ key: "a", row: { price: 1, ageMs: 9 } }])).toBe(false);
  expect(channel.since(undefined)).toEqual({ all: true, changes: ['{"key":"a","price":1,"ageMs":9}'], version: 1 });
});

test("who is further behind than what is remembered gets all that there is", () => {
  const channel = new LiveChannel();
  for (let i = 0; i < 1_500; i += 1) channel.update([{ key: `${i}`, row: {} }]);
  expect(channel.since(1)).toEqual({ all: true, changes: ['{"key":"1499"}'], version: 1_500 });
  expect(channel.since(1_499)).toEqual({ all: false, changes: ['{"key":"1498","removed":true}', '{"key":"1499"}'], version: 1_500 });
});
