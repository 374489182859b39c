import * as assert from "node:assert/strict";
import { blueprintNames } from "../../../blueprints/names";
import { clouds } from "../../../components/cloud";
import { configOf, stackValues } from "../../config/stackFiles";
import { besidePods, planCapacity } from "../../../components/capacity/plan";
import { nodeAgents } from "../../../components/capacity/nodeAgents";
import { readStandingPods, type StandingPods } from "../../support/standingPods";

const standing = readStandingPods();

/** What the charts and operators make in a stack, by name. */
function renderedIn(stack: string): Record<string, StandingPods> {
  return Object.fromEntries(
    Object.entries(standing).flatMap(([name, rows]) => {
      const row = rows.find(({ stacks }) => stacks.includes(stack));
      return row === undefined ? [] : [[name, row.pods]];
    }),
  );
}

/**
 * Pods that a plan has and no rendered object makes: Strimzi's operator makes two of Kafka's own, Trivy's its scans; who verifies
 * images is there where CI signs them, and what tells of Argo CD's deployments where there is whom to tell.
 */
const ofOperators: readonly string[] = ["kafka/entity-operator", "kafka/exporter", "trivy-system/scans"];
const mayBeMissing: readonly string[] = [
  "kyverno/kyverno-admission-controller",
  "argocd/argocd-notifications-controller",
];

for (const stack of ["prod", "staging", "dev"]) {
  for (const blueprint of blueprintNames) {
    for (const cloud of clouds) {
      describe(`Pods beside the services of ${blueprint} in ${stack} on ${cloud}`, () => {
        const config = configOf({ ...stackValues(stack), blueprint, cloud });
        const { network, logRetentionDays, stores } = config;
        const args = { ...config.blueprint, cloud, zones: network.zones.length, logRetentionDays, stores };
        const rendered = renderedIn(`${stack}-${blueprint}-${cloud}`);

        it("are planned as charts and operators make them", () => {
          const agents = nodeAgents(cloud, config.blueprint.platform, true).map(({ name, each }) => [
            name,
            [1, 1, each.cpu, each.memoryMiB],
          ]);
          const pods = besidePods(args).map(({ name, each, min, max }) => [
            name,
            [min, max, each.cpu, each.memoryMiB],
          ]);
          const planned = Object.fromEntries([...agents, ...pods]) as Record<string, StandingPods>;
          for (const [name, asked] of Object.entries(rendered)) {
            assert.deepEqual(planned[name], asked, name);
          }
          const serverless = config.blueprint.podRuntime === "serverless";
          for (const [name] of pods as [string, unknown][]) {
            if (ofOperators.includes(name) || mayBeMissing.includes(name)) continue;
            assert.ok(rendered[name] !== undefined, `${name} is made by nothing`);
          }
          assert.ok(Object.keys(rendered).length > (serverless ? 20 : 30));
        });

        it("each have a pool, unless the cloud sizes their nodes", () => {
          const { pools } = planCapacity(args);
          if (pools.length === 0) return;
          const homes = new Set(pools.flatMap(({ groups }) => groups.map(({ name }) => name)));
          assert.deepEqual(
            besidePods(args)
              .map(({ name }) => name)
              .filter((name) => !homes.has(name)),
            [],
          );
        });
      });
    }
  }
}
