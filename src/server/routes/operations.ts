import type { FastifyInstance } from "fastify";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { formatTime } from "../../core/model/index.ts";
import type { Ledger } from "../../runtime/index.ts";
import { seesAll, type Access } from "../access/principal.ts";
import type { RouteContext } from "../context.ts";
import { statusAnswer, tokensAnswer } from "../schemas.ts";
import { standingOf } from "../../tokens/index.ts";

/** Health, readiness and figures: for whoever watches over the service. */
export function operations(app: FastifyInstance, { service, metrics, hub, currency, run, gate, clock, dataDir }: RouteContext): void {
  const inBook = async (look: (ledger: Ledger) => number) => (service.state === "recovering" || service.state === "stopped" ? 0 : service.read(look));
  metrics.gauge("fillbook_seq", "The last acknowledged entry", () => service.seq);
  metrics.gauge("fillbook_waiting_fills", "Fills that wait to be decided", () => service.waiting);
  metrics.gauge("fillbook_stream_clients", "Clients that follow the stream", () => hub.watchers);
  metrics.gauge("fillbook_stream_lag_entries", "Entries the stream is behind the book", () => hub.lag);
  metrics.gauge("fillbook_stream_queued_bytes", "Bytes sent to clients of the stream and not taken yet", () => hub.queuedBytes);
  metrics.gauge("fillbook_resident_bytes", "Memory of the process", () => process.memoryUsage.rss());
  metrics.gauge("fillbook_heap_used_bytes", "Of it, objects of the main thread, garbage included", () => process.memoryUsage().heapUsed);
  metrics.gauge("fillbook_array_buffers_bytes", "Of it, arrays of numbers and bytes of the main thread", () => process.memoryUsage().arrayBuffers);
  metrics.gauge("fillbook_identities_bytes", "Of these arrays, the tables that tell which fills are known: 28 bytes a fill, doubling", () => inBook(({ identityBytes }) => identityBytes));

  const asks = (access: Access, isGlobal = false) => ({ config: { access, isGlobal } });
  app.get("/healthz", { ...asks("open"), schema: { tags: ["operations"], summary: "Whether the process is alive" } }, (_request, reply) => reply.type("application/json").send('{"status":"ok"}'));
  app.get("/readyz", { ...asks("open"), schema: { tags: ["operations"], summary: "Whether fills are taken; why not, with 503. Without a token that sees every account it says no more than that" } }, ({ who }, reply) => {
    const { state, reason = null, seq } = service;
    return reply.code(state === "ready" ? 200 : 503).type("application/json").send(JSON.stringify({ ready: state === "ready", state, ...(seesAll(who) ? { reason, currency, seq } : {}) }));
  });
  app.get("/v1/access", { ...asks("known"), schema: { tags: ["operations"], summary: "What this token may do" } }, ({ who: { name, scopes, accounts, token } }, reply) =>
    reply.type("application/json; charset=utf-8").send(JSON.stringify({ name, scopes, accounts: accounts === undefined ? null : [...accounts], expiresAt: token?.expiresNs === undefined ? null : formatTime(token.expiresNs) })));
  const startedNs = clock.nowNs();
  app.get("/v1/status", { ...asks("read", true), schema: { tags: ["operations"], summary: "Journal, stream and memory, at a glance", response: { 200: statusAnswer } } }, async (_request, reply) => {
    const { state, reason = null, seq, waiting } = service;
    const durableSeq = await inBook(({ durableThrough }) => durableThrough);
    const { values } = await metrics.refusals.get();
    return reply.type("application/json; charset=utf-8").send(JSON.stringify({
      asOf: formatTime(clock.nowNs()), state, reason, run, startedAt: formatTime(startedNs), seq, durableSeq, waiting, journal: sizeOf(join(dataDir, "journal")),
      stream: { clients: hub.watchers, lagEntries: hub.lag, queuedBytes: hub.queuedBytes }, residentBytes: process.memoryUsage.rss(), refused: values.map(({ labels, value }) => ({ reason: `${labels["reason"]}`, rows: value })),
    }));
  });
  app.get("/v1/tokens", { ...asks("admin", true), schema: { tags: ["operations"], summary: "Who may do what: every token, without what would let anybody in", response: { 200: tokensAnswer } } }, (_request, reply) => {
    const nowNs = clock.nowNs();
    const time = (ns: bigint | undefined) => (ns === undefined ? null : formatTime(ns));
    const tokens = gate.tokens.list().map((token) => ({ id: token.id, name: token.name, scopes: token.scopes, accounts: token.accounts ?? null, standing: standingOf(token, nowNs), createdAt: formatTime(token.createdNs), expiresAt: time(token.expiresNs), revokedAt: time(token.revokedNs) }));
    return reply.type("application/json; charset=utf-8").send(JSON.stringify({ isRequired: gate.tokens.isRequired, tokens }));
  });
  app.get("/metrics", { ...asks("read", true), schema: { tags: ["operations"], summary: "Figures for Prometheus" } }, async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()));
  metrics.gauge("fillbook_positions", "Net positions, open and closed", () => inBook(({ book }) => count(book.nets())));
}

/** Segments of a journal, and the bytes they take. */
function sizeOf(folder: string): { readonly segments: number; readonly bytes: number } {
  const sizes = readdirSync(folder).filter((name) => name.endsWith(".fbj")).map((name) => statSync(join(folder, name)).size);
  return { segments: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

function count(all: Iterable<unknown>): number {
  let n = 0;
  for (const _ of all) n += 1;
  return n;
}
