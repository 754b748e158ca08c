import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runMetricCase, type MetricCase } from "../src/cli/cases/metric-case.ts";

const made = (given: Partial<MetricCase>): MetricCase => ({ id: "made", metric: "mean", inputs: { values: [1, 2, 6] }, params: {}, expected: 3, tolerance: { type: "abs", value: 1e-12 }, ...given });
const run = (given: Partial<MetricCase>, folder = ".") => runMetricCase(made(given), folder);

describe("a case of a figure", () => {
  test("is met within its tolerance, absolute or relative", async () => {
    expect(await run({})).toEqual([]);
    expect(await run({ expected: 3.1 })).toEqual(["expected 3.1, found 3"]);
    expect(await run({ expected: 3.1, tolerance: { type: "rel", value: 0.05 } })).toEqual([]);
    expect(await run({ expected: -3.1, tolerance: { type: "rel", value: 0.05 } })).toHaveLength(1);
  });

  test("expects the correct value where the source is wrong, and null where it says no more than that", async () => {
    const var5 = { metric: "historical_var", inputs: { values: [0.01, 0.02] }, params: { tail: 0.05, quantile: "lower_order_ceil", sign: "positive_loss" }, expected: 0.01, do_not_follow: "made absolute" };
    expect(await run({ ...var5, correct_value: -0.01 })).toEqual([]);
    expect(await run(var5)).toEqual(["expected null, found -0.01"]);
    expect(await run({ metric: "max_drawdown", inputs: { returns: [] }, params: { sign: "negative" }, expected: "NaN" })).toEqual([]);
    expect(await run({ expected: "Infinity" })).toEqual(['expected "Infinity", found 3']);
  });

  test("may be a list, an object or a text", async () => {
    const zones = { metric: "basel_zone", inputs: { exceptions: [4, 10], observations: 250, tail: 0.01 } };
    expect(await run({ ...zones, expected: ["green", "red"] })).toEqual([]);
    expect(await run({ ...zones, expected: ["green", "green"] })).toEqual(['[1] expected "green", found "red"']);
    expect(await run({ ...zones, expected: ["green"] })).toHaveLength(1);
    const benefit = { metric: "diversification_benefit", inputs: { standalone: [60, 40], diversified: 80 } };
    expect(await run({ ...benefit, expected: { undiversified: 100, benefit_pct: 20 } })).toEqual([]);
    expect(await run({ ...benefit, expected: { undiversified: 1, other: 2 } })).toEqual(["undiversified expected 1, found 100", "other is not there"]);
    expect(await run({ metric: "reverse_stress_multiplier", inputs: { sensitivities: { A: 1 }, shocks: { A: 1 }, loss_threshold: 1 }, expected: null })).toEqual([]);
  });

  test("that names what is not known is not met", async () => {
    expect(await run({ metric: "toString" })).toEqual(["the metric toString is not known here"]);
    await expect(run({ metric: "historical_var", params: { tail: 0.05, quantile: "type9" } })).rejects.toThrow('quantile "type9" is not known here');
    await expect(run({ metric: "std", params: { ddof: 2 }, inputs: { values: [1, null] } })).resolves.toHaveLength(1);
    await expect(run({ metric: "std" })).rejects.toThrow("ddof is no number");
  });

  test("may have its input in a file: a column, its returns, the last so many up to a day, rows with a text", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fillbook-cases-"));
    try {
      writeFileSync(join(folder, "a.csv"), "#Kind,Date,A,B\nx,20200101 00:00,1,2\ny,20200102 00:00,,4\nx,20200103 00:00,4,2\nx,20200104 00:00,2,1\nx,20200105 00:00,6,3\n");
      const input = (more: object) => ({ values: { file: "a.csv", date_column: "Date", column: "A", ...more } });
      const sum = async (more: object, expected: number) => run({ inputs: input(more), expected }, folder);
      expect(await sum({}, 13 / 4)).toEqual([]);
      expect(await sum({ end_date: "20200104", window: 2 }, 3)).toEqual([]);
      expect(await sum({ start_date: "2020-01-04", take: 1 }, 2)).toEqual([]);
      expect(await sum({ transform: "simple_returns, drop nulls" }, (-0.5 + 2) / 2)).toEqual([]);
      expect(await sum({ column: "B", filter: { Kind: "y" } }, 4)).toEqual([]);
      await expect(sum({ column: "C" }, 1)).rejects.toThrow("the file has no column C");
      await expect(sum({ transform: "cube" }, 1)).rejects.toThrow('the transform "cube" is not known here');
      expect(await sum({ bar_end: "date + 1 day", bar_end_from: "2020-01-05", bar_end_to: "2020-01-05" }, 2)).toEqual([]);
      await expect(sum({ bar_begin: "date" }, 1)).rejects.toThrow("the input names bar_begin, which is not known here");
      writeFileSync(join(folder, "b.csv"), "Date,A,B\n1,1,2\n2,2,2\n3,4,4\n4,2,\n");
      const matrix = { weights: [1, 0], cov: { file: "b.csv", transform: "simple_returns, pairwise-complete sample covariance x 2" } };
      expect(await run({ metric: "portfolio_variance", inputs: matrix, expected: 1.5 }, folder)).toEqual([]); // returns of A: 1, 1, −0.5
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
