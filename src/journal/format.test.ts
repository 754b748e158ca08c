import fs from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Fill } from "../core/model/index.ts";
import { plainFill, readAll, Scribe, temporaryFolder } from "../../test/journal-kit.ts";
import { FileJournal } from "./index.ts";

const page = fs.readFileSync(new URL("../../docs/journal.md", import.meta.url), "utf8");
const shown = Buffer.from([...page.matchAll(/^[0-9a-f]{8}: ((?:[0-9a-f]{2,4} )+)/gm)].map(([, bytes]) => bytes!.replaceAll(" ", "")).join(""), "hex");
const fill: Fill = {
  ...plainFill("T1"),
  quantity: { mantissa: 15n, digits: 1 },
  price: { mantissa: 42_000n, digits: 0 },
  fee: { mantissa: 315n, digits: 1 },
  time: { ns: 1_709_208_000_000_000_000n, unit: "s" },
  strategy: "",
};

test("format 1 is what docs/journal.md shows, byte for byte: files written once can be read for ever", () => {
  const folder = temporaryFolder();
  const scribe = new Scribe(FileJournal.open(folder, { write: true }));
  const blocks = scribe.appendAll([{ timeNs: 1_709_208_001_000_000_000n, entries: [{ facts: [{ type: "configured", currency: "USD" }] }, { fills: [fill] }] }]);
  scribe.journal.close();
  const path = join(folder, "journal/00000000000000000001.fbj");
  expect(fs.readFileSync(path).toString("hex")).toBe(shown.toString("hex"));
  fs.writeFileSync(path, shown);
  expect(readAll(FileJournal.open(folder, { write: false }))).toEqual(blocks);
});
