import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blueprints } from "../../blueprints/catalogue";
import { sloDefaults } from "../../components/slo/plan";
import { burns } from "../../components/slo/rules";
import { budgetOf } from "../../components/slo/slo";
import { priorities } from "../../components/workload/spec";
import { slosReference } from "../../docs/generate/slosReference";

const page = readFileSync(join(__dirname, "../../docs/slo.md"), "utf8");

/** Rows of the page's tables, cell by cell, by what their first cell is. */
function rowsOf(first: string): readonly (readonly string[])[] {
  return page
    .split("\n")
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([cell]) => cell === first);
}

const percent = (part: number) => `${Number((part * 100).toFixed(4))} %`;

describe("docs/slo.md", () => {
  it("has every service's objectives as its blueprint has them", async () => {
    assert.equal(page, await slosReference(page));
    for (const { name, services } of Object.values(blueprints)) {
      const named = rowsOf(name).map(([, service]) => service);
      for (const service of Object.keys(services)) {
        assert.equal(named.filter((one) => one === `\`${service}\``).length, 2, `${name} ${service}`);
      }
    }
  });

  for (const { alert, factor, spentPercent, severity } of burns) {
    it(`has of ${alert} what is in the code`, () => {
      const [[, rate, , , spent, how, ...errors] = []] = rowsOf(`\`${alert}\``);
      assert.deepEqual([rate, spent, how], [String(factor), `${spentPercent} %`, severity]);
      assert.deepEqual(
        errors,
        [99, 99.9, 99.95].map((objectivePercent) => percent(factor * budgetOf({ objectivePercent }))),
      );
    });
  }

  for (const priority of priorities) {
    it(`has of ${priority} services what is in the code`, () => {
      const { availabilityPercent, latencyPercent, latencyMilliseconds, freshnessPercent } =
        sloDefaults[priority];
      const time =
        latencyMilliseconds < 1000 ? `${latencyMilliseconds} ms` : `${latencyMilliseconds / 1000} s`;
      assert.deepEqual(rowsOf(`\`${priority}\``), [
        [
          `\`${priority}\``,
          `${availabilityPercent} %`,
          `${latencyPercent} % in ${time}`,
          `${freshnessPercent} %`,
        ],
      ]);
    });
  }
});
