import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Access, Admission, WorkloadIdentity } from "../../../components/identity/workloadIdentity";
import { deliveredSecret } from "../../../components/secrets/deliveredSecret";
import { ExternalSecrets } from "../../../components/secrets/externalSecrets";
import type { Secret } from "../../../components/secrets/secret";
import { secretsManagerAccess } from "../../../providers/aws/externalSecrets";
import { secretManagerAccess } from "../../../providers/gcp/externalSecrets";
import { find, findAll, run } from "../../support/run";
import { IdentityStub } from "../platform/cloudStubs";
import { at } from "../traffic/scene";

/** A secret of no cloud, whose grants are config maps. */
class SecretStub extends pulumi.ComponentResource implements Secret {
  readonly connection = {};

  constructor(
    name: string,
    readonly secretId: pulumi.Output<string>,
  ) {
    super("groundwork:test:Secret", name);
    this.registerOutputs({});
  }

  admitWriter(name: string, to: WorkloadIdentity, opts: pulumi.ComponentResourceOptions): pulumi.Resource {
    const data = { to: to.principal, access: "add" };
    return new k8s.core.v1.ConfigMap(name, { metadata: { name, namespace: "test" }, data }, opts);
  }

  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Admission {
    const data = { to: to.principal, access };
    new k8s.core.v1.ConfigMap(name, { metadata: { name, namespace: "test" }, data }, opts);
    return {};
  }
}

const release = "kubernetes:helm.sh/v3:Release";
const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-session-key-AbCdEf";
const clouds = {
  aws: {
    access: secretsManagerAccess("us-east-1"),
    id: arn,
    provider: { aws: { service: "SecretsManager", region: "us-east-1" } },
    key: arn,
  },
  gcp: {
    access: secretManagerAccess("shop-prod"),
    id: "projects/shop-prod/secrets/shop-session-key-abc",
    provider: { gcpsm: { projectID: "shop-prod" } },
    key: "shop-session-key-abc",
  },
} as const;

const make = (cloud: keyof typeof clouds, highlyAvailable = true) =>
  run(
    () =>
      new ExternalSecrets("shop-external-secrets", {
        highlyAvailable,
        nodeSelector: { pool: "system" },
        identify: (name, account, opts) => new IdentityStub(name, account, opts),
        identityEndpoints: [{ cidrs: ["169.254.170.23/32"], ports: [80] }],
        access: clouds[cloud].access,
        namespace: "shop",
        secrets: { "session-key": new SecretStub("session-key", pulumi.output(clouds[cloud].id)) },
      }),
  );

