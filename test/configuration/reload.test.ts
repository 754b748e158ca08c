import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { until } from "../service-kit.ts";
import { yamlOf } from "./effect.ts";
import { LIMITS_OF_NOBODY } from "./limits.ts";
import { ANY_PORT, Place } from "./place.ts";

const at = new Place();

test("all limits of the file are in force once the service runs, and are one fact of its journal", async () => {
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const limits = Object.fromEntries(Object.keys(LIMITS_OF_NOBODY).map((name, i) => [name, name === "maxOrderRate" ? "600" : `0.${311 + 2 * i}`]));
  at.write("fillbook.yaml", `position_management:\n  risk_limits: {${Object.entries(limits).map(([name, value]) => `${snake(name)}: ${value}`).join(", ")}}\n`);
  const service = await at.serve(...ANY_PORT);
  expect(await service.get("/v1/limits")).toMatchObject({ limits, seq: 2, by: "configuration" });
  await service.stop();
  expect(at.json(["export", "--format", "json"])["events"]).toMatchObject([{ type: "limit", by: "configuration" }]);
});

test("changed limits are taken over without a restart, an invalid file is not, and what a request set stays until the file says otherwise", async () => {
  const file = (maxVar: string) => at.write("fillbook.yaml", `position_management: {risk_limits: {max_var: ${maxVar}}}\n`);
  file("1000");
  const service = await at.serve(...ANY_PORT);
  const maxVar = async (of = service) => ((await of.get("/v1/limits"))["limits"] as Record<string, string | null>)["maxVar"];
  expect(await maxVar()).toBe("1000");
  file("2000");
  await until("the new limit is in force", async () => (await maxVar()) === "2000");
  file("much");
  await until("it is said", () => service.log().includes("is not a plain number"));
  expect(await maxVar()).toBe("2000");
  at.write("fillbook.yaml", "position_management: {risk_limits: {max_var: 2000}}\nbreaker: {probes: 3}\n");
  await until("what waits for a restart is said", () => service.log().includes('"keys":["breaker.probes"]'));
  file("2000");
  await service.send("/v1/limits", { maxVar: "3000" }, "PUT");
  await service.stop();
  const again = await at.serve(...ANY_PORT);
  expect(await maxVar(again)).toBe("3000");
  file("4000");
  await until("the file says something new", async () => (await maxVar(again)) === "4000");
  rmSync(join(at.folder, "fillbook.yaml"));
  await again.stop();
  expect(await maxVar(await at.serve(...ANY_PORT))).toBe("4000"); // without a file nothing is said of limits
});

test("of a file that is being written nothing counts until it stays as it is", async () => {
  const path = join(at.folder, "fillbook.yaml");
  writeFileSync(path, "position_management: {risk_limits: {max_var: 1000}}\n");
  const service = await at.serve(...ANY_PORT);
  const inForce = async () => (await service.get("/v1/limits")) as { readonly limits: Readonly<Record<string, string | null>>; readonly seq: number };
  const { seq } = await inForce();
  for (let n = 0; n < 20; n += 1) {
    writeFileSync(path, n % 2 === 0 ? "" : "position_management: {risk_limits: {max_var: 2000}}\n");
    await sleep(60);
  }
  await until("the file counts", async () => (await inForce()).limits["maxVar"] === "2000");
  expect((await inForce()).seq).toBe(seq + 1); // and nothing came between
});

test("limits go out with an export and in again, each with its time", async () => {
  at.write("fillbook.yaml", yamlOf("position_management.risk_limits.max_var", "1000"));
  const service = await at.serve(...ANY_PORT);
  await service.send("/v1/limits", { maxVar: "3000", concentrationLimit: "0.5", overrides: { account: { 'a "b"': { maxVar: "1", maxDailyLoss: null } } } }, "PUT");
  const before = await service.get("/v1/limits");
  await service.stop();
  rmSync(join(at.folder, "fillbook.yaml"));
  at.write("book.json", at.run(["export", "--format", "json"]).stdout);
  at.run(["export", "--out", "folder"]);
  expect(at.json(["import", "book.json", "--data", "again"])).toMatchObject({ events: 2, refused: 0 });
  expect(at.json(["events", "folder/events.csv", "--data", "again"])).toMatchObject({ accepted: 0, duplicates: 2 });
  const again = await at.serve(...ANY_PORT, "--data", "again");
  expect({ ...(await again.get("/v1/limits")), seq: 0 }).toEqual({ ...before, seq: 0 });
  expect(at.run(["verify"]).status).toBe(0);
});
