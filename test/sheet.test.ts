import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
// @ts-expect-error a script without types
import { findChromium } from "../scripts/chromium.mjs";
import { runCommand } from "./command-kit.ts";
import { root } from "./files.ts";

const browser = (findChromium as () => string | undefined)();
if (browser === undefined) console.warn("Left out: a tear sheet in a browser, since there is none here. Install Chromium (Debian: apt-get install chromium), or name one in CHROMIUM.");

describe.skipIf(browser === undefined)("a tear sheet in a browser", () => {
  let folder: string;
  const run = (...words: string[]) => spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8", env: { ...process.env, FILLBOOK_DATA: "data" } });
  const shots = (sheet: string, out: string) => run(join(root, "scripts/sheet-shots.mjs"), sheet, out);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fillbook-sheet-"));
    const fillbook = (...words: string[]) => expect(runCommand([...words, "--database", "off"], folder, { ...process.env, FILLBOOK_DATA: "data" })).toMatchObject({ status: 0 });
    expect(run(join(root, "scripts/demo-book.mjs"), "crypto")).toMatchObject({ status: 0 });
    for (const [word, file] of [["import", "fills"], ["events", "events"], ["marks", "marks"]] as const) fillbook(word, `crypto/${file}.csv`);
    fillbook("report", "--to", "2025-07-20", "--out", "sheet.html");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("it opens without a network, asks for nothing, says nothing on the console, fits a phone, and is dark where the screen is", () => {
    expect(shots("sheet.html", "shown")).toMatchObject({ status: 0, stdout: "shown: 3 pictures and a print, 0 complaints\n" });
    const [light, dark, print] = ["light.png", "dark.png"].map((name) => readFileSync(join(folder, `shown-${name}`))).concat(readFileSync(join(folder, "shown.pdf")));
    expect(light!.equals(dark!)).toBe(false);
    expect(print!.subarray(0, 5).toString()).toBe("%PDF-");
  });

  test("what asks for something, runs a script or complains would be told of", () => {
    const html = readFileSync(join(folder, "sheet.html"), "utf8");
    writeFileSync(join(folder, "bad.html"), html.replace(/<meta http-equiv[^>]*>/, "").replace("</main>", '<img src="https://example.com/a.png"><script>console.log("heard")</script></main>'));
    const { status, stderr } = shots("bad.html", "bad");
    expect([status, /asks for https:\/\/example\.com\/a\.png/.test(stderr), /heard/.test(stderr)]).toEqual([1, true, true]);
  });
});
