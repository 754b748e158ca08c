// `npm run faults [-- cuts|flips] [--seed N] [--cuts N] [--bytes N]`: the journal on disks that fail (docs/durability.md).
import { parseArgs } from "node:util";
import { proveCuts, type CutCounts } from "./cuts.ts";
import { proveFlips } from "./flips.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string", default: "1" }, cuts: { type: "string", default: "12000" }, bytes: { type: "string", default: "4096" } },
});
const [seed, cuts, bytes] = [values.seed, values.cuts, values.bytes].map(Number) as [number, number, number];
const wanted = positionals.length > 0 ? positionals : ["cuts", "flips"];
const number = (n: number): string => n.toLocaleString("en-US");
const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  for (const what of wanted) {
    if (what === "cuts") await cutsOf();
    else if (what === "flips") await flipsOf();
    else throw new Error(`there is no ${what}: say cuts, flips, or nothing for both`);
  }
} catch (error) {
  say(`FAILED ${(error as Error).message}`);
  process.exitCode = 1;
}

async function cutsOf(): Promise<void> {
  say(`cuts: seed ${seed}, ${number(cuts)} places at which the power goes`);
  const begun = performance.now();
  const counts = await proveCuts(seed, cuts, (sofar) => void (sofar.stories % 50 === 0 && say(`  ${number(sofar.cuts)} …`)));
  say(`  ${told(counts)}`);
  say(`  pairs: ${number(counts.pairFacts)} facts of ${counts.pairKinds.size} kinds were written, ${number(counts.pairStarts)} starts found some`);
  say(`  every start found a beginning of what was appended, with all that was acknowledged (${((performance.now() - begun) / 1000).toFixed(0)} s)`);
}

function told({ stories, cuts: done, again, seconds, torn, noSpace, unknown, restarts }: CutCounts): string {
  return (
    `${number(done)} cuts of ${number(stories)} journals: ${number(again)} cut again while they recovered, ${number(seconds)} a second time after more was written; ` +
    `${number(restarts)} starts, ${number(torn)} with a torn write; ${number(noSpace)} writes refused for want of space, ${number(unknown)} writes or syncs that failed`
  );
}

async function flipsOf(): Promise<void> {
  say(`flips: seed ${seed}, every bit of a journal of ${number(bytes)} bytes`);
  const begun = performance.now();
  const counts = await proveFlips(seed, bytes, undefined, (sofar) => say(`  ${number(sofar.flips)} …`));
  say(`  ${number(counts.flips)} flips in ${number(counts.bytes)} bytes of ${counts.segments} segments and the mark: ${number(counts.found)} stopped the start, ${number(counts.harmless)} were harmless; ${number(counts.pairFacts)} facts of pairs are in it (${((performance.now() - begun) / 1000).toFixed(0)} s)`);
}
