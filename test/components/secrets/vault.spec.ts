import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clouds } from "../../../components/cloud";
import { suuupra } from "../../../blueprints/suuupra";
import { runbookOf } from "../../../components/governance/runbooks";
import { vaultAlerts } from "../../../components/secrets/vaultAlerts";
import type { PlanResource } from "../../../preview/plan";
import { production } from "../../blueprints/production";
import { find, findAll } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";

const name = "suuupra-prod-vault";
const release = "kubernetes:helm.sh/v3:Release";
const job = "kubernetes:batch/v1:Job";
const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const deployment = "kubernetes:apps/v1:Deployment";
const rollout = "kubernetes:argoproj.io/v1alpha1:Rollout";
const json = (value: unknown): string => JSON.stringify(value);

interface Values {
  readonly server: {
    readonly ha: {
      readonly replicas: number;
      readonly disruptionBudget: object;
      readonly raft: { config: string };
    };
    readonly topologySpreadConstraints: readonly { readonly whenUnsatisfiable: string }[];
    readonly dataStorage: { readonly storageClass: string };
  };
}

interface DatabaseRole {
  readonly default_ttl: string;
  readonly max_ttl: string;
  readonly creation_statements: string[];
  readonly revocation_statements: string[];
}

/** Hours of a duration as Vault takes it; for ever where it says nothing. */
function hours(duration: string | undefined): number {
  const [, number, unit = ""] = /^(\d+)([hms])$/.exec(duration ?? "") ?? [];
  const units: Readonly<Record<string, number>> = { h: 1, m: 1 / 60, s: 1 / 3600 };
  return number === undefined ? Infinity : Number(number) * (units[unit] ?? Infinity);
}

interface RoleBody {
  readonly bound_service_account_names: string[];
  readonly bound_service_account_namespaces: string[];
  readonly token_max_ttl: string;
}

interface Config {
  readonly roles: Readonly<Record<string, RoleBody>>;
  readonly policies: Readonly<Record<string, { policy: string }>>;
  readonly databases: Readonly<
    Record<string, { secretId?: string; settings: Readonly<Record<string, unknown>> }>
  >;
  readonly databaseRoles: Readonly<Record<string, DatabaseRole>>;
  readonly certificates: Readonly<Record<string, { ttl: string; max_ttl: string; no_store: boolean }>>;
  readonly recoverySecretId: string;
}

const users = Object.entries(suuupra.services).flatMap(([service, { stores }]) =>
  stores?.["vault"] === undefined ? [] : [service],
);

