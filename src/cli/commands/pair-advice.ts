import { adviceOf, advices } from "../../core/engine/index.ts";
import { formatTime } from "../../core/model/index.ts";
import { isProblem, readDecimal, type Decimal } from "../../core/num/index.ts";
import type { PairAdvice, WayOut } from "../../core/pairs/index.ts";
import { WriterLock } from "../../journal/index.ts";
import { contextOf, type CommonOptions, type Context } from "../context.ts";
import { askRunning } from "../service-door.ts";
import { note, shownAmount } from "../table.ts";
import { UsageError } from "../usage-error.ts";
import { readPairBook } from "./pairs.ts";

export interface PairAdviceOptions extends CommonOptions {
  readonly account?: string;
  readonly ask?: string;
  readonly bid?: string;
}

interface Answer {
  readonly asOf: string;
  readonly seq: number;
  readonly pairs: readonly PairAdvice[];
}

/** `fillbook pairs advice`: complete or unwind what is unhedged. A service that runs on the folder is asked, since it holds ladders; else marks say the prices. */
export async function advice(pairId: string | undefined, options: PairAdviceOptions): Promise<number> {
  const context = await contextOf(options);
  if (pairId === undefined && (options.ask ?? options.bid) !== undefined) throw new UsageError("--ask and --bid are prices of one pair: name it, as in fillbook pairs advice P1 --ask 52");
  const prices = { askCents: centsOption("ask", options.ask), bidCents: centsOption("bid", options.bid) };
  const isServed = (WriterLock.living(context.dataDir)?.address ?? null) !== null;
  const answer = await (isServed ? askService(context, pairId, options) : readHere(context, pairId, prices, options.account));
  context.print(context.json ? JSON.stringify(answer, null, 2) : shown(answer, pairId));
  return 0;
}

async function askService(context: Context, pairId: string | undefined, { account, ask, bid }: PairAdviceOptions): Promise<Answer> {
  const query = new URLSearchParams({ ...(account === undefined || pairId !== undefined ? {} : { account }), ...(ask === undefined ? {} : { askCents: ask }), ...(bid === undefined ? {} : { bidCents: bid }) });
  const answer = await askRunning(context.dataDir, `/v1/pairs/${pairId === undefined ? "" : `${encodeURIComponent(pairId)}/`}advice?${query.toString()}`, "ladders are held");
  if (pairId === undefined) return answer as Answer;
  const { asOf, seq, ...one } = answer as PairAdvice & Omit<Answer, "pairs">;
  return { asOf, seq, pairs: [one] };
}

function readHere(context: Context, pairId: string | undefined, prices: { readonly askCents: Decimal | undefined; readonly bidCents: Decimal | undefined }, account: string | undefined): Answer {
  const { folded, moment } = readPairBook(context);
  const head = { asOf: formatTime(moment.nowNs), seq: folded.seq };
  if (pairId === undefined) return { ...head, pairs: advices(folded, moment, { account }, { fees: context.config.pairFees }) };
  const one = adviceOf(folded, moment, pairId, { ...prices, fees: context.config.pairFees });
  if (one === undefined) throw new UsageError(`there is no pair ${pairId}: fillbook pairs lists them`);
  return { ...head, pairs: [one] };
}

function centsOption(name: string, text: string | undefined): Decimal | undefined {
  if (text === undefined) return undefined;
  const read = readDecimal(text);
  if (isProblem(read) || read.mantissa < 0n || read.mantissa > 100n * 10n ** BigInt(read.digits)) throw new UsageError(`--${name}: "${text}" is no price of a contract: write cents from 0 to 100, like 52.5`);
  return read;
}

function shown({ pairs }: Answer, pairId: string | undefined): string {
  if (pairs.length === 0) return "Nothing is unhedged.";
  const lines = pairs.flatMap(lineOf);
  if (pairId === undefined) lines.push(note("what is sure is the guaranteed profit with all that is realized, in cents, fees included"));
  return lines.join("\n");
}

/** A pair in plain words. */
function lineOf({ pairId, unhedgedSide, unhedgedQuantity, advice: found, reasons }: PairAdvice): string[] {
  if (found === null || unhedgedSide === null) return [`${pairId}: no way out is needed: ${reasons.advice ?? ""}`];
  const other = unhedgedSide === "yes" ? "NO" : "YES";
  const way = (does: string, of: WayOut | null, why: string | null, word: string) =>
    of === null ? `  ${does}: not known (${why ?? ""})` : `  ${does} on ${of.venue} ${word} ${shownAmount(of.cashCents, 10)}, fees ${shownAmount(of.feesCents, 8)}: ${shownAmount(of.guaranteedTotalCents, 10)} is sure then (${of.changeCents.startsWith("-") ? "" : "+"}${shownAmount(of.changeCents, 10)})`;
  return [
    `${pairId}: ${shownAmount(unhedgedQuantity, 10)} ${unhedgedSide.toUpperCase()} alone; as it is ${shownAmount(found.asItIs.guaranteedTotalCents, 10)} is sure`,
    way(`complete: buy ${shownAmount(unhedgedQuantity, 10)} ${other}`, found.complete, reasons.complete, "for"),
    way(`unwind: sell ${shownAmount(unhedgedQuantity, 10)} ${unhedgedSide.toUpperCase()}`, found.unwind, reasons.unwind, "for"),
    ...(found.better === null ? [] : [`  better: ${found.better}`]),
    ...([found.completePricesFrom, found.unwindPricesFrom].includes("mark") ? [note("  prices are marks: how many can be traded at them is not known")] : []),
  ];
}
