import assert from "node:assert/strict";
import { clouds } from "../components/cloud";
import type { PlanResource } from "../preview/plan";
import { runStack } from "../preview/program";
import { manifests } from "../preview/render";
import { readStack } from "../preview/stack";
import { find, findAll } from "./support/run";
import { waitsFor } from "./support/waitsFor";
import { planOf } from "./support/plans";

const root = `${__dirname}/..`;

async function resourcesOf(stack: string, ...set: readonly string[]): Promise<readonly PlanResource[]> {
  return await planOf(stack, ...set);
}

/** What runs the system's own services. */
function servicesOf(resources: readonly PlanResource[]): readonly PlanResource[] {
  return findAll(resources, "kubernetes:apps/v1:Deployment").filter(({ name }) =>
    name.includes("-prod-system-"),
  );
}

/** What the platform's composition adds to its parts: who waits for whom, and which setting reaches whom. */
describe("the platform's composition", () => {
  for (const cloud of clouds) {
    describe(`on ${cloud}`, () => {
      let resources: readonly PlanResource[];
      before(async () => {
        resources = await resourcesOf("prod", `cloud=${cloud}`);
      });

      for (const kind of ["Cluster", "Postgres", "Redis"]) {
        it(`makes the ${kind} when the network stands`, () => {
          const component = find(resources, `groundwork:${cloud}:${kind}`);
          assert.ok(component.dependencies.some((urn) => urn.includes(`groundwork:${cloud}:Network$`)));
        });
      }

      it("starts workloads when the nodes, the priorities and the kinds of their objects are there", () => {
        const deployments = servicesOf(resources);
        assert.equal(deployments.length, 5);
        for (const deployment of deployments) {
          for (const before of ["helm.sh/v3:Release::", "PriorityClass::", `groundwork:${cloud}:Cluster$`]) {
            assert.ok(
              waitsFor(resources, deployment, (urn) => urn.includes(before)),
              `${deployment.name} does not wait for ${before}`,
            );
          }
        }
      });

      it("runs gainsly's back end on nodes made to measure, and its other services on the pool's", async () => {
        const made = await resourcesOf("prod", `cloud=${cloud}`, "blueprint=gainsly");
        const pods = Object.fromEntries(
          servicesOf(made).map(({ name, inputs }) => {
            const { template } = inputs["spec"] as { template: { spec: Record<string, unknown> } };
            const { nodeSelector, tolerations } = template.spec;
            return [name.replace("gainsly-prod-system-", ""), { nodeSelector, tolerations }];
          }),
        );
        const pool = { nodeSelector: { "groundwork.dev/pool": "application" }, tolerations: undefined };
        const provisioned = {
          aws: {
            nodeSelector: { "karpenter.sh/nodepool": "provisioned" },
            tolerations: [{ key: "groundwork.dev/provisioned", operator: "Exists", effect: "NoSchedule" }],
          },
          gcp: {
            nodeSelector: { "cloud.google.com/compute-class": "provisioned" },
            tolerations: [
              { key: "cloud.google.com/gke-spot", operator: "Equal", value: "true", effect: "NoSchedule" },
            ],
          },
        }[cloud];
        assert.deepEqual(pods, { frontend: pool, "api-gateway": pool, auth: pool, backend: provisioned });
        const kind = { aws: "karpenter.sh/v1:NodePool", gcp: "cloud.google.com/v1:ComputeClass" }[cloud];
        const backend = find(made, "kubernetes:apps/v1:Deployment", "gainsly-prod-system-backend");
        assert.ok(waitsFor(made, backend, (urn) => urn.includes(`kubernetes:${kind}::`)));
      });

      it("keeps control-plane and flow logs as long as the stack says", async () => {
        const kept = await resourcesOf("prod", `cloud=${cloud}`, "logRetentionDays=400");
        const daysOf = ({ inputs }: PlanResource): unknown =>
          inputs["retentionInDays"] ?? inputs["retentionDays"];
        const logs = kept.filter(({ name }) => /-(cluster-logs|network-flow-logs)$/.test(name));
        const stated = logs.map(daysOf).filter((days) => days !== undefined);
        assert.ok(stated.length > 0);
        assert.ok(
          stated.every((days) => days === 400),
          JSON.stringify(stated),
        );
        const lifecycles = kept.filter(({ name }) => name.endsWith("-network-flow-logs-lifecycle"));
        // of the network, and of the one in the region that takes over
        assert.equal(lifecycles.length, cloud === "aws" ? 2 : 0);
        for (const { inputs } of lifecycles)
          assert.match(JSON.stringify(inputs), /"expiration":\{"days":400\}/);
      });

      it("hands the password of a private registry to every service, and to nothing in plain text", async () => {
        const made = await resourcesOf(
          "prod",
          `cloud=${cloud}`,
          "images.registry=ghcr.io/example",
          "images.username=puller",
          "ci=",
        );
        const accounts = findAll(made, "kubernetes:core/v1:ServiceAccount").filter(({ name }) =>
          name.startsWith("seo-platform-prod-system-"),
        );
        assert.equal(accounts.length, 5);
        for (const { inputs } of accounts)
          assert.deepEqual(inputs["imagePullSecrets"], [{ name: "image-registry" }]);
        const secret = made.find(({ inputs }) => inputs["type"] === "kubernetes.io/dockerconfigjson");
        assert.equal(secret?.inputs["stringData"], "[secret]");
      });

      it("rotates suuupra's signing key within 24 hours and lets in those alone that sign and verify", async () => {
        const made = await resourcesOf("prod", "blueprint=suuupra", `cloud=${cloud}`);
        const type = {
          aws: "aws:secretsmanager/secretRotation:SecretRotation",
          gcp: "gcp:cloudscheduler/job:Job",
        }[cloud];
        assert.deepEqual(
          findAll(made, type)
            .map(({ name }) => name)
            .filter((name) => name.includes("-secret-")),
          ["suuupra-prod-secret-session-signing-key-rotation"],
        );
        const told = findAll(made, "kubernetes:core/v1:ConfigMap")
          .filter(({ inputs }) => JSON.stringify(inputs).includes("SESSION_SIGNING_KEY_SECRET_ID"))
          .map(({ name }) => name.replace(/^suuupra-prod-system-(.*)-connections$/, "$1"));
        assert.deepEqual(told.sort(), ["api-gateway", "identity"]);
        const granted = made
          .filter(({ name }) => /-identity-session-signing-key(-secretaccessor)?$/.test(name))
          .map(({ name }) => /-system-(.*)-identity-session/.exec(name)?.[1]);
        assert.deepEqual(granted.sort(), ["api-gateway", "identity"]);
      });

      it("copies suuupra's images and secrets to another region where the stack names one, and not otherwise", async () => {
        const copyRegion = { aws: "us-west-2", gcp: "us-west1" }[cloud];
        const settings = ["blueprint=suuupra", `cloud=${cloud}`];
        const made = await resourcesOf("prod", ...settings, `dr.region={"${cloud}":"${copyRegion}"}`);
        const secret = { aws: "aws:secretsmanager/secret:Secret", gcp: "gcp:secretmanager/secret:Secret" }[
          cloud
        ];
        const copied = find(made, secret, "suuupra-prod-secret-session-signing-key");
        assert.ok(JSON.stringify(copied.inputs).includes(`"${copyRegion}"`));
        const images = {
          aws: ["aws:ecr/replicationConfiguration:ReplicationConfiguration", `"region":"${copyRegion}"`],
          gcp: ["gcp:artifactregistry/repository:Repository", '"location":"us"'],
        }[cloud];
        assert.ok(JSON.stringify(find(made, images[0] ?? "").inputs).includes(images[1] ?? ""));

        const alone = await resourcesOf("staging", ...settings);
        assert.ok(!JSON.stringify(alone.map(({ inputs }) => inputs)).includes(copyRegion));
      });

      it("lets those that read a secret out to where the secret store answers, and no one else", async () => {
        const made = await resourcesOf("prod", "blueprint=suuupra", `cloud=${cloud}`);
        // on AWS the endpoint in the private subnets; Google's own addresses are the internet's
        const where = { aws: '{"cidr":"10.0.0.0/17"}', gcp: '{"cidr":"0.0.0.0/0","except"' }[cloud];
        const open = findAll(made, "kubernetes:networking.k8s.io/v1:NetworkPolicy")
          .filter(({ name, inputs }) => {
            const egress = JSON.stringify((inputs["spec"] as { readonly egress?: unknown }).egress ?? []);
            return name.includes("-system-") && egress.includes(where) && egress.includes('"port":443');
          })
          .map(({ name }) => name);
        for (const service of ["api-gateway", "identity"]) {
          assert.ok(
            open.some((name) => name.startsWith(`suuupra-prod-system-${service}-`)),
            `${service}: ${open.join(", ")}`,
          );
        }
        assert.ok(!open.some((name) => name.startsWith("suuupra-prod-system-ledger-")), open.join(", "));
      });

      it("mounts the stores' own authorities where a store is used, and nowhere else", () => {
        const mounted = findAll(resources, "kubernetes:apps/v1:Deployment")
          .filter(({ inputs }) => JSON.stringify(inputs).includes("-authorities"))
          .map(({ name }) => name.replace("seo-platform-prod-system-", ""));
        assert.deepEqual(mounted.sort(), ["backend-api", "crawler-workers"]);
      });
    });
  }

  it("uses the monitor of cost anomalies that the account has", async () => {
    const monitor = "arn:aws:ce::111111111111:anomalymonitor/12345678-1234-1234-1234-123456789012";
    const kinds = async (...settings: readonly string[]): Promise<readonly string[]> =>
      (await resourcesOf("prod", "cloud=aws", ...settings))
        .filter(({ type }) => type.startsWith("aws:costexplorer/"))
        .map(({ type, inputs }) => `${type} ${JSON.stringify(inputs["monitorArnLists"] ?? "")}`);
    const subscription = `aws:costexplorer/anomalySubscription:AnomalySubscription ["${monitor}"]`;
    assert.deepEqual(await kinds(`aws.anomalyMonitorArn=${monitor}`), [subscription, subscription]);
    assert.equal((await kinds()).length, 3);
  });

  for (const [stack, edge, server] of [
    ["prod", true, "https://acme-v02.api"],
    ["prod", false, "https://acme-v02.api"],
    // a CDN trusts its origin's certificate no sooner than a browser does
    ["staging", true, "https://acme-v02.api"],
    ["staging", false, "https://acme-staging-v02.api"],
    ["dev", true, "https://acme-v02.api"],
    ["dev", false, "https://acme-staging-v02.api"],
  ] as const) {
    it(`has ${stack}'s certificates from ${server} ${edge ? "behind" : "without"} an edge`, async () => {
      const resources = await resourcesOf(stack, `edge.enabled=${edge}`);
      const issuer = find(
        resources,
        "kubernetes:cert-manager.io/v1:ClusterIssuer",
        `seo-platform-${stack}-services-cert-manager-issuer`,
      );
      assert.ok(JSON.stringify(issuer.inputs).includes(`"server":"${server}`));
    });
  }
});

describe("what is rendered of the platform", () => {
  for (const cloud of clouds) {
    it(`refers on ${cloud} to ConfigMaps by the names they are rendered with`, async () => {
      const run = await runStack(readStack({ root, stack: "prod", set: [`cloud=${cloud}`] }), {
        root,
        outputs: "known",
        echo: false,
      });
      const yaml = manifests(run).map(({ yaml: text }) => text);
      const named = yaml.flatMap((text) =>
        /^kind: ConfigMap$/m.test(text) ? (/^ {2}name: (\S+)$/m.exec(text)?.[1] ?? []) : [],
      );
      const referred = yaml.flatMap((text) =>
        [...text.matchAll(/configMapRef:\s+name: (\S+)/g)].map(([, name]) => name),
      );
      assert.ok(referred.length >= 3);
      for (const name of referred) assert.ok(name !== undefined && named.includes(name), name);
    });
  }
});
