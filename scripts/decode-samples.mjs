// `SAMPLES=FOLDER node scripts/decode-samples.mjs`: reads every JSON file of FOLDER/kalshi and FOLDER/polymarket with the built decoders
// and says what came of it. A file is a payload, or holds one under `payload` (and there under `body`). Exit 1 if one is neither read nor refused.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.SAMPLES;
if (folder === undefined) {
  console.error("usage: SAMPLES=FOLDER node scripts/decode-samples.mjs, after npm run build");
  process.exit(2);
}
let silent = 0;
for (const venue of ["kalshi", "polymarket"]) {
  const { decode } = await import(`../dist/src/venues/${venue}/index.js`);
  for (const name of readdirSync(join(folder, venue)).filter((file) => file.endsWith(".json"))) {
    const { payload = undefined, ...all } = JSON.parse(readFileSync(join(folder, venue, name), "utf8"));
    const reports = decode(JSON.stringify(payload?.body ?? payload ?? all), { account: "samples" });
    if (reports.length === 0) silent += 1;
    const said = reports.map((report) => (report.is === "unreadable" ? `refused: ${report.why}` : report.is));
    console.log(`${venue}/${name}: ${said.length === 0 ? "nothing" : said.join("; ")}`);
  }
}
process.exitCode = silent === 0 ? 0 : 1;
