import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { boundTo, type Access, type Principal } from "../access/principal.ts";
import type { RouteContext } from "../context.ts";
import { serveSocket, type Visitor } from "../hub/connection.ts";
import { Problem } from "../problem.ts";
import { attributionAnswer, attributionQuery, bookBody, booksAnswer, breakerAnswer, breakerBody, checkAnswer, checkBody, equityAnswer, equityQuery, eventBody, factsAnswer, fillBody, fillsAnswer, historyAnswer, instrumentBody, inventoryAnswer, inventoryQuery, limitsAnswer, limitsBody, liquidityAnswer, liquidityQuery, markBody, marksAnswer, marksQuery, marksReadAnswer, newestHistoryQuery, opportunitiesAnswer, opportunitiesQuery, overviewAnswer, overviewQuery, pairAdviceAnswer, pairAdviceQuery, pairAnswer, pairCloseBody, pairFeesAnswer, pairFillBody, pairParams, pairsAdviceAnswer, pairsAnswer, pairSettleBody, pairsQuery, pairsSummaryAnswer, pairsSummaryQuery, performanceAnswer, performanceQuery, pnlAnswer, pnlQuery, positionsAnswer, positionsQuery, priceBody, pricesAnswer, problemAnswer, reconcileAnswer, reconcileBody, refusalsAnswer, refusalsQuery, riskAnswer, riskQuery, stressAnswer, stressQuery, symbolParams, symbolQuery, tripsAnswer, tripsQuery, venuesAnswer, venuesQuery, weightsBody } from "../schemas.ts";
import { marketsAnswer, marketsQuery, standingsAnswer, standingsQuery, studyAnswer, studyQuery } from "../study-schemas.ts";
import { getBreaker, postBreaker } from "./breaker.ts";
import { postEvents, postInstruments, postMarks, postPrices } from "./facts.ts";
import { postFills } from "./fills.ts";
import { getLimits, putLimits } from "./limits.ts";
import { getInventory, getLiquidity, getMarkets, getOpportunities, postBooks } from "./markets.ts";
import { operations } from "./operations.ts";
import { getAttribution, getEquity, getPerformance, getVenues, postPerformance } from "./performance.ts";
import { getPair, getPairs, getPairsSummary, postPairClose, postPairFills, postPairSettle } from "./pairs.ts";
import { getPairAdvice, getPairFees, getPairsAdvice } from "./pair-advice.ts";
import { getPositions } from "./positions.ts";
import { getHistory, getMarks, getPnl, getRefusals, getTrips } from "./reads.ts";
import { getOverview, getRisk, getStress, postCheck } from "./risk.ts";
import { getStandings, getStudy } from "./study.ts";
import { postReconcile } from "./reconcile.ts";

type PositionsQuery = z.infer<typeof positionsQuery>;

const CONSUMES = ["application/json", "application/x-ndjson"];
const problems = { 400: problemAnswer, 401: problemAnswer, 403: problemAnswer, 408: problemAnswer, 413: problemAnswer, 415: problemAnswer, 429: problemAnswer, 503: problemAnswer };

/** What a route asks of who calls it, and whether it is of all accounts together. Every route says so: what does not is not served. */
const asks = (access: Access, isGlobal = false) => ({ config: { access, isGlobal } });

/** The one that is a WebSocket. */
export const STREAM_PATH = "/v1/stream";

