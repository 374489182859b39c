import * as assert from "node:assert/strict";
import type { Blueprint } from "../blueprints/blueprint";
import { type Cloud, clouds } from "../components/cloud";
import type { WorkloadSpec } from "../components/workload/spec";
import { Platform } from "../platform";
import type { PlanResource } from "../preview/plan";
import { record } from "../preview/replay/record";
import { configOf, stackValues } from "./config/stackFiles";
import { changesOf, linesOf } from "./support/changes";
import { run } from "./support/run";

/** A change of one service, and all that an update does for it. */
interface Row {
  readonly what: string;
  readonly service: string;
  readonly change: (spec: WorkloadSpec) => WorkloadSpec;
  /** `action Kind name` of each resource that is not as it was. */
  readonly does: readonly string[] | Readonly<Record<Cloud, readonly string[]>>;
}

const anotherTag = ({ image, ...spec }: WorkloadSpec): WorkloadSpec => ({
  ...spec,
  image: { ...image, tag: "2.0.0" },
});
const anotherDigest = ({ image, ...spec }: WorkloadSpec): WorkloadSpec => ({
  ...spec,
  image: { ...image, digest: `sha256:${"2".repeat(64)}` },
});
const anotherVariable = ({ env, ...spec }: WorkloadSpec): WorkloadSpec => ({
  ...spec,
  env: { ...env, PAGE_SIZE: "50" },
});
const anotherSecret = (spec: WorkloadSpec): WorkloadSpec => ({ ...spec, secrets: ["signing-2"] });
/** Of one secret in place of the other, both of which are there all the while. */
const reads =
  (secret: string) =>
  ({ stores, ...spec }: WorkloadSpec): WorkloadSpec => ({ ...spec, stores: { ...stores, [secret]: "read" } });
const anotherMigration = (spec: WorkloadSpec): WorkloadSpec => ({
  ...spec,
  migration: { command: ["migrate", "--to", "2"] },
});
const anotherFile = (spec: WorkloadSpec): WorkloadSpec => ({
  ...spec,
  configFiles: { ...spec.configFiles, "/etc/media-worker/renditions.json": "[]" },
});

