import { noteServiceTime } from "./clock.ts";
import { authorization } from "./session.ts";

/** What the service would not do, in its own words. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number; // 0: there was no answer
  readonly code: string;

  constructor(status: number, code: string, says: string) {
    super(says);
    this.status = status;
    this.code = code;
  }
}

export interface Answer<T> {
  readonly data: T | undefined; // undefined: as it was, 304
  readonly etag: string | undefined;
}

/**
 * Asks the service for JSON.
 * @param path such as `/v1/risk`
 * @param signal ends the wait for an answer: a line that has gone dead may say nothing for a quarter of an hour
 * @throws Refused with a sentence to show
 */
export async function get<T>(path: string, etag: string | undefined, signal: AbortSignal): Promise<Answer<T>> {
  const response = await reached(path, { signal, headers: { ...authorization(), ...(etag === undefined ? {} : { "if-none-match": etag }) }, cache: "no-store" });
  if (response.status === 304) return { data: undefined, etag };
  return { data: await read<T>(response), etag: response.headers.get("etag") ?? undefined };
}

/** Sends JSON, or a text of another type. @throws Refused */
export async function send<T>(method: "POST" | "PUT", path: string, body: unknown, type = "application/json", more: Readonly<Record<string, string>> = {}): Promise<T> {
  const response = await reached(path, { method, headers: { ...authorization(), "content-type": type, ...more }, body: typeof body === "string" ? body : JSON.stringify(body) });
  return read<T>(response);
}

async function reached(path: string, init: RequestInit): Promise<Response> {
  const askedMs = Date.now();
  try {
    const response = await fetch(path, init);
    noteServiceTime(response.headers.get("date"), askedMs, Date.now());
    return response;
  } catch {
    throw new Refused(0, "no_answer", "The service does not answer.");
  }
}

async function read<T>(response: Response): Promise<T> {
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    throw new Refused(response.status, "no_json", `The service answered ${response.status} with something that is no JSON.`);
  }
  if (response.ok) return body as T;
  const { code = "refused", detail = `The service answered ${response.status}.` } = body as { readonly code?: string; readonly detail?: string };
  throw new Refused(response.status, code, detail);
}
