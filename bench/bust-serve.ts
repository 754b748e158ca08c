import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Ledger, systemClock } from "../src/runtime/index.ts";
import { FILLS, identityOf, traded } from "./bust-fills.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const COMMAND = join(import.meta.dirname, "../src/cli/main.js");
/** In this order, each once, after the start: the first is also the first request of its process. */
const BUSTED = [["the last but ten", FILLS - 11], ["the 1,000th from the end", FILLS - 1_000], ["the one in the middle", FILLS / 2], ["the very first", 0], ["the next of that venue", 2]] as const;

/** What `POST /v1/events` takes with a bust in `fillbook serve`, started again over a million fills in its file journal, while its tables are made beside it. */
export async function servedBusts(): Promise<string[]> {
  return inTemporaryFolder(async (dataDir) => {
    const ledger = Ledger.open({ dataDir, currency: "USD", clock: systemClock });
    ledger.expect(FILLS);
    for (const { fills, directory } of traded()) ledger.bookFills(fills, directory);
    ledger.sync();
    ledger.close();
    const replayed = await bustsOf(dataDir);
    const fromSnapshot = await bustsOf(dataDir, 4);
    return [`from a file journal, by HTTP, the service started without a snapshot: ${replayed}`, `from a file journal, by HTTP, the service started from the snapshot that it left when it stopped: ${fromSnapshot}`];
  });
}

/** Starts a service, busts fills, stops it. @param beside so many fills further on, since a fill is busted once */
async function bustsOf(dataDir: string, beside = 0): Promise<string> {
  const { service, url } = await started(dataDir);
  try {
    const times: string[] = [];
    for (const [name, number] of BUSTED) times.push(`${name} ${(await bust(url, number < FILLS / 2 ? number + beside : number - beside)).toFixed(0)} ms`);
    return times.join(", ");
  } finally {
    service.kill("SIGTERM");
    await once(service, "exit");
  }
}

async function started(dataDir: string): Promise<{ readonly service: ChildProcess; readonly url: string }> {
  const service = spawn(process.execPath, [COMMAND, "serve", "--port", "0", "--log-level", "error", "--data", dataDir, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: service.stdout })) return { service, url: (JSON.parse(line) as { url: string }).url };
  throw new Error("the service ended before it said where it listens");
}

async function bust(url: string, number: number): Promise<number> {
  const { id: fill, ...of } = identityOf(number);
  const begun = performance.now();
  const answer = await fetch(`${url}/v1/events`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ type: "bust", ...of, fill }) });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`the bust of fill ${number} was answered with ${answer.status}: ${text}`);
  return performance.now() - begun;
}
