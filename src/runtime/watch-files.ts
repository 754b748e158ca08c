import { statSync } from "node:fs";
import { stat } from "node:fs/promises";

const EVERY_MS = 500;

/**
 * Has a function called whenever one of some files has become another, has come or gone, until what is returned is called.
 * Begin to watch before reading: then no change is missed.
 * @param whenStill calls only once a look finds what the look before found: for a file that somebody may be in the middle of writing
 */
export function watchFiles(paths: readonly string[], changed: () => void, everyMs = EVERY_MS, whenStill = false): () => void {
  let known = paths.map((path) => told(statSync(path, { bigint: true, throwIfNoEntry: false }))).join();
  let isLooking = false;
  let isNew = false;
  const look = async (): Promise<void> => {
    const now = (await Promise.all(paths.map((path) => stat(path, { bigint: true }).then(told, () => "none")))).join();
    const isStill = now === known;
    known = now;
    isNew ||= !isStill;
    if (!isNew || (whenStill && !isStill)) return;
    isNew = false;
    changed();
  };
  const timer = setInterval(() => {
    if (isLooking) return; // the disk takes its time
    isLooking = true;
    void look().finally(() => (isLooking = false));
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

function told(of: { readonly dev: bigint; readonly ino: bigint; readonly size: bigint; readonly mtimeNs: bigint; readonly ctimeNs: bigint } | undefined): string {
  return of === undefined ? "none" : `${of.dev}-${of.ino}-${of.size}-${of.mtimeNs}-${of.ctimeNs}`;
}
