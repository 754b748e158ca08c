import type { Socket } from "node:net";
import compress from "@fastify/compress";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import websocket from "@fastify/websocket";
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { jsonSchemaTransform, validatorCompiler } from "fastify-type-provider-zod";
import { shown } from "../core/model/index.ts";
import { assert } from "../core/num/index.ts";
import type { RouteContext } from "./context.ts";
import { takeBodies } from "./body.ts";
import type { Access, Principal } from "./access/principal.ts";
import { checkHead, Guard, isLoopback, type GuardOptions } from "./guard.ts";
import { DOCUMENTATION_POLICY, headers } from "./headers.ts";
import { page } from "./page.ts";
import { Problem, problemOf, sendProblem } from "./problem.ts";
import { routes, STREAM_PATH } from "./routes/index.ts";
import { OLDEST_TLS, type TlsPair } from "./tls.ts";

const SLOW_MS = 1_000;
const LONGEST_MESSAGE = 4_096;
const LONGEST_SYMBOL = 1_024;
const COMPRESSED_FROM = 2_048;
/** A connection that is open and asks nothing is let go. */
const KEEP_ALIVE_MS = 60_000;
const MOST_CONNECTIONS = 4_000;
/** From one address that is not this machine's. */
const MOST_CONNECTIONS_OF_ONE = 500;
const MOST_HEADERS_READ = 200;
const HEAD_BYTES = 16_384;

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
    isGlobal?: boolean; // of all accounts together
  }
  interface FastifyRequest {
    who: Principal;
  }
}

export interface AppOptions extends Omit<GuardOptions, "isTls"> {
  readonly logger: FastifyBaseLogger;
  readonly tls: TlsPair | undefined;
  readonly headMs: number; // so long the head of a request may take
}

/** What holds nothing of the book: the page and the documentation. */
const OPEN = /^\/(?:$|web\/|docs(?:\/|$)|openapi\.json$)/;

