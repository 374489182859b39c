import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { capacityPage } from "../../docs/generate/capacityReference";
import { configOf, stackValues } from "../config/stackFiles";

const capacityOf = (blueprint: string, cloud: string) => {
  const { capacity } = configOf({ ...stackValues("prod"), blueprint, cloud });
  assert.ok(capacity !== undefined);
  return capacity;
};

describe("docs/capacity.md", () => {
  it("is what the program plans: `npm run docs` writes it", async () => {
    const written = readFileSync(join(__dirname, "../../docs/capacity.md"), "utf8");
    assert.equal(written, await capacityPage(capacityOf));
  });

  it("says who waits, with the figures, where not all fit", async () => {
    const page = await capacityPage((blueprint, cloud) => {
      const { cases, ...report } = capacityOf(blueprint, cloud);
      const waiting = { "shop/api": 7 };
      return {
        ...report,
        cases: cases.map((each) => ({ ...each, pools: each.pools.map((pool) => ({ ...pool, waiting })) })),
      };
    });
    assert.match(
      page,
      /- \*\*at rest\*\*: application: 7 pods wait \(7 of shop\/api\); [\d,]+m and [\d,]+ MiB/,
    );
  });
});
