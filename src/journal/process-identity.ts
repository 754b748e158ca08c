import fs from "node:fs";
import { hostname } from "node:os";

/** What tells one process from every other, also from a later one that was given its number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: number | null; // clock ticks from boot to its start; null where there is no /proc
  readonly host: string;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, startTicks: statOf(process.pid)?.startTicks ?? null, host: hostname() };
}

/** Whether a process of this machine still runs. A killed one that no one has waited for yet does not. */
export function isAlive(of: ProcessIdentity): boolean {
  try {
    process.kill(of.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false; // EPERM: it runs, as another user
  }
  const stat = statOf(of.pid);
  if (stat === undefined) return true; // no /proc: its number is all we know
  if (stat.state === "Z" || stat.state === "X") return false;
  return of.startTicks === null || of.startTicks === stat.startTicks;
}

/** Fields 3 and 22 of /proc/<pid>/stat; the name before them may hold spaces and parentheses. */
function statOf(pid: number): { state: string; startTicks: number } | undefined {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0]!, startTicks: Number(fields[19]) };
  } catch {
    return undefined;
  }
}