/** The HTTP side of the service: routes, what guards them, and how errors are answered. */
export async function buildApp(context: RouteContext, { logger, tls, headMs, host, allowedOrigins }: AppOptions): Promise<FastifyInstance> {
  const http = { headersTimeout: headMs, connectionsCheckingInterval: Math.min(headMs, 5_000), maxHeaderSize: HEAD_BYTES };
  const guard = new Guard({ host, isTls: tls !== undefined, allowedOrigins });
  const app = fastify({
    ...(tls === undefined ? { http } : { https: { ...http, cert: tls.cert, key: tls.key, minVersion: OLDEST_TLS } }),
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: LONGEST_SYMBOL },
    clientErrorHandler: answerNoRequest,
    frameworkErrors: (error, request, reply) => void sendProblem(reply, problemOf(error, request)),
  });
  app.setValidatorCompiler((route) => (route.httpPart === "body" ? (value: unknown) => ({ value }) : validatorCompiler(route as Parameters<typeof validatorCompiler>[0])));
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(async (error, request, reply) => {
    if (request.headers.upgrade !== undefined) reply.raw.once("finish", () => request.raw.socket.destroySoon()); // nobody else closes what asked to be a WebSocket
    await sendProblem(reply, problemOf(error, request));
  });
  takeBodies(app);
  boundConnections(app);
  await headers(app, tls !== undefined);
  app.decorateRequest("who", null as unknown as Principal);
  app.addHook("onRequest", (request, reply, done) => {
    const { ip, method } = request;
    const { upgrade } = request.headers;
    const ws = upgrade !== undefined;
    checkHead(request.raw);
    guard.check(request.headers, ws || (method !== "GET" && method !== "HEAD"));
    if (ws && upgrade.toLowerCase() !== "websocket") throw new Problem(400, "bad_request", `this service speaks HTTP/1.1, and no ${shown(upgrade)}: have your client not ask for it (curl --http1.1; Java: HttpClient.Version.HTTP_1_1)`, {}, { connection: "close" });
    const { access = "known", isGlobal = false } = request.routeOptions.config;
    if (access !== "open") void reply.header("cache-control", "private, no-cache").header("vary", "Authorization");
    request.who = context.gate.enter({ headers: request.headers, ip, ws }, access, isGlobal);
    if (ws && request.routeOptions.url !== STREAM_PATH && request.routeOptions.url !== undefined) throw new Problem(400, "bad_request", `only ${STREAM_PATH} is a WebSocket`, {}, { connection: "close" });
    done();
  });
  app.addHook("onRoute", (route) => {
    if (route.config?.access !== undefined) return;
    assert(OPEN.test(route.url), `${route.url} says what it asks of who calls it`);
    route.config = { ...route.config, access: "open" };
  });
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "none";
    const ms = reply.elapsedTime;
    context.metrics.requests.inc({ route, method: request.method, status: `${reply.statusCode}` });
    context.metrics.requestSeconds.observe({ route }, ms / 1000);
    if (ms > SLOW_MS) request.log.info({ method: request.method, route, status: reply.statusCode, ms: Math.round(ms) }, "a slow request");
    done();
  });
  await app.register(swagger, {
    openapi: { openapi: "3.1.0", info: { title: "Fillbook", description: "The exact position book. Exact amounts are texts; what is not known is null.", version: "0.1.0" }, components: { securitySchemes: { token: { type: "http", scheme: "bearer", description: "fillbook token create; none is needed before there is one" } } }, security: [{ token: [] }] },
    transform: jsonSchemaTransform,
  });
  await app.register(websocket, { options: { maxPayload: LONGEST_MESSAGE, perMessageDeflate: false, handleProtocols: (protocols: Set<string>) => (protocols.has("fillbook") ? "fillbook" : false) } });
  await app.register(compress, { global: true, threshold: COMPRESSED_FROM, encodings: ["br", "gzip", "deflate"], globalDecompression: false, brotliOptions: { params: { 1: 4 } } });
  const known = new Map<string, string[]>();
  app.addHook("onRoute", ({ url, method }) => {
    known.set(url, [...(known.get(url) ?? []), ...[method].flat()]);
  });
  routes(app, context);
  await page(app);
  await app.register(swaggerUi, { routePrefix: "/docs", staticCSP: DOCUMENTATION_POLICY });
  app.get("/openapi.json", { schema: { hide: true } }, (_request, reply) => reply.type("application/json; charset=utf-8").send(JSON.stringify(app.swagger())));
  app.setNotFoundHandler((request) => {
    const path = request.url.split("?")[0]!;
    const allowed = [...known].filter(([url]) => matches(url, path)).flatMap(([, methods]) => methods);
    if (allowed.length > 0) throw new Problem(405, "method_not_allowed", `${path} takes ${[...new Set(allowed)].join(", ")}`, {}, { allow: [...new Set(allowed)].join(", ") });
    throw new Problem(404, "not_found", `there is no ${path.slice(0, 100)}: /docs shows what there is`);
  });
  return app;
}

function matches(route: string, path: string): boolean {
  return route.endsWith("/*") ? path.startsWith(route.slice(0, -1)) : route.includes(":") ? path.startsWith(route.slice(0, route.indexOf(":"))) : route === path;
}

/** Bytes that are no request: answered, and the connection is closed. */
function answerNoRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const [problem, reason] = problemWith(error.code);
  const body = JSON.stringify(problem.document());
  socket.end(`HTTP/1.1 ${problem.status} ${reason}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}

function problemWith(code: string | undefined): [problem: Problem, reason: string] {
  if (code === "HPE_HEADER_OVERFLOW") return [new Problem(431, "too_large", "the head of a request has at most 16 KB"), "Request Header Fields Too Large"];
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return [new Problem(408, "too_slow", "the head of the request did not come to its end"), "Request Timeout"];
  return [new Problem(400, "bad_request", "this is no HTTP request"), "Bad Request"];
}

/** Bounds how many connections there are, and how many of one address. */
function boundConnections({ server }: FastifyInstance): void {
  server.maxConnections = MOST_CONNECTIONS;
  server.maxHeadersCount = MOST_HEADERS_READ;
  const open = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const { remoteAddress: address = "" } = socket;
    if (isLoopback(address)) return;
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once("close", () => {
      const left = open.get(address)! - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
    if (count > MOST_CONNECTIONS_OF_ONE) socket.destroy();
  });
}
