import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dashboardsPage } from "../../docs/generate/dashboardsReference";
import { planOf } from "../support/plans";

describe("docs/dashboards.md", () => {
  it("is what the code says today (npm run docs writes it)", async () => {
    const page = await dashboardsPage((blueprint, cloud) =>
      planOf("prod", `cloud=${cloud}`, `blueprint=${blueprint}`),
    );
    assert.equal(readFileSync(join(__dirname, "../../docs/dashboards.md"), "utf8"), page);
  });
});
