import * as assert from "node:assert/strict";
import { blueprints } from "../blueprints/catalogue";
import { blueprintNames } from "../blueprints/names";
import { clouds } from "../components/cloud";
import type { PlanResource } from "../preview/plan";
import { production } from "./blueprints/production";
import { problemsOf, stackValues } from "./config/stackFiles";
import { find, findAll } from "./support/run";

const release = "kubernetes:helm.sh/v3:Release";
const charts = (resources: readonly PlanResource[]) =>
  findAll(resources, release).map(({ inputs }) => inputs["name"]);

describe("what looks into images", () => {
  const scanned = ["explico", "gainsly", "suuupra"];

  it("is what suuupra, gainsly and explico ask for", () => {
    const asking = blueprintNames.filter((name) => blueprints[name].platform.trivyOperator !== undefined);
    assert.deepEqual([...asking].sort(), scanned);
  });

  for (const cloud of clouds) {
    for (const blueprint of blueprintNames) {
      const isThere = scanned.includes(blueprint);
      it(`is ${isThere ? "" : "not "}in ${blueprint} on ${cloud}`, async () => {
        assert.equal(charts(await production(blueprint, cloud)).includes("trivy-operator"), isThere);
      });
    }

    it(`is refused on ${cloud} where pods run without nodes, by its key`, () => {
      const values = {
        ...stackValues("prod"),
        cloud,
        blueprint: "publishing",
        platform: JSON.stringify({ trivyOperator: { enabled: true } }),
      };
      assert.match(
        problemsOf(values).join("\n"),
        /^platform\.trivyOperator\.enabled: expected false where groundwork:blueprint is publishing.*every day by a job.* got true$/m,
      );
    });

    it(`takes databases on ${cloud} from a registry's folder, and from nothing else`, () => {
      const problems = (databases: string) =>
        problemsOf({
          ...stackValues("prod"),
          cloud,
          blueprint: "suuupra",
          platform: JSON.stringify({ trivyOperator: { databases } }),
        }).join("\n");
      assert.equal(problems("registry.example.com:5000/mirrors/aqua"), "");
      for (const wrong of [
        "registry.example.com",
        "https://registry.example.com/aqua",
        "registry.example.com/",
      ]) {
        assert.match(
          problems(wrong),
          /^platform\.trivyOperator\.databases: expected a registry and a folder/m,
        );
      }
    });
  }

  for (const blueprint of scanned) {
    const name = `${blueprint}-prod`;

    it(`may pull from the registry of ${blueprint} on aws, and from no other, and push nothing`, async () => {
      const resources = await production(blueprint, "aws");
      const { inputs } = find(resources, "aws:iam/rolePolicy:RolePolicy", `${name}-trivy-identity-registry`);
      const { policy } = inputs;
      assert.ok(typeof policy === "string");
      const { Statement } = JSON.parse(policy) as {
        Statement: { Sid: string; Action: string | string[]; Resource: string | string[] }[];
      };
      assert.deepEqual(
        Statement.map(({ Action }) => Action),
        [
          "ecr:GetAuthorizationToken",
          ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        ],
      );
      const repositories = [Statement[1]?.Resource ?? []].flat();
      assert.ok(repositories.length > 0);
      for (const arn of repositories) assert.ok(arn.includes(`:repository/${name}-registry/`), arn);
    });

    it(`may pull from the registry of ${blueprint} on gcp, and push nothing`, async () => {
      const resources = await production(blueprint, "gcp");
      const grants = findAll(resources, "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember");
      const own = grants.find((grant) => grant.name === `${name}-trivy-identity-registry`);
      assert.equal(own?.inputs["role"], "roles/artifactregistry.reader");
      assert.match(JSON.stringify(own.inputs["repository"]), new RegExp(`^"${name}-registry`));
    });
  }
});

describe("what looks at what runs", () => {
  const watched = ["gainsly", "suuupra"];

  for (const cloud of clouds) {
    for (const blueprint of blueprintNames) {
      const isThere = watched.includes(blueprint);
      it(`is ${isThere ? "" : "not "}in ${blueprint} on ${cloud}`, async () => {
        const names = charts(await production(blueprint, cloud));
        assert.deepEqual(
          ["falco", "falcosidekick"].map((name) => names.includes(name)),
          [isThere, isThere],
        );
      });
    }

    it(`is refused on ${cloud} where pods run without nodes, by its key`, () => {
      const values = {
        ...stackValues("prod"),
        cloud,
        blueprint: "publishing",
        platform: JSON.stringify({ falco: { enabled: true } }),
      };
      assert.match(
        problemsOf(values).join("\n"),
        /^platform\.falco\.enabled: expected false where groundwork:blueprint is publishing.*kernel.* got true$/m,
      );
    });
  }
});
