import { unwatchFile, watchFile } from "node:fs";

/** Editors write a file anew, and some systems put another one in its place: so it is looked at, not listened to. */
const LOOK_MS = 500;

/** Calls `changed` whenever a file came, went or changed. Returns what ends that. */
export function watchConfig(file: string, changed: () => void): () => void {
  const look = () => changed();
  watchFile(file, { interval: LOOK_MS, persistent: false }, look);
  return () => unwatchFile(file, look);
}
