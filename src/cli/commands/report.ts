import { writeFileSync } from "node:fs";
import { Trips, TripSums, tripView, type Trip } from "../../core/book/index.ts";
import { formatTime } from "../../core/model/index.ts";
import { readAttributions, readBook, readPerformance, readVenues } from "../../runtime/index.ts";
import { contextOf, mustBeThere } from "../context.ts";
import { noteTorn, progressOf } from "../progress.ts";
import { sheetOf, type SheetData } from "../sheet/sheet.ts";
import { UsageError } from "../usage-error.ts";
import { questionOf, type PerformanceOptions } from "./performance.ts";

export interface ReportOptions extends PerformanceOptions {
  readonly out: string;
  readonly title?: string;
  readonly theme: string;
}

const BY = [["strategy"], ["venue"], ["symbol"]] as const;
const MOST_TRIPS = 20;

/** `fillbook report`: a tear sheet, one self-contained page. */
export async function report(options: ReportOptions): Promise<number> {
  const context = await contextOf(options);
  mustBeThere(context.dataDir);
  const theme = (["auto", "light", "dark"] as const).find((one) => one === options.theme);
  if (theme === undefined) throw new UsageError(`--theme: "${options.theme}" is not one of auto, light, dark`);
  const asked = questionOf(context, options);
  const question = { ...asked, toNs: asked.toNs ?? asked.nowNs, onProgress: progressOf(context, "reading the journal") };
  const performance = readPerformance(question);
  noteTorn(context, performance.report);
  const { currency, marksMaxAgeNs, dataDir } = question;
  const reported = performance.view.currency;
  const isWithin = ({ closedNs }: Trip) => (question.fromNs === undefined || closedNs >= question.fromNs) && closedNs <= question.toNs;
  const trips = tripsOf({ dataDir, currency, marksMaxAgeNs }, isWithin, performance.seq);
  const data: SheetData = {
    title: options.title ?? "Tear sheet", theme, madeAt: formatTime(context.clock.nowNs()), seq: performance.seq, performance,
    attributions: context.config.attributionEnabled ? readAttributions({ ...question, atNs: question.toNs, reported }, BY).attributions.filter(({ groups }) => groups.length > 1) : undefined,
    venues: readVenues({ ...question, reported }).view, ...trips,
  };
  const html = sheetOf(data);
  writeFileSync(options.out, html);
  context.print(context.json ? JSON.stringify({ file: options.out, bytes: Buffer.byteLength(html), seq: performance.seq }) : `${options.out}: ${(Buffer.byteLength(html) / 1024).toFixed(0)} KB, as of entry ${performance.seq}`);
  return 0;
}

/** The trips that brought or cost most, and what all of them add up to. */
function tripsOf({ dataDir, ...folding }: { readonly dataDir: string; readonly currency: string; readonly marksMaxAgeNs: bigint | undefined }, isWithin: (trip: Trip) => boolean, untilSeq: number): Pick<SheetData, "trips" | "tripTotals"> {
  const { book } = readBook(dataDir, { ...folding, untilSeq });
  const sums = new TripSums();
  let largest: { readonly size: number; readonly trip: Trip }[] = [];
  const watcher = new Trips(book.rates, ({ isNet }) => isNet, (trip) => {
    if (!isWithin(trip)) return;
    sums.add(trip);
    largest.push({ size: trip.net === undefined ? 0 : Math.abs(Number(trip.net.mantissa) / 10 ** trip.net.digits), trip });
    if (largest.length > 50 * MOST_TRIPS) largest = largest.sort((a, b) => b.size - a.size).slice(0, MOST_TRIPS);
  });
  readBook(dataDir, { ...folding, watcher, untilSeq });
  return { trips: largest.sort((a, b) => b.size - a.size).slice(0, MOST_TRIPS).map(({ trip }) => tripView(trip)), tripTotals: sums.totals() };
}
