import type { FastifyReply, FastifyRequest } from "fastify";
import type { FillColumns } from "../../core/model/index.ts";
import { FillStream } from "../../venues/csv/index.ts";
import type { Acknowledgement } from "../../runtime/index.ts";
import { forbiddenAccount } from "../access/principal.ts";
import { FillAnswers } from "../answers.ts";
import { bodyProblem, formatOf, piecesOf, tooLarge } from "../body.ts";
import type { RouteContext } from "../context.ts";
import { Intake } from "../intake.ts";
import { FORBIDDEN_ACCOUNT, OwnFills } from "../own-rows.ts";
import { Problem } from "../problem.ts";

/** `POST /v1/fills`: answers when everything is decided and, unless asked otherwise, on disk. */
export async function postFills(context: RouteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { service, sources, metrics, gate, risk } = context;
  const { accounts } = request.who;
  const format = formatOf(request);
  const acknowledge = acknowledgeOf(request);
  if (service.state === "ready" && !service.hasRoom(1)) throw new Problem(429, "overloaded", "more fills wait already than can be taken: send it again in a moment", {}, { "retry-after": "1", connection: "close" });
  const answers = new FillAnswers();
  const directory = sources.current;
  const intake = new Intake(service, directory, acknowledge, answers, () => context.clock.nowNs(), (fills) => stream.recycle(fills));
  const take = (fills: FillColumns, indexes: Uint32Array) => intake.add(fills, indexes);
  const own = accounts && new OwnFills(directory, accounts, take, (index, reason) => answers.refuse(index, reason, FORBIDDEN_ACCOUNT));
  const stream = new FillStream(directory, { format }, {
    fills: own === undefined ? take : (fills, indexes) => own.add(fills, indexes),
    refused: ({ index, column, reason }) => answers.refuse(index, column === undefined ? reason : `${column}: ${reason}`),
  });
  const release = gate.hold(request.who, () => request.raw.destroy());
  try {
    if (format === "ndjson") await takeLines(context, request, stream, intake);
    else await takeDocument(context, request, stream, intake);
  } catch (error) {
    if (error instanceof Error && error.name === "ServiceRefuses" && answers.accepted + answers.duplicates > 0) Object.assign(error, { message: `${error.message}; of this request ${answers.accepted + answers.duplicates} fills were taken before: post all of it again, they will be duplicates` });
    throw error;
  } finally {
    release();
    metrics.fills.inc({ status: "accepted" }, answers.accepted);
    metrics.fills.inc({ status: "duplicate" }, answers.duplicates);
    metrics.fills.inc({ status: "refused" }, answers.refused);
    if (answers.refused > 0) risk.refused(answers.refused);
    for (const [reason, count] of answers.codes) metrics.refusals.inc({ reason }, count);
  }
  if (accounts !== undefined && answers.count > 0 && answers.codes.get(FORBIDDEN_ACCOUNT) === answers.count) throw forbiddenAccount(accounts);
  if (answers.refused > 0) request.log.info({ rows: answers.count, refused: answers.refused, reasons: Object.fromEntries(answers.codes) }, "rows were refused");
  if (answers.ahead > 0) request.log.warn({ rows: answers.count, ahead: answers.ahead }, "fills are dated later than the clock here says");
  answers.seq = Math.max(answers.seq, answers.count === answers.refused ? service.seq : 0);
  const minimal = /(^|[,\s])return=minimal\b/.test(String(request.headers["prefer"] ?? ""));
  return reply.code(answers.refused > 0 ? 207 : 200).type("application/json; charset=utf-8").send(answers.body(minimal));
}

/** Rows are decided while the rest still comes; the socket is not read while two batches are under way. */
async function takeLines({ stalledMs }: RouteContext, request: FastifyRequest, stream: FillStream, intake: Intake): Promise<void> {
  for await (const piece of piecesOf(request, stalledMs)) {
    stream.push(piece);
    await intake.drain();
  }
  check(stream);
  await intake.end();
}

/** Nothing is booked before the whole document was found to be one. */
async function takeDocument({ mostBytes: most, stalledMs }: RouteContext, request: FastifyRequest, stream: FillStream, intake: Intake): Promise<void> {
  let bytes = 0;
  if (Number(request.headers["content-length"] ?? 0) > most) throw tooLarge(most);
  for await (const piece of piecesOf(request, stalledMs)) {
    bytes += piece.length;
    if (bytes > most) throw tooLarge(most);
    stream.push(piece);
  }
  check(stream);
  await intake.end();
}

function check(stream: FillStream): void {
  const end = stream.finish();
  if ("problem" in end) throw bodyProblem(`row ${end.at.index}, line ${end.at.line}`, end, end.at);
}

/** How the request wants to be answered. @throws Problem */
export function acknowledgeOf({ headers }: FastifyRequest): Acknowledgement | undefined {
  const said = headers["fillbook-acknowledge"];
  if (said === undefined || said === "durable" || said === "buffered") return said;
  throw new Problem(400, "bad_request", "Fillbook-Acknowledge: write durable or buffered");
}
