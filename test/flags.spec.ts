import assert from "node:assert/strict";
import { blueprints } from "../blueprints/catalogue";
import { blueprintNames } from "../blueprints/names";
import { clouds, environments } from "../components/cloud";
import type { PlanResource } from "../preview/plan";
import { production } from "./blueprints/production";
import { configOf, problemsOf, stackValues } from "./config/stackFiles";
import { find, findAll } from "./support/run";
import { waitsFor } from "./support/waitsFor";
import { planOf } from "./support/plans";

const deploymentType = "kubernetes:apps/v1:Deployment";

const flagdIn = (resources: readonly PlanResource[]) =>
  findAll(resources, deploymentType).filter(
    ({ inputs }) => (inputs["metadata"] as { namespace?: string }).namespace === "flagd",
  );

/** What suuupra's services are told of their stores, by the services' names. */
const toldIn = (resources: readonly PlanResource[]) =>
  Object.fromEntries(
    findAll(resources, "kubernetes:core/v1:ConfigMap").flatMap(({ name, inputs }) => {
      const [, service] = /^suuupra-prod-system-(.+)-connections$/.exec(name) ?? [];
      return service === undefined ? [] : [[service, inputs["data"] as Readonly<Record<string, string>>]];
    }),
  );

const values = (cloud: string, blueprint: string, flagd: object): Record<string, string> => ({
  ...stackValues("prod"),
  cloud,
  blueprint,
  platform: JSON.stringify({ flagd }),
});
const problems = (...args: Parameters<typeof values>): string => problemsOf(values(...args)).join("\n");

describe("feature flags of a system", () => {
  const asking = ["commerce", "content", "payments"];

  for (const cloud of clouds) {
    for (const blueprint of blueprintNames) {
      const isThere = blueprint === "suuupra";
      it(`are ${isThere ? "" : "not "}in ${blueprint} on ${cloud}`, async () => {
        assert.equal(flagdIn(await production(blueprint, cloud)).length, isThere ? 1 : 0);
      });
    }

    it(`are asked by those services on ${cloud} that name them, which are told where, and by no other`, async () => {
      const told = toldIn(await production("suuupra", cloud));
      const names = Object.keys(told).filter((name) => "FLAGD_HOST" in (told[name] ?? {}));
      assert.deepEqual(names.sort(), asking);
      for (const name of names) {
        assert.deepEqual(
          [told[name]?.["FLAGD_HOST"], told[name]?.["FLAGD_PORT"]],
          ["flagd.flagd.svc", "8013"],
        );
      }
    });

    it(`are let out to on ${cloud} by the policies of those services alone, and by their sidecars`, async () => {
      const resources = await production("suuupra", cloud);
      const out = (type: string, what: RegExp) =>
        findAll(resources, type)
          .filter(({ inputs }) => (inputs["metadata"] as { namespace?: string }).namespace === "suuupra")
          .filter(({ inputs }) => what.test(JSON.stringify(inputs["spec"])))
          .map(({ inputs }) => (inputs["metadata"] as { name: string }).name)
          .sort();
      assert.deepEqual(
        out("kubernetes:networking.k8s.io/v1:NetworkPolicy", /"kubernetes.io\/metadata.name":"flagd"/),
        // migrations and tasks are let out as the service is whose they are
        asking.flatMap((name) => [name, `${name}-tasks`]),
      );
      assert.deepEqual(
        out("kubernetes:networking.istio.io/v1beta1:Sidecar", /"flagd\/\*"/),
        asking.flatMap((name) => [name, `${name}-tasks`]),
      );
    });

    it(`hold up no service on ${cloud}: who asks waits for flagd's namespace, and not for flagd`, async () => {
      const resources = await production("suuupra", cloud);
      const [flagd] = flagdIn(resources);
      const namespace = find(resources, "kubernetes:core/v1:Namespace", "suuupra-prod-flagd");
      for (const name of asking) {
        const service = find(resources, deploymentType, `suuupra-prod-system-${name}`);
        assert.ok(
          waitsFor(resources, service, (urn) => urn === namespace.urn),
          name,
        );
        assert.ok(!waitsFor(resources, service, (urn) => urn === flagd?.urn), name);
      }
    });

    for (const stack of environments) {
      it(`are told by ${stack === "dev" ? "one" : "two"} of flagd in ${stack} on ${cloud}, by an image that is admitted`, async () => {
        const set = [`cloud=${cloud}`, "blueprint=suuupra", "audit=stack"];
        const resources = await planOf(stack, ...set);
        const spec = flagdIn(resources)[0]?.inputs["spec"] as { replicas: number } | undefined;
        assert.equal(spec?.replicas, stack === "dev" ? 1 : 2);
        const admitting = resources.filter(
          ({ type, inputs }) =>
            /ValidatingAdmissionPolicy$|binaryauthorization\/policy/.test(type) &&
            JSON.stringify(inputs).includes("ghcr.io/open-feature/flagd"),
        );
        assert.equal(admitting.length, cloud === "gcp" ? 2 : 1);
      });
    }

    it(`may be other ones in a stack on ${cloud}, of those that the blueprint has`, () => {
      const { flagd } = configOf(values(cloud, "suuupra", { defaults: { "search-ranking": "both" } }))
        .blueprint.platform;
      assert.deepEqual(flagd, {
        ...blueprints.suuupra.platform.flagd,
        defaults: { "search-ranking": "both" },
      });
      assert.match(
        problems(cloud, "suuupra", { defaults: { "search-ranking": "best" } }),
        /^platform\.flagd\.defaults\.search-ranking: expected a variant: one of words, likeness, both, got best$/m,
      );
      assert.match(
        problems(cloud, "suuupra", { defaults: { "search-rank": "both" } }),
        /^platform\.flagd\.defaults\.search-rank: expected a flag: one of .*search-ranking.*, got search-rank$/m,
      );
    });

    it(`stay on ${cloud} where services ask for them`, () => {
      assert.match(
        problems(cloud, "suuupra", { enabled: false }),
        /^platform\.flagd\.enabled: expected true where services of the blueprint ask for flags \(content, commerce, payments\), got false$/m,
      );
    });

    it(`are refused on ${cloud} where there are none`, () => {
      assert.match(
        problems(cloud, "explico", { enabled: true }),
        /^platform\.flagd\.enabled: expected false where the blueprint has no flags, got true$/m,
      );
    });
  }
});
