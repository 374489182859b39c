import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { kubernetesVersions } from "../../components/cluster/nodePools";
import { headingOf } from "../../policy/catalogue";
import { packConfig } from "../../policy/config";
import { generated } from "../../policy/generate";
import * as istioTypes from "../../policy/istio/types";
import { environments, type Level } from "../../policy/levels";
import { controlTags, frameworks } from "../../policy/rule";
import { rules } from "../../policy/rules";

const root = join(__dirname, "../..");
const strictness: Readonly<Record<Level, number>> = { disabled: 0, advisory: 1, mandatory: 2 };

/** True for a kind that a CRD defines, which the Kubernetes SDK has no class for. */
function isCustom(type: string): boolean {
  return /^vault:|^pulumi:providers:vault$|^kubernetes:((networking|security)\.istio\.io|opensearch\.(org|opster\.io)|argoproj\.io|autoscaling\.k8s\.io|cert-manager\.io|gateway\.networking\.k8s\.io|kafka\.strimzi\.io|(elasticsearch|kibana|logstash)\.k8s\.elastic\.co|opentelemetry\.io|cloud\.google\.com|karpenter\.(k8s\.aws|sh)|keda\.sh|psmdb\.percona\.com|snapshot\.storage\.k8s\.io)\//.test(
    type,
  );
}

describe("the policy pack", () => {
  it("has rules of its own ids, sorted, in kebab-case", () => {
    const ids = rules.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)].sort());
    assert.deepEqual(
      ids.filter((id) => !/^(all|argocd|aws|gcp|istio|k8s|mongodb|strimzi|vault)(-[a-z0-9]+)+$/.test(id)),
      [],
    );
  });

  it("covers every cloud, Kubernetes and the whole stack", () => {
    for (const prefix of ["all-", "aws-", "gcp-", "k8s-"]) {
      assert.ok(
        rules.some(({ id }) => id.startsWith(prefix)),
        prefix,
      );
    }
    assert.deepEqual(new Set(rules.map(({ scope }) => scope)), new Set(["resource", "stack"]));
  });

  for (const rule of rules) {
    it(`says all about ${rule.id}`, () => {
      assert.match(rule.title, /^[A-Z][^.]{10,80}$/);
      assert.match(rule.description, /^.{40,}\.$/s);
      assert.match(rule.remedy, /^[A-Z].{10,}\.$/s);
      assert.ok(headingOf(rule.id));
      assert.ok(controlTags(rule.controls).length > 0, "no control");
      for (const key of Object.keys(rule.controls)) assert.ok(key in frameworks, key);
      assert.ok(
        strictness[rule.levels.dev] <= strictness[rule.levels.staging],
        "dev is stricter than staging",
      );
      assert.ok(
        strictness[rule.levels.staging] <= strictness[rule.levels.prod],
        "staging is stricter than prod",
      );
      assert.notEqual(rule.levels.prod, "disabled");
      for (const [name, { schema }] of Object.entries(rule.settings)) {
        assert.ok(!["enforcementLevel", "exemptions"].includes(name));
        assert.match(schema.description ?? "", /^[A-Z].*\.$/);
        assert.ok(schema.type);
      }
    });

    it(`hands ${rule.id} to CrossGuard whole`, () => {
      const { policy } = rule;
      assert.equal(policy.name, rule.id);
      assert.equal(policy.displayName, rule.title);
      assert.equal(policy.enforcementLevel, rule.levels.prod);
      assert.equal(policy.severity, rule.severity);
      assert.equal(policy.remediationSteps, rule.remedy);
      assert.ok(policy.description.includes(rule.remedy));
      assert.ok(policy.framework?.reference);
      assert.equal("validateStack" in policy, rule.scope === "stack");
      assert.deepEqual(
        Object.entries(policy.configSchema?.properties ?? {})
          .filter(([name]) => name !== "exemptions")
          .map(([name, schema]) => [name, schema.default]),
        Object.entries(rule.settings).map(([name, { values }]) => [name, values.prod]),
      );
    });
  }

  it("judges types that the installed SDKs have", () => {
    const types = [...new Set(rules.flatMap((rule) => rule.types ?? []))];
    assert.ok(types.length > 60);
    assert.deepEqual(
      types.filter((type) => !isCustom(type) && tokenInSdk(type) !== type),
      [],
    );
    assert.deepEqual(
      types.filter(isCustom),
      [
        "kubernetes:cert-manager.io/v1:ClusterIssuer",
        "kubernetes:cert-manager.io/v1:Certificate",
        "kubernetes:gateway.networking.k8s.io/v1:Gateway",
        "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass",
        "kubernetes:karpenter.sh/v1:NodePool",
        "kubernetes:cloud.google.com/v1:ComputeClass",
        "kubernetes:kafka.strimzi.io/v1:Kafka",
        "kubernetes:kafka.strimzi.io/v1:KafkaNodePool",
        "kubernetes:kafka.strimzi.io/v1:KafkaTopic",
        "kubernetes:kafka.strimzi.io/v1:KafkaUser",
        "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch",
        "kubernetes:kibana.k8s.elastic.co/v1:Kibana",
        "kubernetes:logstash.k8s.elastic.co/v1alpha1:Logstash",
        "kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector",
        "kubernetes:psmdb.percona.com/v1:PerconaServerMongoDB",
        "kubernetes:keda.sh/v1alpha1:ScaledObject",
        "kubernetes:autoscaling.k8s.io/v1:VerticalPodAutoscaler",
        "kubernetes:argoproj.io/v1alpha1:Rollout",
        "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass",
        ...Object.values(istioTypes).flat(),
        "kubernetes:argoproj.io/v1alpha1:AppProject",
        "kubernetes:argoproj.io/v1alpha1:Application",
        "kubernetes:argoproj.io/v1alpha1:ApplicationSet",
        "kubernetes:opensearch.opster.io/v1:OpenSearchCluster",
        "kubernetes:opensearch.org/v1:OpenSearchCluster",
        "pulumi:providers:vault",
        "vault:database/secretBackendConnection:SecretBackendConnection",
        "vault:database/secretBackendRole:SecretBackendRole",
        "vault:index/mount:Mount",
        "vault:index/policy:Policy",
        "vault:index/token:Token",
        "vault:jwt/authBackendRole:AuthBackendRole",
        "vault:kubernetes/authBackendRole:AuthBackendRole",
        "vault:kv/secretV2:SecretV2",
        "vault:transit/secretBackendKey:SecretBackendKey",
      ].sort((a, b) => types.indexOf(a) - types.indexOf(b)),
    );
  });

  it("allows the Kubernetes versions that the platform offers", () => {
    const rule = rules.find(({ id }) => id === "aws-eks-supported-version");
    assert.deepEqual(
      [...(rule?.settings["versions"]?.values.prod as readonly string[])].sort(),
      [...kubernetesVersions].sort(),
    );
  });

  for (const environment of environments) {
    it(`configures every rule in ${environment}, by settings of its schema's type`, () => {
      const config = packConfig(rules, environment);
      assert.deepEqual(
        Object.keys(config),
        rules.map(({ id }) => id),
      );
      for (const { id, settings } of rules) {
        const { enforcementLevel, ...values } = config[id] ?? assert.fail(id);
        assert.ok(enforcementLevel in strictness);
        for (const [name, value] of Object.entries(values)) {
          assert.equal(
            jsonType(value, settings[name]?.schema.type),
            settings[name]?.schema.type,
            `${id}.${name}`,
          );
        }
      }
    });
  }

  it("stands in docs/policies.md and policy/config as the rules say; npm run docs:policies writes them", async () => {
    for (const [path, content] of await generated()) {
      assert.equal(readFileSync(join(root, path), "utf8"), content, path);
    }
  });
});

