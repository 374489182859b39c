import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clouds } from "../../components/cloud";
import type { Json, PlanResource } from "../../preview/plan";
import { defaultsOf } from "./defaults";
import { scorecard, settings } from "./scorecard";
import { evaluate } from "./setting";

describe("secure defaults", () => {
  for (const cloud of clouds) {
    describe(`on ${cloud}, where nothing is said`, () => {
      let resources: readonly PlanResource[];
      before(async () => {
        resources = await defaultsOf(cloud);
      });

      for (const setting of settings[cloud]) {
        it(`${setting.area}: ${setting.setting}`, () => {
          assert.equal(evaluate(setting, resources).problem, undefined);
        });
      }

      it("has 45 settings or more, each said once", () => {
        const names = settings[cloud].map(({ area, setting }) => `${area}: ${setting}`);
        assert.ok(names.length >= 45, `only ${names.length}`);
        assert.equal(new Set(names).size, names.length);
      });

      it("fails each setting, naming it, when its value is taken away", () => {
        for (const setting of settings[cloud]) {
          const without = resources.map((resource) =>
            resource.type === setting.type ? bare(resource, setting.path) : resource,
          );
          const { problem } = evaluate(setting, without);
          assert.ok(problem?.startsWith(setting.setting), `${setting.setting} holds of nothing`);
        }
      });

      it("fails each setting when its resource is not there", () => {
        for (const setting of settings[cloud]) {
          const others = resources.filter(({ type }) => type !== setting.type);
          assert.match(evaluate(setting, others).problem ?? "", /no resource of the type/);
        }
      });
    });
  }

  it("stand in docs/scorecard.md as they are today (npm run scorecard writes it)", async () => {
    const written = readFileSync(join(__dirname, "../../docs/scorecard.md"), "utf8");
    assert.equal(written, await scorecard());
  });
});

/** The resource without the input in which a setting lies, or with the option turned off. */
function bare(resource: PlanResource, path: string): PlanResource {
  if (path === "option:protect") {
    return { ...resource, protect: false };
  }
  const inputs: Record<string, Json> = { ...resource.inputs };
  Reflect.deleteProperty(inputs, path.split(".")[0] ?? "");
  return { ...resource, inputs };
}
