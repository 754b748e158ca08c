import { FileJournal } from "../../journal/index.ts";
import { beginWriting, dropTables, keptOpportunities, migrate, writeOpportunities } from "../../store/index.ts";
import { contextOf, type CommonOptions } from "../context.ts";
import { bringToEnd, withTables } from "../tables.ts";
import { UsageError } from "../usage-error.ts";

/** `fillbook rebuild`: the tables again, from the journal's first entry. */
export async function rebuild(options: CommonOptions): Promise<number> {
  const context = await contextOf(options);
  const begun = performance.now();
  FileJournal.open(context.dataDir, { write: false }).mustBeWhole(); // before the tables there are go
  const { name, seq } = await withTables(context, async (db) => {
    if (!(await beginWriting(db))) throw new UsageError(`a service, or another command, writes the tables of ${db.name}: stop it first`);
    const seen = await keptOpportunities(db); // no journal holds them
    await dropTables(db);
    await migrate(db);
    await writeOpportunities(db, seen);
    return { name: db.name, seq: await bringToEnd(db, context) };
  });
  const seconds = (performance.now() - begun) / 1000;
  context.print(context.json ? JSON.stringify({ seq, seconds: Number(seconds.toFixed(1)) }) : `${name} shows the journal up to entry ${seq.toLocaleString("en-US")}, written again in ${seconds.toFixed(1)} s`);
  return 0;
}
