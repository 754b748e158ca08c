// A browser for the tests of the page: the machine's Chromium, installed with apt-get where this process may.
// Without one `npm test` goes on, and the tests of the page say that they were left out.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC = ["/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

/** The path of a browser: what CHROMIUM names, else the first of the usual ones; undefined when there is none. */
export function findChromium() {
  const named = process.env["CHROMIUM"];
  if (named) return named;
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...MAC].find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function install() {
  const apt = (...args) => spawnSync("apt-get", args, { stdio: ["ignore", 2, 2], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } }).status === 0;
  say("installing a browser for the tests of the page (apt-get install chromium) …");
  if (apt("install", "-y", "-qq", "--no-install-recommends", "chromium")) return;
  if (apt("update", "-qq")) apt("install", "-y", "-qq", "--no-install-recommends", "chromium");
}

function say(line) {
  process.stderr.write(`chromium: ${line}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url) && findChromium() === undefined) {
  if (process.platform === "linux" && process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).status === 0) install();
  if (findChromium() === undefined) say("there is no browser, and the tests of the page are left out: install Chromium (Debian: apt-get install chromium), or name one in CHROMIUM");
}
