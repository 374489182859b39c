import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { blueprints } from "../../blueprints/catalogue";
import { imageSources } from "../../operations/images/sources";

const root = join(__dirname, "../..");

describe("What a blueprint runs beside a service's pods", () => {
  for (const [system, sources] of Object.entries(imageSources)) {
    for (const { service, context } of sources) {
      const spec = Object.entries(blueprints).find(([name]) => name === system)?.[1].services[service];
      const tasks = [
        ...(spec?.migration === undefined ? [] : [spec.migration]),
        ...Object.values(spec?.cronJobs ?? {}),
      ];
      for (const { command } of tasks) {
        it(`is in the sample image of ${service}: ${command.join(" ")}`, () => {
          const [program, file = "", ...more] = command;
          assert.deepEqual([program, more], ["node", []]);
          assert.ok(existsSync(join(root, context, file)), `${context}/${file}`);
          const dockerfile = readFileSync(join(root, context, "Dockerfile"), "utf8");
          const [folder = ""] = file.split("/");
          assert.match(dockerfile, new RegExp(`^COPY ${folder} \\./${folder}$`, "m"));
          assert.match(
            readFileSync(join(root, context, ".dockerignore"), "utf8"),
            new RegExp(`^!${folder}$`, "m"),
          );
          // the base has node in a folder that nobody looks in
          assert.match(dockerfile, /^ +PATH=\/nodejs\/bin:\$\{PATH\}$/m);
        });
      }
    }
  }

  it("is there at all", () => {
    const spec = blueprints["seo-platform"].services["backend-api"];
    assert.deepEqual(spec?.migration?.command, ["node", "dist/migrate.js"]);
  });
});
