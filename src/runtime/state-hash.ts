import { createHash } from "node:crypto";
import { stateLines, type Folded } from "../core/engine/index.ts";

/**
 * The hash of a folded state: the first 32 bytes of BLAKE2b-512 over its lines, in hex. Two folds that hold the same
 * have the same, however they came about.
 */
export function stateHash(state: Folded): string {
  const hash = createHash("blake2b512");
  for (const line of stateLines(state)) hash.update(line).update("\n");
  return hash.digest().subarray(0, 32).toString("hex");
}
