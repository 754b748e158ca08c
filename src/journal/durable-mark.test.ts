import fs from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/journal-kit.ts";
import { realDisk } from "./disk.ts";
import { DurableMark, readDurableMark } from "./durable-mark.ts";

test("cut short at any byte, the mark says what it said before, or less, never more than is on disk", () => {
  const folder = join(temporaryFolder(), "journal");
  const path = join(folder, "..", "durable");
  const mark = new DurableMark(folder, realDisk);
  const textOf = (seq: number) => (mark.set(seq), fs.readFileSync(path));
  for (const [before, now] of [[99, 100], [9, 10], [1, 2], [100, 101], [199_999, 200_000]] as const) {
    const [old, fresh] = [textOf(before), textOf(now)];
    expect(readDurableMark(folder)).toBe(now);
    for (let at = 0; at <= fresh.length; at += 1) {
      fs.writeFileSync(path, Buffer.concat([fresh.subarray(0, at), old.subarray(at)]));
      expect(readDurableMark(folder)).toBeLessThanOrEqual(now);
      fs.writeFileSync(path, fresh.subarray(0, at));
      expect(readDurableMark(folder)).toBeLessThanOrEqual(now);
    }
  }
  mark.close();
});

test("a mark as earlier versions wrote it is read, and one that says nothing is 0", () => {
  const folder = join(temporaryFolder(), "journal");
  expect(readDurableMark(folder)).toBe(0);
  for (const [text, seq] of [["             42\n", 42], ["", 0], ["x\n", 0], ["-1\n", 0]] as const) {
    fs.writeFileSync(join(folder, "..", "durable"), text);
    expect(readDurableMark(folder)).toBe(seq);
  }
});
