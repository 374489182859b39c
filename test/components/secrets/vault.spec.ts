import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clouds } from "../../../components/cloud";
import { suuupra } from "../../../blueprints/suuupra";
import { runbookOf } from "../../../components/governance/runbooks";
import { vaultAlerts } from "../../../components/secrets/vaultAlerts";
import { serverConfig, vaultValues, watcherScript } from "../../../components/secrets/vaultValues";
import type { PlanResource } from "../../../preview/plan";
import { production } from "../../blueprints/production";
import { find, findAll, valueOf } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";

const name = "suuupra-prod-vault";
const release = "kubernetes:helm.sh/v3:Release";
const job = "kubernetes:batch/v1:Job";
const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const deployment = "kubernetes:apps/v1:Deployment";
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

interface Config {
  readonly roles: Readonly<Record<string, { bound_service_account_namespaces: string[] }>>;
  readonly policies: Readonly<Record<string, { policy: string }>>;
  readonly databases: Readonly<
    Record<string, { secretId?: string; settings: Readonly<Record<string, unknown>> }>
  >;
  readonly databaseRoles: Readonly<Record<string, unknown>>;
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
      for (const part of ["-seal-", "-certificate", "-server"]) {
        assert.ok(
          waitsFor(resources, servers, (urn) => urn.includes(`::${name}${part}`)),
          part,
        );
      }
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

    it("has a role for each service that names it, bound to its account and namespace", () => {
      assert.deepEqual(Object.keys(config.roles).sort(), [...users, "vault-configure"].sort());
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
        const pods = find(resources, deployment, `suuupra-prod-system-${service}`);
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

  it("have a runbook each, and no heading of it is about another", () => {
    const page = readFileSync(join(__dirname, "../../../docs/runbooks/hashicorp-vault.md"), "utf8");
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading ?? "");
    assert.deepEqual(headings.sort(), Object.keys(alerts).sort());
    for (const alert of Object.keys(alerts)) {
      assert.equal(runbookOf(alert), `docs/runbooks/hashicorp-vault.md#${alert}`);
    }
  });
});

describe("Vault's values", () => {
  const args = {
    nodeSelector: {},
    storageClassName: "encrypted",
    version: "2.0.4",
    serviceAccountAnnotations: {},
    sealStanza: 'seal "test" {}',
  };

  it("are those of one server where there is to be no other", async () => {
    const { server } = vaultValues({ ...args, highlyAvailable: false }) as {
      server: {
        affinity: string;
        ha: { replicas: number; disruptionBudget: object; raft: { config: never } };
      };
    };
    assert.equal(server.ha.replicas, 1);
    assert.equal(server.affinity, "");
    assert.deepEqual(server.ha.disruptionBudget, { enabled: false });
    assert.equal((await valueOf<string>(server.ha.raft.config)).match(/retry_join/g)?.length, 1);
  });

  it("run nothing as root, with no capability and a root file system that is not written to", () => {
    const { server } = vaultValues({ ...args, highlyAvailable: true }) as {
      server: {
        statefulSet: { securityContext: { pod: Record<string, unknown>; container: unknown } };
        extraContainers: { securityContext: unknown }[];
      };
    };
    const { pod, container } = server.statefulSet.securityContext;
    assert.equal(pod["runAsNonRoot"], true);
    for (const context of [
      container,
      ...server.extraContainers.map(({ securityContext }) => securityContext),
    ]) {
      assert.deepEqual(context, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    }
  });

  it("have every listener speak TLS, and metrics without a token at Prometheus' port alone", () => {
    const listeners = serverConfig(3, "").split('listener "tcp"').slice(1);
    assert.equal(listeners.length, 2);
    for (const listener of listeners) assert.match(listener, /tls_cert_file = "\/vault\/tls\/tls\.crt"/);
    assert.doesNotMatch(listeners[0] ?? "", /unauthenticated_metrics_access/);
    assert.match(listeners[1] ?? "", /:8203"[^}]+unauthenticated_metrics_access = true/);
  });

  it("have the certificate read again and the audit log kept from filling the disk", () => {
    assert.match(watcherScript(), /pkill -HUP -o -x vault/);
    assert.match(watcherScript(), /-gt 524288000/);
  });
});
