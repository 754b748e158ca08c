import { relative, sep } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Where the tests are that take long: what comes last of them decides when all are done. */
const FIRST = ["test/page/", "test/", "src/"];

/** Begins with the files that take long, also where no earlier run has told which these are. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const path = relative(this.ctx.config.root, moduleId).split(sep).join("/");
      const found = FIRST.findIndex((folder) => path.startsWith(folder));
      return found < 0 ? FIRST.length : found;
    };
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}
