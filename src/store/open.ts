import type { Database } from "./database.ts";
import { openEmbedded } from "./embedded.ts";
import { migrate } from "./migrate.ts";
import { openPostgres } from "./postgres.ts";

/** Where the tables are: a PostgreSQL server by its URL, or embedded in a data folder, whose lock the caller holds. */
export interface StorePlace {
  readonly dataDir: string;
  readonly url: string | undefined;
}

/** Opens the database of a place, at the newest schema. @param onNote told what is worth knowing */
export async function openStore({ dataDir, url }: StorePlace, onNote: (note: string) => void = () => undefined): Promise<Database> {
  const db = url === undefined ? await openEmbedded(dataDir, onNote) : await openPostgres(url);
  try {
    const applied = await migrate(db);
    if (applied.length > 0) onNote(`${db.name} was brought to ${applied.at(-1)}`);
    return db;
  } catch (error) {
    await db.close().catch(() => undefined);
    throw error;
  }
}
