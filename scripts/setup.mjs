// Makes a fresh clone ready to use: the packages of package-lock.json, the build, the `fillbook` command.
// Everything it prints goes to stderr, so that what runs after it owns stdout. Quick when nothing changed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const command = join(root, "dist", "src", "bin", "main.js");

const LEAST_NODE = [20, 19];
const lock = join(root, "package-lock.json");
const modules = join(root, "node_modules");
const stamp = join(modules, ".fillbook-installed");

/** Packages, build, command. Ends the process with status 1 when one of them fails: npm and tsc have said why. */
export function setup() {
  requireNode();
  if (!installed()) install();
  build();
  buildPage();
  bundle();
  copyMigrations();
  prepareDatabase();
  linkCommand();
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])) return;
  stop(`Fillbook needs Node ${LEAST_NODE.join(".")} or newer; this is Node ${process.versions.node}. Install a newer one (https://nodejs.org) and try again.`);
}

/** Whether node_modules holds what package-lock.json names: by our stamp, or because npm itself wrote it later than the lock. */
function installed() {
  if (!existsSync(join(modules, "typescript"))) return false;
  const wanted = lockHash();
  if (existsSync(stamp)) return readFileSync(stamp, "utf8") === wanted;
  const byNpm = join(modules, ".package-lock.json");
  if (!existsSync(byNpm) || statSync(byNpm).mtimeMs < statSync(lock).mtimeMs) return false;
  writeFileSync(stamp, wanted);
  return true;
}

function install() {
  say("installing packages (npm ci) …");
  const npm = process.env.npm_execpath?.endsWith("npm-cli.js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
  run(npm, ["ci", "--include=dev", "--no-audit", "--no-fund"], "npm ci failed: the packages of package-lock.json could not be installed");
  writeFileSync(stamp, lockHash());
}

function build() {
  const begun = Date.now();
  run([process.execPath, join(modules, "typescript", "bin", "tsc")], ["-b", root], "the build failed");
  const seconds = (Date.now() - begun) / 1000;
  if (seconds > 5) say(`built in ${seconds.toFixed(1)} s`);
}

/** The page, bundled into dist/web; again only when something has changed of which it is made. */
function buildPage() {
  const made = join(root, "dist", "web", "made-of.txt");
  const wanted = pageHash();
  if (existsSync(made) && readFileSync(made, "utf8") === wanted) return;
  const begun = Date.now();
  run([process.execPath, join(modules, "vite", "bin", "vite.js")], ["build", "--config", join(root, "web", "vite.config.ts"), "--logLevel", "warn"], "the page could not be built");
  writeFileSync(made, wanted);
  say(`built the page in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
}

/** Of the files that the page is made of: its own, and the part of the code that it shares. */
function pageHash() {
  const hash = createHash("sha256").update(lockHash());
  for (const folder of ["web", join("src", "core")]) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).sort()) {
      if (/\.(tsx?|css|html)$/.test(name) && !name.endsWith(".test.ts")) hash.update(`${name}\0`).update(readFileSync(join(root, folder, name)));
    }
  }
  return hash.digest("hex");
}

/** The command in few files, which are quick to load. */
function bundle() {
  run([process.execPath], [join(root, "scripts", "bundle.mjs")], "the command could not be bundled");
}

/** Plain SQL, read when a database is opened. */
function copyMigrations() {
  const to = join(root, "dist", "src", "store", "migrations");
  rmSync(to, { recursive: true, force: true });
  cpSync(join(root, "src", "store", "migrations"), to, { recursive: true });
}

/** The embedded database as it is after its first start, which takes seconds: copied when a data folder gets its own. */
function prepareDatabase() {
  run([process.execPath], [join(root, "dist", "src", "store", "prepare.js")], "the embedded database could not be prepared");
}

/** `npx fillbook` looks into node_modules/.bin first, so the checkout's own command is linked there. */
function linkCommand() {
  if (!existsSync(command)) return;
  chmodSync(command, 0o755);
  const folder = join(modules, ".bin");
  mkdirSync(folder, { recursive: true });
  if (process.platform === "win32") {
    writeFileSync(join(folder, "fillbook.cmd"), `@node "%~dp0\\..\\..\\dist\\src\\bin\\main.js" %*\r\n`);
    return;
  }
  const link = join(folder, "fillbook");
  const target = join("..", "..", "dist", "src", "bin", "main.js");
  const present = lstatSync(link, { throwIfNoEntry: false });
  if (present?.isSymbolicLink() && readlinkSync(link) === target) return;
  rmSync(link, { force: true });
  symlinkSync(target, link);
  say("linked the command: npx fillbook --help");
}

function lockHash() {
  return createHash("sha256").update(readFileSync(lock)).digest("hex");
}

function run([program, ...first], rest, otherwise) {
  const { status, error } = spawnSync(program, [...first, ...rest], { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" && program === "npm" });
  if (status !== 0) stop(error === undefined ? otherwise : `${otherwise}: ${error.message}`);
}

function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}

function stop(line) {
  say(line);
  process.exit(1);
}

if (process.argv[1] !== undefined && fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) setup();
