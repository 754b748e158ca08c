export { inTransaction, type Database, type SqlRow } from "./database.ts";
export { databaseOf, embeddedFolder, openEmbedded } from "./embedded.ts";
export { prepareFolder } from "./prepared.ts";
export { openPostgres } from "./postgres.ts";
export { migrate } from "./migrate.ts";
export { Projection, StoreMismatch, type ProjectionOptions } from "./projection.ts";
export { openStore, type StorePlace } from "./open.ts";
export { deleteOlder } from "./retention.ts";
export { Store, type StoreAnswer, type StoreOptions } from "./store.ts";
