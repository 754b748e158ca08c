// `npm run kill [-- --times N] [--seed N]`: the service killed outright again and again, under clients that post until they are answered.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { killOver } from "./kill.ts";

const { values } = parseArgs({ options: { times: { type: "string", default: "100" }, seed: { type: "string", default: "1" } } });
const [times, seed] = [Number(values.times), Number(values.seed)];
const number = (n: number): string => n.toLocaleString("en-US");
const say = (line: string): void => void process.stdout.write(`${line}\n`);

say(`kill: seed ${seed}, ${number(times)} times, four clients`);
try {
  const program = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
  const { kills, whileRecovering, attempts, answers, fills, torn } = await killOver(program, seed, times, (sofar) => void (sofar % 10 === 0 && say(`  ${sofar} …`)));
  say(`  killed ${number(kills)} times, ${number(whileRecovering)} of them before it was ready; ${number(torn)} starts cut a torn write off`);
  say(`  ${number(attempts)} posts, ${number(answers)} answered; ${number(fills)} fills acknowledged, each there once, at the entry that was told; verify found no fault`);
} catch (error) {
  say(`FAILED seed ${seed}: ${(error as Error).message}`);
  process.exitCode = 1;
}
