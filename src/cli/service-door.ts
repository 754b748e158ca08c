import { WriterLock } from "../journal/index.ts";
import { ask, type ServiceDoor } from "./service-request.ts";
import { UsageError } from "./usage-error.ts";

/** How a service that answers at `address` is entered: a token that is given counts; else the key of this run, which only the folder's owner can read. */
export function doorOf(dataDir: string, address: string): ServiceDoor {
  const { key, certificate = null } = WriterLock.holder(dataDir) ?? {};
  return { address, token: process.env["FILLBOOK_TOKEN"] || key, certificate };
}

/**
 * What the service that runs on a folder answers to a question that only a running one can.
 * @param what it holds, for people @throws UsageError when none runs, or when it answers with a problem
 */
export async function askRunning(dataDir: string, path: string, what: string): Promise<unknown> {
  const address = WriterLock.living(dataDir)?.address ?? undefined;
  if (address === undefined) throw new UsageError(`${dataDir}: no service runs on this folder, and ${what} only while one does: start it with fillbook serve (or fillbook demo --data), or name its folder with --data`);
  const { status, json } = await ask(doorOf(dataDir, address), path);
  if (status === 200) return json;
  throw new UsageError(`the service at ${address} answers ${status}: ${(json as { readonly detail?: string } | undefined)?.detail ?? "without saying why"}`);
}