/** Every route, with what its documentation says. */
export function routes(app: FastifyInstance, context: RouteContext): void {
  operations(app, context);

  const posted = (summary: string, body: unknown, answer: unknown, isGlobal = false) => ({ ...asks("write", isGlobal), schema: { tags: ["facts"], summary, consumes: CONSUMES, body, response: { 200: answer, 207: answer, ...problems } } });
  app.post("/v1/fills", posted("Book fills; answers when they are on disk", fillBody, fillsAnswer), (request, reply) => postFills(context, request, reply));
  app.post("/v1/marks", posted("Give prices to value positions with", markBody, marksAnswer, true), (request, reply) => postMarks(context, request, reply));
  app.post("/v1/instruments", posted("Define instruments", instrumentBody, factsAnswer, true), (request, reply) => postInstruments(context, request, reply));
  app.post("/v1/prices", posted("Give daily closes to reckon risk from", priceBody, pricesAnswer, true), (request, reply) => postPrices(context, request, reply));
  app.post("/v1/events", posted("Every fact that is no fill", eventBody, factsAnswer), (request, reply) => postEvents(context, request, reply));
  app.post("/v1/books", posted("Ladders of venues: snapshots, and what changed; they are held live, not journaled", bookBody, booksAnswer, true), (request, reply) => postBooks(context, request, reply));

  const read = { 400: problemAnswer, 401: problemAnswer, 403: problemAnswer, 404: problemAnswer, 429: problemAnswer, 503: problemAnswer };
  const positions = { tags: ["positions"], summary: "Net positions with their venues, open ones first", querystring: positionsQuery, response: { 200: positionsAnswer, ...read } };
  const ofSymbol = { ...positions, summary: "The positions in one symbol; a / in it may be written as it is", querystring: symbolQuery };
  app.get("/v1/positions", { ...asks("read"), schema: positions }, (request, reply) => getPositions(context, request.query as PositionsQuery, request, reply));
  app.get("/v1/positions/:symbol", { ...asks("read"), schema: { ...ofSymbol, params: symbolParams } }, (request, reply) => getPositions(context, { ...(request.query as PositionsQuery), ...(request.params as { symbol: string }) }, request, reply));
  app.get("/v1/positions/*", { ...asks("read"), schema: { ...ofSymbol, hide: true } }, (request, reply) => getPositions(context, { ...(request.query as PositionsQuery), symbol: (request.params as { "*": string })["*"] }, request, reply));
  const listed = (summary: string, querystring: unknown, answer: unknown) => ({ ...asks("read"), schema: { tags: ["positions"], summary, querystring, response: { 200: answer, ...read } } });
  app.get("/v1/history", listed("One row a fill, with the position after it", newestHistoryQuery, historyAnswer), (request, reply) => getHistory(context, request.query as z.infer<typeof newestHistoryQuery>, request.who, reply));
  app.get("/v1/refusals", listed("Fills that were not booked, and why, the newest first", refusalsQuery, refusalsAnswer), (request, reply) => getRefusals(context, request.query as z.infer<typeof refusalsQuery>, request.who, reply));
  app.get("/v1/marks", listed("The marks of a symbol through time, venue by venue", marksQuery, marksReadAnswer), (request, reply) => getMarks(context, request.query as z.infer<typeof marksQuery>, reply));
  app.get("/v1/trips", listed("Closed round trips", tripsQuery, tripsAnswer), (request, reply) => getTrips(context, request.query as z.infer<typeof tripsQuery>, request.who, reply));
  app.get("/v1/pnl", listed("Realized, unrealized, fees, funding and net", pnlQuery, pnlAnswer), (request, reply) => getPnl(context, request.query as z.infer<typeof pnlQuery>, request.who, reply));
  const performed = (summary: string, querystring: unknown, answer: unknown) => ({ ...asks("read"), schema: { tags: ["performance"], summary, querystring, response: { 200: answer, ...read } } });
  app.get("/v1/attribution", performed("What each signal, venue, strategy, symbol or account made, adding up exactly to the total", attributionQuery, attributionAnswer), (request, reply) => getAttribution(context, request.query as z.infer<typeof attributionQuery>, request.who, reply));
  app.get("/v1/performance", performed("Executions, returns, ratios, drawdowns, and how they compare with a benchmark", performanceQuery, performanceAnswer), (request, reply) => getPerformance(context, request.query as z.infer<typeof performanceQuery>, request.who, reply));
  app.get("/v1/equity", performed("Equity and net P&L through time", equityQuery, equityAnswer), (request, reply) => getEquity(context, request.query as z.infer<typeof equityQuery>, request.who, reply));
  app.post("/v1/performance", { ...asks("read"), schema: { tags: ["performance"], summary: "The same, with the difference to a benchmark of weights attributed to its segments, as brinson; nothing is booked", querystring: performanceQuery, body: weightsBody, response: { 200: performanceAnswer, ...problems } } }, (request, reply) => postPerformance(context, request, reply));
  app.get("/v1/venues", performed("What trading on each venue cost and brought, ranked", venuesQuery, venuesAnswer), (request, reply) => getVenues(context, request.query as z.infer<typeof venuesQuery>, request.who, reply));

  app.post("/v1/pairs/fills", posted("Book fills of pairs over Kalshi and Polymarket", pairFillBody, fillsAnswer), (request, reply) => postPairFills(context, request, reply));
  const ofPair = (summary: string, body: unknown) => ({ ...asks("write"), schema: { tags: ["pairs"], summary, params: pairParams, body, response: { 200: pairAnswer, ...problems, 404: problemAnswer, 409: problemAnswer } } });
  app.post("/v1/pairs/:id/close", ofPair("Ask that a pair be closed; answers with the pair", pairCloseBody), (request, reply) => postPairClose(context, (request.params as { id: string }).id, request, reply));
  app.post("/v1/pairs/:id/settle", ofPair("Say how a market of a pair ended; answers with the pair", pairSettleBody), (request, reply) => postPairSettle(context, (request.params as { id: string }).id, request, reply));
  const pairs = (summary: string, answer: unknown, more: object) => ({ ...asks("read"), schema: { tags: ["pairs"], summary, ...more, response: { 200: answer, ...read } } });
  app.get("/v1/pairs", pairs("Pairs with what is locked, exposed, guaranteed and realized", pairsAnswer, { querystring: pairsQuery }), (request, reply) => getPairs(context, request.query as z.infer<typeof pairsQuery>, request.who, reply));
  app.get("/v1/pairs/summary", pairs("All pairs together", pairsSummaryAnswer, { querystring: pairsSummaryQuery }), (request, reply) => getPairsSummary(context, request.query as z.infer<typeof pairsSummaryQuery>, request.who, reply));
  app.get("/v1/pairs/advice", pairs("Complete or unwind: every pair of which something is unhedged, and what either would cost", pairsAdviceAnswer, { querystring: pairsSummaryQuery }), (request, reply) => getPairsAdvice(context, request.query as z.infer<typeof pairsSummaryQuery>, request.who, reply));
  app.get("/v1/pairs/fees", pairs("Fills whose venue charged otherwise than the schedules say", pairFeesAnswer, { querystring: pairsSummaryQuery }), (request, reply) => getPairFees(context, request.query as z.infer<typeof pairsSummaryQuery>, request.who, reply));
  app.get("/v1/pairs/:id/advice", pairs("Complete or unwind this pair, and what either would cost", pairAdviceAnswer, { params: pairParams, querystring: pairAdviceQuery }), (request, reply) => getPairAdvice(context, (request.params as { id: string }).id, request.query as z.infer<typeof pairAdviceQuery>, request.who, reply));
  app.post("/v1/pairs/reconcile", { ...asks("read"), schema: { tags: ["pairs"], summary: "The book beside what a venue reports of an account: differences by cause, with rows that would mend them; nothing is booked", body: reconcileBody, response: { 200: reconcileAnswer, ...problems } } }, (request, reply) => postReconcile(context, request, reply));
  app.get("/v1/pairs/:id", pairs("One pair", pairAnswer, { params: pairParams }), (request, reply) => getPair(context, (request.params as { id: string }).id, request.who, reply));
  const liquidity = { tags: ["markets"], summary: "A market over all its venues: best prices, depth, shares, what a size costs; a / in its name may be written as it is", querystring: liquidityQuery, response: { 200: liquidityAnswer, ...read } };
  app.get("/v1/liquidity/:symbol", { ...asks("read"), schema: { ...liquidity, params: symbolParams } }, (request, reply) => getLiquidity(context, (request.params as { symbol: string }).symbol, request.query as z.infer<typeof liquidityQuery>, reply));
  app.get("/v1/liquidity/*", { ...asks("read"), schema: { ...liquidity, hide: true } }, (request, reply) => getLiquidity(context, (request.params as { "*": string })["*"], request.query as z.infer<typeof liquidityQuery>, reply));
  app.get("/v1/liquidity", { ...asks("read"), schema: { tags: ["markets"], summary: "The markets that there are ladders of: best prices, spread, how many venues count", querystring: marketsQuery, response: { 200: marketsAnswer, ...read } } }, (request, reply) => getMarkets(context, request.query as z.infer<typeof marketsQuery>, reply));
  const inventory = { tags: ["markets"], summary: "How the goods of a market lie on its venues, what spreading them evenly costs, and where funding differs most", querystring: inventoryQuery, response: { 200: inventoryAnswer, ...read } };
  app.get("/v1/inventory/:symbol", { ...asks("read"), schema: { ...inventory, params: symbolParams } }, (request, reply) => getInventory(context, (request.params as { symbol: string }).symbol, request.query as z.infer<typeof inventoryQuery>, request.who, reply));
  app.get("/v1/inventory/*", { ...asks("read"), schema: { ...inventory, hide: true } }, (request, reply) => getInventory(context, (request.params as { "*": string })["*"], request.query as z.infer<typeof inventoryQuery>, request.who, reply));
  const found = { tags: ["markets"], summary: "What buying on one venue and selling on another earns now, after fees", querystring: opportunitiesQuery, response: { 200: opportunitiesAnswer, ...read } };
  app.get("/v1/opportunities", { ...asks("read"), schema: found }, (request, reply) => getOpportunities(context, request.query as z.infer<typeof opportunitiesQuery>, request.who, reply));

  const limits = { tags: ["risk"], response: { 200: limitsAnswer, ...problems } };
  app.get("/v1/limits", { ...asks("read"), schema: { ...limits, summary: "The limits in force, since when, and who set them" } }, (request, reply) => getLimits(context, request, reply));
  app.put("/v1/limits", { ...asks("admin", true), schema: { ...limits, summary: "Set limits; those that are not named stay", body: limitsBody } }, (request, reply) => putLimits(context, request, reply));
  const asked = (summary: string, querystring: unknown, answer: unknown) => ({ ...asks("read"), schema: { tags: ["risk"], summary, querystring, response: { 200: answer, ...read } } });
  app.get("/v1/risk", asked("VaR, shortfall, drawdown, concentration and correlation beside their limits", riskQuery, riskAnswer), (request, reply) => getRisk(context, request.query as z.infer<typeof riskQuery>, request.who, reply));
  app.get("/v1/overview", asked("Equity, the day's P&L, exposure, the limits that are nearest, the breaker", overviewQuery, overviewAnswer), (request, reply) => getOverview(context, request.who, reply));
  app.get("/v1/risk/stress", asked("What named scenarios would do to the book", stressQuery, stressAnswer), (request, reply) => getStress(context, request.query as z.infer<typeof stressQuery>, request.who, reply));
  app.get("/v1/risk/study", asked("VaR by every method, correlations, and how forecasts for the book as it stands would have fared", studyQuery, studyAnswer), (request, reply) => getStudy(context, request.query as z.infer<typeof studyQuery>, request.who, reply));
  app.get("/v1/risk/limits", asked("Every limit in force and what stands to it, the nearest first", standingsQuery, standingsAnswer), (request, reply) => getStandings(context, request.query as z.infer<typeof standingsQuery>, request.who, reply));
  const checked = { tags: ["risk"], summary: "Would this order breach a limit? Nothing is booked", body: checkBody, response: { 200: checkAnswer, ...problems } };
  app.post("/v1/check", { ...asks("read"), schema: checked }, (request, reply) => postCheck(context, request, reply));
  const breaker = { tags: ["risk"], response: { 200: breakerAnswer, ...problems } };
  app.get("/v1/breaker", { ...asks("read"), schema: { ...breaker, summary: "How the breaker stands, since when, and why" } }, (request, reply) => getBreaker(context, request, reply));
  const byHand = (summary: string) => ({ ...asks("admin", true), schema: { ...breaker, response: { ...breaker.response, 409: problemAnswer }, summary, body: breakerBody } });
  app.post("/v1/breaker/trip", byHand("Open the breaker; answers when that is on disk"), (request, reply) => postBreaker(context, "trip", request, reply));
  app.post("/v1/breaker/reset", byHand("Close the breaker; answers when that is on disk"), (request, reply) => postBreaker(context, "reset", request, reply));

  app.route({
    method: "GET",
    url: STREAM_PATH,
    ...asks("read"),
    schema: { tags: ["stream"], summary: "WebSocket: send {} or {\"since\": seq}, get a snapshot and then what changes", response: { 401: problemAnswer, 403: problemAnswer, 426: problemAnswer } },
    preValidation: (request, _reply, done) => {
      if (request.ws) context.gate.mustHaveRoom(request.who);
      done();
    },
    handler: () => {
      throw new Problem(426, "upgrade_required", "this is a WebSocket: open it with ws://", {}, { upgrade: "websocket", connection: "upgrade" });
    },
    wsHandler: (socket, { who, ip }) => {
      socket.on("close", context.gate.hold(who, () => socket.close(1008, "the token is no longer valid"), true));
      serveSocket(socket, context, visitor(context, who, ip));
    },
  });
}

function visitor({ gate }: RouteContext, who: Principal, ip: string): Visitor {
  const { accounts } = who;
  return {
    accounts,
    refusalOf: ({ account, channels = [] }) => {
      if (accounts !== undefined && channels.includes("venues")) return `channels: venues are of all accounts together: ${boundTo(accounts)}`;
      if (accounts !== undefined && account !== undefined && !accounts.has(account)) return `account: ${boundTo(accounts)}`;
      const seconds = gate.waitOf(who, ip);
      return seconds > 0 ? `more requests than this token has a minute: ask again in ${seconds} s` : undefined;
    },
  };
}
