import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { ServiceProcess, type ServiceCommand } from "./service-process.ts";

/** What the trace of one answered post shows, as line numbers of the trace. */
export interface TracedAnswer {
  readonly id: string; // of the one fill that was posted
  readonly written: number; // the write to a segment that holds it
  readonly synced: number; // the first fdatasync of that file that began after that, and succeeded
  readonly answered: number; // the write of the response to the socket
}

const CALLS = "trace=pwrite64,write,writev,sendto,sendmsg,fdatasync,fsync";
const POSTS_EACH = 8;
/** Once the service has ended, its trace is whole after so long. */
const PATIENCE_MS = 20_000;

/** Runs the service under strace while so many clients post one fill after the other, and reads the trace. @throws Error where a step is missing */
export async function traceAnswers(command: ServiceCommand, traceFile: string, clients: number, read: (path: string) => string): Promise<TracedAnswer[]> {
  const service = new ServiceProcess({ ...command, before: ["strace", "-D", "-f", "-q", "-y", "-s", "65536", "-e", CALLS, "-o", traceFile] });
  let answers: { id: string; seq: number }[];
  try {
    await service.ready;
    const posts = await Promise.all(Array.from({ length: clients }, (_, client) => postSome(command.port, client)));
    answers = posts.flat();
  } finally {
    await service.stop();
  }
  let trace = read(traceFile);
  const end = new RegExp(`^${service.pid} +\\+\\+\\+ exited`, "m"); // the number is padded
  for (const begun = performance.now(); !end.test(trace); trace = read(traceFile)) {
    if (performance.now() - begun > PATIENCE_MS) throw new Error(`the trace does not tell the end of process ${service.pid}; it ends: ${trace.slice(-500)}`);
    await sleep(10); // it is written a little later
  }
  const lines = completed(trace.split("\n"));
  return answers.map(({ id, seq }) => found(lines, id, seq));
}

async function postSome(port: number, client: number): Promise<{ id: string; seq: number }[]> {
  const answers: { id: string; seq: number }[] = [];
  for (let n = 0; n < POSTS_EACH; n += 1) {
    const id = `traced-${client}-${n}-end`;
    const body = JSON.stringify({ id, venue: "kraken", symbol: "BTC/USD", side: "buy", quantity: "1", price: `${n + 1}`, timestamp: "2024-01-01T00:00:00Z" });
    const post = request({ host: "127.0.0.1", port, path: "/v1/fills", method: "POST", headers: { "content-type": "application/json" } }).end(body);
    const [response] = (await once(post, "response")) as [NodeJS.ReadableStream];
    let text = "";
    for await (const piece of response) text += piece.toString();
    const { results } = JSON.parse(text) as { results: { status: string; seq: number }[] };
    if (results[0]?.status !== "accepted") throw new Error(`${id} was answered ${text}`);
    answers.push({ id, seq: results[0].seq });
  }
  return answers;
}

/** One system call: where it began and where it returned, as line numbers. */
interface Call {
  readonly text: string;
  readonly begun: number;
  readonly ended: number;
}

/** Joins what strace tells in two lines, since another thread called something in between. */
export function completed(lines: readonly string[]): Call[] {
  const open = new Map<string, { text: string; begun: number }>(); // by thread
  const calls: Call[] = [];
  lines.forEach((line, at) => {
    const [, thread = "", rest = ""] = /^(\d+) +(.*)$/s.exec(line) ?? [];
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/s.exec(rest);
    if (rest.endsWith(" <unfinished ...>")) open.set(thread, { text: rest.slice(0, -" <unfinished ...>".length), begun: at });
    else if (resumed !== null) {
      const begun = open.get(thread);
      if (begun !== undefined) calls.push({ text: begun.text + resumed[1]!, begun: begun.begun, ended: at });
    } else calls.push({ text: rest, begun: at, ended: at });
  });
  return calls;
}

export function found(calls: readonly Call[], id: string, seq: number): TracedAnswer {
  const written = calls.find(({ text }) => /^(pwrite64|write)\(\d+<[^>]*\.fbj>/.test(text) && text.includes(id));
  if (written === undefined) throw new Error(`the trace shows no write of ${id} to a segment`);
  const file = /<([^>]*)>/.exec(written.text)![1]!;
  const synced = calls.find(({ text, begun }) => begun > written.ended && text.startsWith("fdatasync(") && text.includes(`<${file}>`) && / = 0$/.test(text));
  if (synced === undefined) throw new Error(`the trace shows no fdatasync of ${file} after ${id} was written`);
  const answered = calls.find(({ text }) => /^(write|writev|sendto|sendmsg)\(\d+<(TCP|socket)/.test(text) && text.includes("HTTP/1.1 200") && new RegExp(`\\\\"seq\\\\":${seq}[,}]`).test(text));
  if (answered === undefined) throw new Error(`the trace shows no response that tells entry ${seq} of ${id}`);
  return { id, written: written.ended, synced: synced.ended, answered: answered.begun };
}