function jsonType(value: unknown, asked: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "number" && asked === "integer" && Number.isInteger(value)
    ? "integer"
    : typeof value;
}

/** The token of the SDK's class that the token at hand points to; undefined where there is none. */
function tokenInSdk(type: string): string | undefined {
  const [pkg = "", module = "", name = ""] = type.split(":");
  if (module === "providers") {
    const token = load(`@pulumi/${name}/provider`)["Provider"]?.__pulumiType;
    return token === name ? type : undefined;
  }
  const folder = join(root, "node_modules/@pulumi", pkg, folderOf(pkg, module));
  const file = readdirSync(folder).find((entry) => entry.toLowerCase() === `${name.toLowerCase()}.js`);
  return file === undefined ? undefined : load(join(folder, file))[name]?.__pulumiType;
}

/** Folder of the SDK in which a module's classes stand: `rbac/v1` for `rbac.authorization.k8s.io/v1`, `rds` for `rds/instance`. */
function folderOf(pkg: string, module: string): string {
  const [group = "", version = ""] = module.split("/");
  if (pkg === "kubernetes") return `${group.split(".")[0] ?? ""}/${version}`;
  return group === "index" ? "" : group;
}

function load(path: string): Readonly<Record<string, { readonly __pulumiType?: string } | undefined>> {
  // Generated SDK modules: each holds its class with the token on it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require(path) as Readonly<Record<string, { readonly __pulumiType?: string } | undefined>>;
}
