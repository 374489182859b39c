import assert from "node:assert/strict";
import { blueprintNames } from "../blueprints/names";
import { clouds } from "../components/cloud";
import { blueprints } from "../blueprints/catalogue";
import { production } from "./blueprints/production";
import { findAll } from "./support/run";

describe("Every public route of", () => {
  for (const cloud of clouds) {
    for (const blueprint of blueprintNames) {
      it(`${blueprint} is asked for as a client does, on ${cloud}`, async () => {
        const resources = await production(blueprint, cloud);
        const asked = findAll(resources, "kubernetes:monitoring.coreos.com/v1:Probe").flatMap(
          ({ inputs }) =>
            (inputs["spec"] as { targets: { staticConfig: { static: string[] } } }).targets.staticConfig
              .static,
        );
        const paths = Object.values(blueprints[blueprint].services).flatMap(({ route }) =>
          route === undefined ? [] : [route.check?.path ?? route.path],
        );
        assert.ok(paths.length > 0);
        assert.deepEqual(asked.map((url) => new URL(url).pathname).sort(), paths.sort());
        assert.ok(asked.every((url) => url.startsWith("https://")));
      });
    }
  }
});
