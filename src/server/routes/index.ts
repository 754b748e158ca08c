import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import type { RouteContext } from "../context.ts";
import { serveSocket } from "../hub/connection.ts";
import { Problem } from "../problem.ts";
import { eventBody, factsAnswer, fillBody, fillsAnswer, historyAnswer, historyQuery, instrumentBody, markBody, marksAnswer, pnlAnswer, pnlQuery, positionsAnswer, positionsQuery, problemAnswer, symbolParams, symbolQuery, tripsAnswer, tripsQuery } from "../schemas.ts";
import { postEvents, postInstruments, postMarks } from "./facts.ts";
import { postFills } from "./fills.ts";
import { operations } from "./operations.ts";
import { getPositions } from "./positions.ts";
import { getHistory, getPnl, getTrips } from "./reads.ts";

type PositionsQuery = z.infer<typeof positionsQuery>;

const MOST_STREAMS = 1_000;
const CONSUMES = ["application/json", "application/x-ndjson"];
const problems = { 400: problemAnswer, 413: problemAnswer, 415: problemAnswer, 429: problemAnswer, 503: problemAnswer };

/** Every route, with what its documentation says. */
export function routes(app: FastifyInstance, context: RouteContext): void {
  operations(app, context);

  const posted = (summary: string, body: unknown, answer: unknown) => ({ schema: { tags: ["facts"], summary, consumes: CONSUMES, body, response: { 200: answer, 207: answer, ...problems } } });
  app.post("/v1/fills", posted("Book fills; answers when they are on disk", fillBody, fillsAnswer), (request, reply) => postFills(context, request, reply));
  app.post("/v1/marks", posted("Give prices to value positions with", markBody, marksAnswer), (request, reply) => postMarks(context, request, reply));
  app.post("/v1/instruments", posted("Define instruments", instrumentBody, factsAnswer), (request, reply) => postInstruments(context, request, reply));
  app.post("/v1/events", posted("Every fact that is no fill", eventBody, factsAnswer), (request, reply) => postEvents(context, request, reply));

  const read = { 400: problemAnswer, 404: problemAnswer, 429: problemAnswer, 503: problemAnswer };
  const positions = { tags: ["positions"], summary: "Net positions with their venues, open ones first", querystring: positionsQuery, response: { 200: positionsAnswer, ...read } };
  const ofSymbol = { ...positions, summary: "The positions in one symbol; a / in it may be written as it is", querystring: symbolQuery };
  app.get("/v1/positions", { schema: positions }, (request, reply) => getPositions(context, request.query as PositionsQuery, request, reply));
  app.get("/v1/positions/:symbol", { schema: { ...ofSymbol, params: symbolParams } }, (request, reply) => getPositions(context, { ...(request.query as PositionsQuery), ...(request.params as { symbol: string }) }, request, reply));
  app.get("/v1/positions/*", { schema: { ...ofSymbol, hide: true } }, (request, reply) => getPositions(context, { ...(request.query as PositionsQuery), symbol: (request.params as { "*": string })["*"] }, request, reply));
  const listed = (summary: string, querystring: unknown, answer: unknown) => ({ schema: { tags: ["positions"], summary, querystring, response: { 200: answer, ...read } } });
  app.get("/v1/history", listed("One row a fill, with the position after it", historyQuery, historyAnswer), (request, reply) => getHistory(context, request.query as z.infer<typeof historyQuery>, reply));
  app.get("/v1/trips", listed("Closed round trips", tripsQuery, tripsAnswer), (request, reply) => getTrips(context, request.query as z.infer<typeof tripsQuery>, reply));
  app.get("/v1/pnl", listed("Realized, unrealized, fees, funding and net", pnlQuery, pnlAnswer), (request, reply) => getPnl(context, request.query as z.infer<typeof pnlQuery>, reply));

  app.route({
    method: "GET",
    url: "/v1/stream",
    schema: { tags: ["stream"], summary: "WebSocket: send {} or {\"since\": seq}, get a snapshot and then what changes", response: { 426: problemAnswer } },
    preValidation: (request, _reply, done) => {
      if (request.ws && context.hub.watchers >= MOST_STREAMS) done(new Problem(503, "overloaded", `${MOST_STREAMS} clients follow the stream already`, {}, { "retry-after": "5" }));
      else done();
    },
    handler: () => {
      throw new Problem(426, "upgrade_required", "this is a WebSocket: open it with ws://", {}, { upgrade: "websocket", connection: "upgrade" });
    },
    wsHandler: (socket) => serveSocket(socket, context.hub),
  });
}
