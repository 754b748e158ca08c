// Puts the built command and the programs of its threads into few files, dist/src/bin: five hundred small modules take longer to
// load than most commands to run. What is lazily loaded stays apart. Packages are left where npm has put them.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

/** The command, and what is started beside it: each looks for the others in its own folder. */
const PROGRAMS = [
  "cli/main", "server/fold-worker", "runtime/snapshot-worker", "journal/blocks-behind-worker", "journal/block-thread-worker", "store/store-worker", "venues/csv/strip-worker",
];

const built = fileURLToPath(new URL("../dist/src", import.meta.url));
const dir = join(built, "bin");
const stamp = join(dir, "made-of.txt");

/** Bundles what is built, if it has changed since the last time. */
async function bundle() {
  const wanted = hashOf(built);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const begun = Date.now();
  const input = Object.fromEntries(PROGRAMS.map((path) => [path.split("/").at(-1), join(built, `${path}.js`)]));
  const made = await rolldown({ input, platform: "node", external: (id) => !id.startsWith(".") && !isAbsolute(id), logLevel: "warn" });
  const { output } = await made.write({ dir, format: "esm", entryFileNames: "[name].js", chunkFileNames: "[name].js" });
  await made.close();
  const names = new Set(output.map(({ fileName }) => fileName));
  for (const name of readdirSync(dir)) if (!names.has(name) && statSync(join(dir, name)).mtimeMs < begun) rmSync(join(dir, name));
  writeFileSync(stamp, wanted);
}

function hashOf(folder) {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    if (name.endsWith(".js") && !name.startsWith("bin")) hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  }
  return hash.digest("hex");
}

await bundle();
