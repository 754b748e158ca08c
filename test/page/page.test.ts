import { afterAll, beforeAll, describe } from "vitest";
import { importTests } from "./import.ts";
import { chromiumPath, PageKit } from "./kit.ts";
import { operationsTests } from "./operations.ts";
import { opportunitiesTests } from "./opportunities.ts";
import { overviewTests } from "./overview.ts";
import { pairsTests } from "./pairs.ts";
import { performanceTests } from "./performance.ts";
import { positionsTests } from "./positions.ts";
import { riskTests } from "./risk.ts";
import { shellTests } from "./shell.ts";
import { symbolTests } from "./symbol.ts";

/** One browser and one book for all of them: each view has a file here whose tests take both. */
describe.skipIf(chromiumPath === undefined)("the page", () => {
  const kit = new PageKit();
  beforeAll(() => kit.begin());
  afterAll(() => kit.end());

  describe("as a whole", () => shellTests(kit));
  describe("overview", () => overviewTests(kit));
  describe("positions", () => positionsTests(kit));
  describe("symbol", () => symbolTests(kit));
  describe("risk", () => riskTests(kit));
  describe("performance", () => performanceTests(kit));
  describe("opportunities", () => opportunitiesTests(kit));
  describe("pairs", () => pairsTests(kit));
  describe("operations", () => operationsTests(kit));
  describe("import", () => importTests(kit));
});
