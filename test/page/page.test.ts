import { afterAll, beforeAll, describe } from "vitest";
import { chromiumPath, PageKit } from "./kit.ts";
import { overviewTests } from "./overview.ts";
import { shellTests } from "./shell.ts";

/** One browser and one book for all of them: each view has a file here whose tests take both. */
describe.skipIf(chromiumPath === undefined)("the page", () => {
  const kit = new PageKit();
  beforeAll(() => kit.begin());
  afterAll(() => kit.end());

  describe("as a whole", () => shellTests(kit));
  describe("overview", () => overviewTests(kit));
});
