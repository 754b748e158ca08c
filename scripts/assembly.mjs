// Compiles assembly/*.ts into the machine code that src carries: `node scripts/assembly.mjs`, after each change there.
// With --check it only says whether what is carried is what the source says: `npm run check` and a test run that.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
const MODULES = [
  { source: "assembly/few-rows.ts", into: "src/core/position/few-rows-code.ts", name: "FEW_ROWS_CODE", pages: 7 },
  { source: "assembly/csv-rows.ts", into: "src/venues/csv/csv-rows-code.ts", name: "CSV_ROWS_CODE", pages: 26 },
];
const HEX_A_LINE = 160;

/** The files that carry machine code, as they should be. */
export async function carried() {
  return Promise.all(MODULES.map(async ({ source, into, name, pages }) => ({ path: join(root, into), text: textOf(source, name, await compiled(source, pages)) })));
}

async function compiled(source, pages) {
  let binary;
  const { error, stderr } = await asc.main([source, "-O3", "--converge", "--noAssert", "--disable", "nontrapping-f2i", "--enable", "simd", "--runtime", "stub", "--initialMemory", `${pages}`, "--outFile", "code.wasm"], {
    readFile: (name, folder) => {
      try {
        return readFileSync(join(root, folder, name), "utf8");
      } catch {
        return null;
      }
    },
    writeFile: (_, bytes) => { binary = bytes; },
    listFiles: () => [],
  });
  if (error !== null || binary === undefined) throw new Error(`${source} was not compiled: ${stderr.toString()}`, { cause: error });
  return binary;
}

function textOf(source, name, binary) {
  const lines = Buffer.from(binary).toString("hex").match(new RegExp(`.{1,${HEX_A_LINE}}`, "g"));
  return `/** The machine code of ${source}, hexadecimal: \`node scripts/assembly.mjs\` writes this file. */\nexport const ${name} =\n${lines.map((line) => `  "${line}"`).join(" +\n")};\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const isCheck = process.argv.includes("--check");
  for (const { path, text } of await carried()) {
    if (!isCheck) writeFileSync(path, text);
    else if (readFileSync(path, "utf8") !== text) {
      console.log(`${path} is not what its source says: node scripts/assembly.mjs`);
      process.exitCode = 1;
    }
  }
}