/** What a service runs, by its name; its migration and what it does at certain times are the new version's too. */
const runs = {
  "explico/backend": [
    "replace Job backend-migration",
    "update CronJob backend-delete-expired",
    "update Rollout backend",
  ],
  "explico/frontend": ["update Rollout frontend"],
  "explico/ai-inference": ["update Deployment ai-inference"],
  "publishing/api": ["replace Job api-migration", "update CronJob api-publish-due", "update Deployment api"],
  "publishing/web": ["update Deployment web"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const policiesOf = (service: string) => [
  `update NetworkPolicy ${service}-tasks-traffic`,
  `update NetworkPolicy ${service}-traffic`,
];
/** Who is let into a secret on each cloud, and told its id. */
const admitted = {
  aws: (service: string) => [
    `create RolePolicy ${service}-identity-salt`,
    `replace ConfigMap ${service}-connections`,
    ...policiesOf(service),
  ],
  gcp: (service: string) => [
    `create SecretIamMember ${service}-identity-salt-secretaccessor`,
    `create SecretIamMember ${service}-identity-salt-viewer`,
    `replace ConfigMap ${service}-connections`,
    ...policiesOf(service),
  ],
} as const;

const systems: Readonly<Record<string, readonly Row[]>> = {
  explico: [
    { what: "another tag", service: "backend", change: anotherTag, does: runs["explico/backend"] },
    { what: "another tag", service: "frontend", change: anotherTag, does: runs["explico/frontend"] },
    { what: "another tag", service: "ai-inference", change: anotherTag, does: runs["explico/ai-inference"] },
    { what: "another digest", service: "backend", change: anotherDigest, does: runs["explico/backend"] },
    { what: "another variable", service: "backend", change: anotherVariable, does: runs["explico/backend"] },
    {
      what: "another variable",
      service: "frontend",
      change: anotherVariable,
      does: runs["explico/frontend"],
    },
    {
      what: "another Secret's name",
      service: "backend",
      change: anotherSecret,
      does: runs["explico/backend"],
    },
    {
      what: "another Secret's name",
      service: "frontend",
      change: anotherSecret,
      does: runs["explico/frontend"],
    },
    {
      what: "another secret as a variable",
      service: "backend",
      change: reads("pepper"),
      does: [...runs["explico/backend"]],
    },
    {
      what: "another secret by its id",
      service: "backend",
      change: reads("salt"),
      does: {
        aws: [
          ...runs["explico/backend"],
          ...admitted.aws("backend"),
          // the mesh lets it out to where secrets are read
          "create ServiceEntry explico-prod-mesh-rules-store-salt",
          "update Sidecar explico-prod-mesh-rules-backend-sidecar",
          "update Sidecar explico-prod-mesh-rules-backend-tasks-sidecar",
        ],
        gcp: [...runs["explico/backend"], ...admitted.gcp("backend")],
      },
    },
    {
      what: "a first file",
      service: "frontend",
      change: anotherFile,
      does: ["create ConfigMap frontend-files", "update Rollout frontend"],
    },
    {
      what: "another migration",
      service: "backend",
      change: anotherMigration,
      does: ["replace Job backend-migration"],
    },
  ],
  publishing: [
    { what: "another tag", service: "api", change: anotherTag, does: runs["publishing/api"] },
    { what: "another tag", service: "web", change: anotherTag, does: runs["publishing/web"] },
    { what: "another digest", service: "web", change: anotherDigest, does: runs["publishing/web"] },
    { what: "another variable", service: "api", change: anotherVariable, does: runs["publishing/api"] },
    { what: "another variable", service: "web", change: anotherVariable, does: runs["publishing/web"] },
    { what: "another Secret's name", service: "api", change: anotherSecret, does: runs["publishing/api"] },
    { what: "another Secret's name", service: "web", change: anotherSecret, does: runs["publishing/web"] },
    {
      what: "another secret as a variable",
      service: "api",
      change: reads("pepper"),
      does: runs["publishing/api"],
    },
    {
      what: "another secret by its id",
      service: "api",
      change: reads("salt"),
      does: {
        aws: [...runs["publishing/api"], ...admitted.aws("api")],
        gcp: [...runs["publishing/api"], ...admitted.gcp("api")],
      },
    },
    {
      what: "another file",
      service: "media-worker",
      change: anotherFile,
      does: ["replace ConfigMap media-worker-files", "update Deployment media-worker"],
    },
    {
      what: "a first file",
      service: "api",
      change: anotherFile,
      does: ["create ConfigMap api-files", ...runs["publishing/api"]],
    },
    {
      what: "another migration",
      service: "api",
      change: anotherMigration,
      does: ["replace Job api-migration"],
    },
  ],
};

const isOf = (cloud: Cloud, { does }: Row): readonly string[] =>
  [...("aws" in does ? does[cloud] : does)].sort();

describe("an update of one service of a production stack changes what is its own, and nothing else:", () => {
  for (const [system, rows] of Object.entries(systems)) {
    for (const cloud of clouds) {
      describe(`${system} on ${cloud}`, () => {
        const config = configOf({ ...stackValues("prod"), blueprint: system, cloud });
        const base: Blueprint = {
          ...config.blueprint,
          platform: { ...config.blueprint.platform, externalSecrets: {} },
          // all are there before and after: what changes is who refers to them
          secrets: {
            pepper: { maxAgeHours: 720, delivery: "variable" },
            salt: { maxAgeHours: 24 },
          },
        };
        const planOf = async (blueprint: Blueprint): Promise<readonly PlanResource[]> =>
          (await run(() => new Platform({ ...config, blueprint }), { stack: "prod" })).resources;
        const changed = async ({ service, change }: Row): Promise<readonly PlanResource[]> => {
          const spec = base.services[service];
          assert.ok(spec, service);
          return await planOf({ ...base, services: { ...base.services, [service]: change(spec) } });
        };
        const prefix = `${config.name}-system-`;
        let stands: readonly PlanResource[];
        let data: ReadonlySet<string>;
        before(async () => {
          stands = await planOf(base);
          data = new Set(record(stands).map(({ urn }) => urn));
        });

        for (const row of rows) {
          const does = isOf(cloud, row);
          it(`${row.what} of ${row.service}: ${does.join(", ")}`, async () => {
            const changes = changesOf(stands, await changed(row));
            assert.deepEqual(linesOf(changes, prefix), does);
            assert.ok(data.size > 50, `${data.size} hold data`);
            assert.deepEqual(
              changes.filter(({ resource }) => data.has(resource.urn)),
              [],
              "what holds data is as it was",
            );
          });
        }

        it("the same once more does nothing", async () => {
          assert.deepEqual(changesOf(stands, await planOf(base)), []);
        });
      });
    }
  }
});
