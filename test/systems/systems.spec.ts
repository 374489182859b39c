import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clouds } from "../../components/cloud";
import { systemsPage } from "../../docs/generate/systemsReference";
import { claims } from "./claims";
import { type RowId, rows, systemOf, systems } from "./rows";
import { stackOf, type SystemPlan } from "./scene";

const root = join(__dirname, "../..");
// the keys of a checked literal are those of its type
const ids = Object.keys(rows) as RowId[];

for (const id of ids) {
  describe(`${id}: ${rows[id].asks}`, () => {
    for (const cloud of clouds) {
      let plan: SystemPlan;
      before(async () => {
        plan = await stackOf(systemOf(id), cloud, "prod");
      });

      for (const [claim, hold] of Object.entries(claims[id])) {
        it(`${claim}, on ${cloud}`, async () => {
          await hold(plan);
        });
      }
    }
  });
}

describe("the rows of the five systems", () => {
  it("are all there", () => {
    const counted = Object.keys(systems).map(
      (system) => ids.filter((id) => id.startsWith(`${system}.`)).length,
    );
    assert.deepEqual(counted, [7, 8, 10, 6, 5]);
  });

  for (const id of ids) {
    it(`say of ${id} where it is implemented, and hold something of it`, () => {
      assert.ok(Object.keys(claims[id]).length > 0);
      assert.deepEqual(
        rows[id].implementation.filter((path) => !existsSync(join(root, path))),
        [],
      );
    });
  }

  it("are in docs/systems.md as the code has them (npm run docs writes it)", async () => {
    assert.equal(readFileSync(join(root, "docs/systems.md"), "utf8"), await systemsPage());
  });
});
