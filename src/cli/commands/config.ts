import { contextOf, dataOf } from "../context.ts";
import { readConfiguration } from "../config/read.ts";
import { variableOf } from "../config/spec.ts";
import { dim, table } from "../table.ts";
import { configOptions, type ServeOptions } from "./serve-options.ts";

/** `fillbook config`: every value that counts, and where it comes from. Passwords are masked. */
export async function config(options: ServeOptions): Promise<number> {
  const context = await contextOf(options);
  const { file, effective } = await readConfiguration(options.config, configOptions(options));
  const data = dataOf(options);
  const rows = [
    { key: "data", value: data.value, from: data.from, where: data.where, variable: "FILLBOOK_DATA" },
    ...effective.map(({ path, value, from, where }) => ({ key: path, value, from, where, variable: variableOf(path) })),
  ];
  if (context.json) {
    const settings = rows.map(({ key, value, from, where, variable }) => ({ key, value, from, where: where ?? null, environment: variable }));
    context.print(JSON.stringify({ file: file ?? null, settings }, null, 2));
    return 0;
  }
  const columns = [
    { title: "key", of: ({ key }: (typeof rows)[number]) => key },
    { title: "value", of: ({ value }: (typeof rows)[number]) => value },
    { title: "from", of: ({ from, where }: (typeof rows)[number]) => (where === undefined ? dim(from) : from === "environment" ? `environment ${where}` : from === "option" ? `option ${where}` : where) },
  ];
  context.print(table(columns, rows));
  context.print(dim(file === undefined ? "no fillbook.yaml here; --config FILE names another" : `read from ${file}`));
  return 0;
}
