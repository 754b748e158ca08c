import { isAlive, WriterLock, type LockHolder, type OpenReport, type Progress } from "../journal/index.ts";
import type { Context } from "./context.ts";

const EVERY_MS = 250;
const EVERY_MS_IN_A_LOG = 5_000;

/** Shows how far long work is: one line that changes on a terminal, a line now and then in a log. Silent for short work. */
export function progressOf(context: Context, what: string, unit: "bytes" | "fills" | "entries" = "bytes"): Progress {
  const terminal = process.stderr.isTTY;
  const pause = terminal ? EVERY_MS : EVERY_MS_IN_A_LOG;
  let next = performance.now() + (terminal ? 4 * pause : pause);
  let shown = false;
  return (done, total) => {
    const now = performance.now();
    const finished = done >= total;
    if (finished && shown && terminal) process.stderr.write("\r\u001b[K");
    if (finished || now < next) return;
    next = now + pause;
    shown = true;
    const size = unit === "bytes" ? `${(total / 1_048_576).toFixed(1)} MB` : `${total.toLocaleString("en-US")} ${unit}`;
    const line = `${what}: ${Math.floor((100 * done) / total)} % of ${size}`;
    if (terminal) process.stderr.write(`\r\u001b[K${line}`);
    else context.note(line);
  };
}

/** Says when the journal's last write was found unfinished. While another process writes, that is no news. */
export function noteTorn(context: Context, report: OpenReport): void {
  if (report.torn !== undefined && !isWrittenNow(context)) context.note(report.torn.message);
}

/** Whether another process writes to the data folder. */
export function isWrittenNow({ dataDir }: Context): boolean {
  let writer: LockHolder | undefined;
  try {
    writer = WriterLock.holder(dataDir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EACCES") return true; // another user's: only he reads it
    throw error;
  }
  return writer !== undefined && writer.pid !== process.pid && isAlive(writer);
}
