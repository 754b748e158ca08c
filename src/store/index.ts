export { inTransaction, type Database, type SqlRow } from "./database.ts";
export { embeddedFolder, openEmbedded } from "./embedded.ts";
export { prepareFolder } from "./prepared.ts";
export { openPostgres } from "./postgres.ts";
export { migrate } from "./migrate.ts";
export { Projection, StoreMismatch, type ProjectionOptions } from "./projection.ts";