describe("ExternalSecrets", () => {
  for (const cloud of ["aws", "gcp"] as const) {
    describe(`on ${cloud}`, () => {
      it("asks the cloud's secret store as the pods' own identity, without a key, from one namespace", async () => {
        const { resources } = await make(cloud);
        const store = find(resources, "kubernetes:external-secrets.io/v1:SecretStore");
        assert.deepEqual(at(store, "spec"), { provider: clouds[cloud].provider });
        assert.deepEqual(at(store, "metadata"), { name: "cloud", namespace: "shop" });
      });

      it("makes a Secret of the secret's name with its newest value, four times an hour, and keeps what it has", async () => {
        const { resources } = await make(cloud);
        const secret = find(resources, "kubernetes:external-secrets.io/v1:ExternalSecret");
        assert.deepEqual(at(secret, "metadata"), { name: "session-key", namespace: "shop" });
        assert.deepEqual(at(secret, "spec"), {
          secretStoreRef: { kind: "SecretStore", name: "cloud" },
          refreshPolicy: "Periodic",
          refreshInterval: "15m0s",
          target: { name: "session-key", creationPolicy: "Owner", deletionPolicy: "Retain" },
          data: [{ secretKey: "value", remoteRef: { key: clouds[cloud].key } }],
        });
      });
    });
  }

  it("is let into what it delivers, to read, and watches the system's namespace alone", async () => {
    const { resources } = await make("aws");
    const grants = findAll(resources, "kubernetes:core/v1:ConfigMap");
    assert.deepEqual(
      grants.map((grant) => at(grant, "data")),
      [{ to: "external-secrets/external-secrets", access: "read" }],
    );
    const installed = find(resources, release);
    assert.deepEqual(
      [at(installed, "values", "scopedNamespace"), at(installed, "values", "scopedRBAC")],
      ["shop", true],
    );
    for (const kind of ["processClusterStore", "processClusterExternalSecret", "processPushSecret"]) {
      assert.equal(at(installed, "values", kind), false, kind);
    }
    assert.equal(at(installed, "values", "rbac", "serviceAccountTokenCreate"), false);
    assert.deepEqual(at(installed, "values", "serviceAccount"), {
      create: true,
      name: "external-secrets",
      annotations: { "example.com/identity": "external-secrets-external-secrets" },
    });
  });

  it("has its kinds installed before anything of them is made", async () => {
    const { resources } = await make("aws");
    const store = find(resources, "kubernetes:external-secrets.io/v1:SecretStore");
    const secret = find(resources, "kubernetes:external-secrets.io/v1:ExternalSecret");
    assert.ok(store.dependencies.includes(find(resources, release).urn));
    assert.ok(secret.dependencies.includes(store.urn));
  });

  for (const [highlyAvailable, replicas, budget] of [
    [true, 2, { enabled: true, minAvailable: 1 }],
    [false, 1, { enabled: false }],
  ] as const) {
    it(`is ${String(replicas)} of each part, the webhook by a certificate of the internal authority`, async () => {
      const installed = find((await make("aws", highlyAvailable)).resources, release);
      for (const part of [[], ["webhook"]]) {
        assert.equal(at(installed, "values", ...part, "replicaCount"), replicas);
        assert.deepEqual(at(installed, "values", ...part, "podDisruptionBudget"), budget);
      }
      assert.deepEqual(at(installed, "values", "certController"), { create: false });
      assert.equal(
        at(installed, "values", "webhook", "certManager", "cert", "issuerRef", "name"),
        "internal-ca",
      );
    });
  }

  it("speaks to the API server, the secret store and its credentials, and is heard by those that ask it", async () => {
    const { resources } = await make("aws");
    const traffic = (policy: string): unknown[] => {
      const found = find(
        resources,
        "kubernetes:networking.k8s.io/v1:NetworkPolicy",
        `shop-external-secrets-${policy}`,
      );
      return ["ingress", "egress"].map((way) =>
        (at(found, "spec", way) as { ports: { port: number }[] }[]).flatMap(({ ports }) =>
          ports.map(({ port }) => port),
        ),
      );
    };
    assert.deepEqual(traffic("controller"), [[8080], [443, 80]]);
    assert.deepEqual(traffic("webhook"), [[8080, 10250], [443]]);
  });
});

describe("a delivered secret", () => {
  it("is told by reference, and lets nobody into the secret store", async () => {
    const { resources, result } = await run(() => {
      const identity = new IdentityStub("identity", { namespace: "shop", serviceAccount: "api" });
      return deliveredSecret("session-key").grant("grant", identity, "read", { parent: identity });
    });
    assert.deepEqual(result, { SESSION_KEY: { secretName: "session-key", key: "value" } });
    assert.deepEqual(deliveredSecret("session-key").connection, {});
    assert.deepEqual(
      resources.map(({ type }) => type).filter((type) => !type.startsWith("pulumi:")),
      ["groundwork:test:Identity"],
    );
  });

  it("can't be written", async () => {
    await assert.rejects(
      run(() => {
        const identity = new IdentityStub("identity", { namespace: "shop", serviceAccount: "api" });
        return deliveredSecret("session-key").grant("grant", identity, "readWrite", { parent: identity });
      }),
      /api\.stores\.session-key: expected "read", as a variable can't be written, got "readWrite"/,
    );
  });
});
