// A process of its own for `restart`: `start FOLDER FILLS POSITIONS`, or `snapshot FOLDER`. Prints one line of JSON.
import { finished } from "../src/core/num/index.ts";
import { Directory, FillColumns } from "../src/core/model/index.ts";
import { FILL_DUPLICATE, Ledger, Service, systemClock } from "../src/runtime/index.ts";
import { addFill } from "./restart-journal.ts";

const REPOSTED = 100;

const [what, dataDir = "", fills = "0", positions = "0"] = process.argv.slice(2);
const outcome = what === "snapshot" ? snapshot() : await start(Number(fills), Number(positions));
process.stdout.write(`${JSON.stringify({ ...outcome, megabytes: Math.round(process.resourceUsage().maxRSS / 1024) })}\n`);
process.exit(); // as a killed process ends: nothing is written on the way out

/** Ready is who knows fills again that are spread over the whole journal. */
async function start(count: number, places: number): Promise<object> {
  const service = Service.begin({ dataDir, currency: "USD", clock: systemClock, snapshotEntries: Number.POSITIVE_INFINITY });
  const { snapshotSeq, milliseconds } = await service.ready;
  const source = new Directory();
  const again = new FillColumns(REPOSTED);
  for (let i = 0; i < REPOSTED; i += 1) addFill(again, source, Math.floor(((i + 0.5) * count) / REPOSTED), places);
  const { statuses } = await service.bookFills(again, source);
  if (!statuses.every((status) => status === FILL_DUPLICATE)) throw new Error("a fill that was booked is not known again");
  return { readyAt: performance.timeOrigin + performance.now(), snapshotSeq, recovery: milliseconds };
}

function snapshot(): object {
  const ledger = Ledger.open({ dataDir, currency: "USD", clock: systemClock });
  const begun = performance.now();
  const { bytes } = finished(ledger.snapshot());
  const taken = performance.now() - begun;
  ledger.close();
  return { bytes, taken };
}