for (const cloud of clouds) {
  describe(`Vault on ${cloud}`, () => {
    let resources: readonly PlanResource[];
    let values: Values;
    let config: Config;
    before(async function () {
      this.timeout(120_000);
      resources = await production("suuupra", cloud);
      values = find(resources, release, name).inputs["values"] as unknown as Values;
      const { data } = find(resources, "kubernetes:core/v1:ConfigMap", `${name}-configure`).inputs as {
        data: Record<string, string>;
      };
      config = JSON.parse(data["config.json"] ?? "") as Config;
    });

    it("is three servers, each in a zone of its own, of which one may be away", () => {
      const { ha, topologySpreadConstraints } = values.server;
      assert.equal(ha.replicas, 3);
      assert.deepEqual(ha.disruptionBudget, { enabled: true, maxUnavailable: 1 });
      assert.equal(topologySpreadConstraints[0]?.whenUnsatisfiable, "DoNotSchedule");
    });

    it("is opened by a key of its own, which its servers alone may use", () => {
      const grants = {
        aws: () => {
          const { policy: text } = find(
            resources,
            "aws:iam/rolePolicy:RolePolicy",
            `${name}-seal-use`,
          ).inputs;
          const statements = (
            JSON.parse(text as string) as { Statement: { Action: string[]; Resource: string }[] }
          ).Statement;
          assert.deepEqual(
            statements.map(({ Action }) => Action),
            [["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"]],
          );
          assert.match(
            values.server.ha.raft.config,
            /seal "awskms" \{\n {2}region = "[a-z0-9-]+"\n {2}kms_key_id = "arn:/,
          );
          assert.ok(values.server.ha.raft.config.includes(statements[0]?.Resource ?? "none"));
        },
        gcp: () => {
          const members = findAll(resources, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember").filter(
            ({ name: own }) => own.startsWith(`${name}-seal`),
          );
          assert.deepEqual(members.map(({ inputs }) => inputs["role"]).sort(), [
            "roles/cloudkms.cryptoKeyEncrypterDecrypter",
            "roles/cloudkms.viewer",
          ]);
          assert.equal(new Set(members.map(({ inputs }) => inputs["member"])).size, 1);
          assert.match(
            values.server.ha.raft.config,
            /seal "gcpckms" \{\n {2}project = ".+"\n {2}region = ".+"\n {2}key_ring = ".+"\n {2}crypto_key = ".+"/,
          );
        },
      };
      grants[cloud]();
    });

    it("waits for its key's grants, its certificate and its traffic's rules", () => {
      const servers = find(resources, release, name);
      const grant = cloud === "aws" ? "-seal-use" : "-seal-viewer";
      for (const part of [grant, "-certificate", "-server"]) {
        assert.ok(
          waitsFor(resources, servers, (urn) => urn.includes(`::${name}${part}`)),
          part,
        );
      }
    });

    it("is not waited for, since the job that initialises it comes after, nor taken back for not being ready", () => {
      const { skipAwait, atomic } = find(resources, release, name).inputs;
      assert.deepEqual({ skipAwait, atomic }, { skipAwait: true, atomic: false });
    });

    it("is watched only once the kinds of what watches it are there", () => {
      for (const [type, own] of [
        ["kubernetes:monitoring.coreos.com/v1:PodMonitor", "monitor"],
        ["kubernetes:monitoring.coreos.com/v1:PrometheusRule", "alerts"],
        ["kubernetes:cert-manager.io/v1:Certificate", "certificate"],
      ] as const) {
        const object = find(resources, type, `${name}-${own}`);
        assert.ok(
          waitsFor(resources, object, (urn) => urn.includes("Release::suuupra-prod-services")),
          own,
        );
      }
    });

    it("has a snapshot kept each day, in a bucket of its own whose earlier versions stay for 30 days", () => {
      const cron = find(resources, "kubernetes:batch/v1:CronJob", `${name}-snapshot`).inputs as {
        spec: { schedule: string };
      };
      assert.match(cron.spec.schedule, /^\d+ \d+ \* \* \*$/);
      const { data } = find(resources, "kubernetes:core/v1:ConfigMap", `${name}-snapshot`).inputs as {
        data: Record<string, string>;
      };
      const told = JSON.parse(data["config.json"] ?? "") as Record<string, string>;
      assert.deepEqual([told["role"], told["object"]], ["vault-snapshot", "vault.snap"]);
      assert.deepEqual(
        Object.keys(data).sort(),
        [
          "config.json",
          "objectStore.cjs",
          cloud === "aws" ? "podRequest.cjs" : "podToken.cjs",
          "snapshot.cjs",
          "vaultApi.cjs",
        ].sort(),
      );
      const kept = {
        aws: () =>
          json(
            find(
              resources,
              "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
              `${name}-lifecycle`,
            ).inputs,
          ),
        gcp: () => json(find(resources, "gcp:storage/bucket:Bucket", name).inputs),
      };
      assert.match(kept[cloud](), /"(noncurrentDays|daysSinceNoncurrentTime)":30\b/);
      const grantee = findAll(
        resources,
        cloud === "aws" ? "aws:iam/rolePolicy:RolePolicy" : "gcp:storage/bucketIAMMember:BucketIAMMember",
      ).filter(({ name: own }) => own.startsWith(`${name}-`) && own.includes("-bucket"));
      assert.deepEqual(
        grantee.map(({ name: own }) => own),
        [`${name}-snapshotter-bucket`],
      );
    });

    it("lets what keeps snapshots do that alone, and an operator begin to make a root token alone", () => {
      const paths = (role: string) =>
        (config.policies[role]?.policy ?? "").split("\n").map((line) => /path "(.+)" \{/.exec(line)?.[1]);
      assert.deepEqual(paths("vault-snapshot"), ["sys/storage/raft/snapshot"]);
      assert.deepEqual(paths("vault-operator"), ["sys/generate-root/attempt", "sys/generate-root/update"]);
      for (const role of ["vault-snapshot", "vault-operator", "vault-configure"]) {
        assert.deepEqual(config.roles[role]?.bound_service_account_namespaces, ["vault"]);
        assert.deepEqual(config.roles[role].bound_service_account_names, [role]);
        assert.equal(config.roles[role].token_max_ttl, "15m");
      }
      const account = find(resources, "kubernetes:core/v1:ServiceAccount", `${name}-operator`);
      assert.match(json(account.inputs), /"name":"vault-operator"/);
      for (const { inputs } of resources) {
        assert.doesNotMatch(json(inputs), /"serviceAccountName":"vault-operator"/);
      }
    });

    it("has a role for each service that names it, bound to its account and namespace", () => {
      const own = ["vault-configure", "vault-snapshot", "vault-operator"];
      assert.deepEqual(Object.keys(config.roles).sort(), [...users, ...own].sort());
      assert.deepEqual(Object.keys(config.policies).sort(), Object.keys(config.roles).sort());
      for (const service of users) {
        assert.deepEqual(config.roles[service]?.bound_service_account_namespaces, ["suuupra"]);
      }
    });

    it("lets each service to its own secrets, its own databases and its own certificates, and no other's", () => {
      for (const service of users) {
        const paths = [...(config.policies[service]?.policy ?? "").matchAll(/path "([^"]+)"/g)].map(
          ([, path]) => path ?? "",
        );
        assert.ok(paths.length >= 4, service);
        for (const path of paths) {
          const own = [`/suuupra/${service}/*`, `/creds/${service}-`, `/issue/${service}`];
          assert.ok(
            own.some((part) => path.includes(part)),
            `${service}: ${path}`,
          );
        }
      }
    });

    it("makes users of the databases that a service names, and of no other", () => {
      const named = users.flatMap((service) =>
        ["postgres", "mysql"].flatMap((store) =>
          suuupra.services[service]?.stores?.[store] === undefined ? [] : [`${service}-${store}`],
        ),
      );
      assert.deepEqual(Object.keys(config.databaseRoles).sort(), named.sort());
    });

    it("makes nothing that lives for longer than a day: users, certificates, and who is signed in", () => {
      const roles = Object.values(config.databaseRoles);
      assert.ok(roles.length >= 4, `${roles.length} roles`);
      for (const { default_ttl, max_ttl, creation_statements, revocation_statements } of roles) {
        assert.ok(hours(default_ttl) <= 1, default_ttl);
        assert.ok(hours(max_ttl) <= 24, max_ttl);
        assert.match(creation_statements.join("\n"), /app_(reader|writer)/);
        assert.match(revocation_statements.join("\n"), /^DROP (ROLE|USER) IF EXISTS/);
      }
      for (const service of users) {
        const { ttl, max_ttl, no_store } = config.certificates[service] ?? {};
        assert.ok(hours(ttl) <= 24, ttl);
        assert.ok(hours(max_ttl) <= 24, max_ttl);
        assert.equal(no_store, true);
        assert.ok(hours(config.roles[service]?.token_max_ttl) <= 24);
      }
    });

    it("signs in to databases by what the cloud keeps, and knows no password from here", () => {
      const ways = {
        aws: () => {
          for (const { secretId, settings } of Object.values(config.databases)) {
            assert.match(secretId ?? "", /^arn:aws:secretsmanager:/);
            assert.match(String(settings["tls_ca"]), /BEGIN CERTIFICATE/);
          }
        },
        gcp: () => {
          for (const { secretId, settings } of Object.values(config.databases)) {
            assert.equal(secretId, undefined);
            assert.equal(settings["auth_type"], "gcp_iam");
            assert.equal(settings["use_private_ip"], true);
          }
          const administrators = findAll(resources, "gcp:sql/user:User").filter(
            ({ inputs }) => json(inputs["databaseRoles"] ?? []) === '["cloudsqlsuperuser"]',
          );
          assert.deepEqual(administrators.map(({ name: own }) => own).sort(), [
            `${name}-server-mysql`,
            `${name}-server-postgres`,
          ]);
        },
      };
      ways[cloud]();
      assert.deepEqual(Object.keys(config.databases).sort(), ["mysql", "postgres"]);
    });

    it("has its recovery keys kept where what keeps them may not read them", () => {
      const grants = {
        aws: () => {
          const { policy: text } = find(
            resources,
            "aws:iam/rolePolicy:RolePolicy",
            `${name}-keeper-recovery-keys`,
          ).inputs;
          assert.match(text as string, /secretsmanager:PutSecretValue/);
          assert.doesNotMatch(text as string, /GetSecretValue/);
        },
        gcp: () => {
          const given = findAll(resources, "gcp:secretmanager/secretIamMember:SecretIamMember").filter(
            ({ name: own }) => own.startsWith(`${name}-keeper-recovery-keys`),
          );
          assert.deepEqual(
            given.map(({ inputs }) => inputs["role"]),
            ["roles/secretmanager.secretVersionAdder"],
          );
        },
      };
      grants[cloud]();
      assert.match(config.recoverySecretId, /vault-recovery-keys/);
    });

    it("initialises by one job alone, which another runs after", () => {
      const first = find(resources, job, `${name}-configure`);
      const again = find(resources, "kubernetes:batch/v1:CronJob", `${name}-configure-schedule`);
      assert.match(json(first.inputs), /\{"name":"VAULT_INITIALISE","value":"true"\}/);
      assert.match(json(again.inputs), /\{"name":"VAULT_INITIALISE","value":"false"\}/);
      assert.ok(waitsFor(resources, again, (urn) => urn === first.urn));
    });

    it("is spoken to by services and the job, and asked for metrics by Prometheus alone", () => {
      const { spec } = find(resources, policy, `${name}-server`).inputs as unknown as {
        spec: { ingress: { from: unknown[]; ports: { port: number }[] }[] };
      };
      const ports = spec.ingress.map(({ ports: open }) => open.map(({ port }) => port));
      assert.deepEqual(ports, [[8200, 8201], [8200], [8203]]);
      assert.match(json(spec.ingress[1]?.from), /"suuupra"/);
      assert.deepEqual(spec.ingress[2]?.from.length, 1);
      assert.match(json(spec.ingress[2]), /prometheus/);
    });

    it("is known to the services that name it, which wait for it and have a token that it alone takes", () => {
      for (const service of Object.keys(suuupra.services)) {
        const type = suuupra.services[service]?.strategy === undefined ? deployment : rollout;
        const pods = find(resources, type, `suuupra-prod-system-${service}`);
        const named = users.includes(service);
        assert.equal(json(pods.inputs).includes('"audience":"vault"'), named, service);
        assert.equal(
          waitsFor(resources, pods, (urn) => urn.includes("Job::suuupra-prod-vault-configure")),
          named,
          service,
        );
      }
    });
  });
}

describe("Vault's alerts", () => {
  const alerts = vaultAlerts({ namespace: "vault", servers: 3, monitor: "vault" });

  it("tell a sealed server by its readiness: its own gauge is forgotten before it could tell", () => {
    assert.equal(
      alerts["hashicorp-vault-sealed"]?.expr,
      'min by (pod) (kube_pod_container_status_ready{namespace="vault",container="vault"}) == 0',
    );
    assert.doesNotMatch(JSON.stringify(alerts), /vault_core_unsealed|leadership_lost/);
  });

  it("have a runbook each, and no heading of it is about another", () => {
    const page = readFileSync(join(__dirname, "../../../docs/runbooks/hashicorp-vault.md"), "utf8");
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading ?? "");
    assert.deepEqual(headings.sort(), Object.keys(alerts).sort());
    for (const alert of Object.keys(alerts)) {
      assert.equal(runbookOf(alert), `docs/runbooks/hashicorp-vault.md#${alert}`);
    }
  });
});
