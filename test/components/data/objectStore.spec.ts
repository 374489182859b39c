import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { bucketScript, identitiesOf, serverArguments } from "../../../components/data/objectServer";
import { ObjectStore, type ObjectStoreArgs } from "../../../components/data/objectStore";
import type { Access, WorkloadIdentity } from "../../../components/identity/workloadIdentity";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, isSecretInput, run, valueOf } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";
import { ClusterStub } from "../platform/clusterStub";

/** An identity of no cloud: who a workload is. */
class Identity extends pulumi.ComponentResource implements WorkloadIdentity {
  readonly principal = pulumi.output("nobody");
  readonly identifier = pulumi.output("nobody");
  readonly serviceAccountAnnotations = pulumi.output<Record<string, string>>({});
  readonly namespace = "shop";

  constructor(readonly serviceAccount: string) {
    super("groundwork:test:Identity", serviceAccount);
  }
}

const setType = "kubernetes:apps/v1:StatefulSet";
const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const secretType = "kubernetes:core/v1:Secret";
const certificateType = "kubernetes:cert-manager.io/v1:Certificate";

function makeStore(change: Partial<ObjectStoreArgs> = {}): ObjectStore {
  return new ObjectStore("bucket", {
    cluster: new ClusterStub("main"),
    namespace: "objects",
    systemNamespace: "shop",
    nodeSelector: { pool: "application" },
    ready: [],
    users: { api: "readWrite", model: "read" },
    authority: pulumi.output("-----BEGIN CERTIFICATE-----"),
    ...change,
  });
}

async function made(change: Partial<ObjectStoreArgs> = {}): Promise<readonly PlanResource[]> {
  return (await run(() => makeStore(change))).resources;
}

/** A part of an input, by its keys. */
function at({ inputs }: PlanResource, path: string): unknown {
  return path.split(".").reduce<unknown>(
    // the plan is JSON: every step is a map, a list or the end
    (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
    inputs,
  );
}

const grant = (access: Access, account = "api") =>
  run(() => {
    const identity = new Identity(account);
    return makeStore().grant(`${account}-bucket`, identity, access, { parent: identity });
  });

describe("ObjectStore", () => {
  it("is one pod on an encrypted disk that goes with it, of the size asked", async () => {
    for (const [diskGiB, size] of [
      [undefined, "20Gi"],
      [50, "50Gi"],
    ] as const) {
      const set = find(await made(diskGiB === undefined ? {} : { diskGiB }), setType, "bucket");
      assert.equal(at(set, "spec.replicas"), 1);
      assert.deepEqual(at(set, "spec.volumeClaimTemplates.0.spec"), {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "encrypted",
        resources: { requests: { storage: size } },
      });
      assert.equal(at(set, "spec.persistentVolumeClaimRetentionPolicy.whenDeleted"), "Delete");
      assert.deepEqual(at(set, "spec.template.spec.nodeSelector"), { pool: "application" });
      assert.notEqual(set.protect, true);
    }
  });

  it("is refused a disk that nothing could be", async () => {
    for (const diskGiB of [0, 1.5, 16_385]) {
      await assert.rejects(made({ diskGiB }), /diskGiB: expected a whole number from 1 to 16384/);
    }
  });

  it("runs as nobody in particular, with nothing to write but its disk and its scratch", async () => {
    const pod = "spec.template.spec";
    const set = find(await made(), setType);
    assert.equal(at(set, `${pod}.securityContext.runAsNonRoot`), true);
    assert.equal(at(set, `${pod}.securityContext.runAsUser`), 1000);
    assert.equal(at(set, `${pod}.automountServiceAccountToken`), false);
    assert.deepEqual(at(set, `${pod}.containers.0.securityContext`), {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
      assert.deepEqual(at(set, `${pod}.containers.0.${probe}.httpGet`), {
        path: "/healthz",
        port: "s3",
        scheme: "HTTPS",
      });
    }
    assert.equal(at(set, `${pod}.containers.0.image`), "docker.io/chrislusf/seaweedfs:4.44");
  });

  it("speaks S3 by TLS alone, and keeps all its other parts to itself", () => {
    const given = serverArguments();
    for (const argument of [
      "-ip.bind=127.0.0.1",
      "-s3.ip.bind=0.0.0.0",
      "-s3.cert.file=/etc/objects/certificate/tls.crt",
      "-s3.key.file=/etc/objects/certificate/tls.key",
      "-s3.config=/etc/objects/identities/identities.json",
      "-s3.iam=false",
      "-s3.port.iceberg=0",
      "-s3.port.lance=0",
    ]) {
      assert.ok(given.includes(argument), argument);
    }
    // a port for TLS would leave the other one without
    assert.ok(!given.some((argument) => argument.startsWith("-s3.port.https")));
  });

  it("has its certificate and its users before it starts, and its bucket before it is ready", async () => {
    const resources = await made();
    const set = find(resources, setType);
    const certificate = find(resources, certificateType);
    assert.deepEqual(at(certificate, "spec.dnsNames"), ["objects.objects.svc"]);
    assert.equal(at(certificate, "spec.issuerRef.name"), "internal-ca");
    for (const before of [certificate, find(resources, secretType, "bucket-identities")]) {
      assert.ok(
        waitsFor(resources, set, (urn) => urn === before.urn),
        before.name,
      );
    }
    assert.deepEqual(at(set, "spec.template.spec.containers.0.lifecycle.postStart.exec.command"), [
      "/bin/sh",
      "-c",
      bucketScript(),
    ]);
    assert.match(bucketScript(), /^until .*s3\.bucket\.list.* grep -qw objects; do\n.*-name objects /);
  });

  it("lets each do in the bucket what it may, and whoever has no key nothing", () => {
    const file = JSON.parse(
      identitiesOf({
        api: { access: "readWrite", secretKey: "first" },
        model: { access: "read", secretKey: "second" },
      }),
    ) as unknown;
    assert.deepEqual(file, {
      identities: [
        { name: "nobody", credentials: [], actions: [] },
        {
          name: "api",
          credentials: [{ accessKey: "api", secretKey: "first" }],
          actions: ["Read:objects", "List:objects", "Tagging:objects", "Write:objects"],
        },
        {
          name: "model",
          credentials: [{ accessKey: "model", secretKey: "second" }],
          actions: ["Read:objects", "List:objects"],
        },
      ],
    });
    // SeaweedFS asks nobody where its file names nobody
    assert.match(identitiesOf({}), /nobody/);
  });

  it("keeps the keys in Secrets alone, and starts again when they are others", async () => {
    const resources = await made();
    assert.ok(isSecretInput(find(resources, secretType, "bucket-identities"), "stringData"));
    const others = await made({ users: { api: "read" } });
    const [first, other] = [resources, others].map((all) =>
      at(find(all, setType), "spec.template.metadata.annotations"),
    );
    assert.match(JSON.stringify(first), /^\{"groundwork\.dev\/identities":"[0-9a-f]+"\}$/);
    assert.notDeepEqual(first, other);
  });

  it("is closed to whoever is not named, and scraped by Prometheus", async () => {
    const resources = await made();
    const policies = findAll(resources, policyType).map(({ name }) => name);
    assert.deepEqual(policies.sort(), [
      "bucket-metrics",
      "bucket-namespace-allow-dns",
      "bucket-namespace-default-deny",
    ]);
    const monitor = find(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor");
    assert.equal(at(monitor, "spec.podMetricsEndpoints.0.port"), "metrics");
    assert.deepEqual(at(find(resources, policyType, "bucket-metrics"), "spec.ingress.0.ports"), [
      { protocol: "TCP", port: 9327 },
    ]);
  });

  it("says what a library of S3 has to be told, and whose signature its certificate carries", async () => {
    const { result } = await run(() => makeStore());
    const { connection } = result;
    const values = Object.entries(connection).map(
      async ([variable, value]) => [variable, await valueOf(value)] as const,
    );
    assert.deepEqual(Object.fromEntries(await Promise.all(values)), {
      BUCKET_NAME: "objects",
      BUCKET_URL: "s3://objects",
      BUCKET_ENDPOINT: "https://objects.objects.svc:8333",
      BUCKET_REGION: "us-east-1",
      BUCKET_PATH_STYLE: "true",
    });
    assert.equal(result.caBundle.variable, "BUCKET_CA_FILE");
    assert.deepEqual(result.destinations, [
      { namespace: "objects", podLabels: { "app.kubernetes.io/name": "objects" }, ports: [8333] },
    ]);
  });

  for (const [account, access] of [
    ["api", "readWrite"],
    ["model", "read"],
  ] as const) {
    it(`lets ${account} in with ${access}, by a key that it has by reference`, async () => {
      const { result, resources } = await grant(access, account);
      assert.equal(await valueOf(result.BUCKET_ACCESS_KEY_ID), account);
      assert.equal(result.BUCKET_SECRET_ACCESS_KEY.key, "secret-access-key");
      const secret = find(resources, secretType, `${account}-bucket`);
      assert.deepEqual(at(secret, "metadata"), { name: `${account}-bucket`, namespace: "shop" });
      assert.ok(isSecretInput(secret, "stringData"));
      const policy = find(resources, policyType, `${account}-bucket-in`);
      assert.deepEqual(at(policy, "spec.ingress.0.ports"), [{ protocol: "TCP", port: 8333 }]);
      assert.match(JSON.stringify(at(policy, "spec.ingress.0.from")), new RegExp(`"${account}"`));
      assert.match(JSON.stringify(at(policy, "spec.ingress.0.from")), /"shop"/);
    });
  }

  it("lets in nobody whom it was not told of, and nobody to more", async () => {
    for (const [account, access] of [
      ["stranger", "read"],
      ["model", "readWrite"],
    ] as const) {
      await assert.rejects(grant(access, account), /grant: expected a user of the bucket with/);
    }
  });

  it("registers the same on a first preview, when nothing is known", async () => {
    const unknown = await run(() => makeStore(), { preview: "unknown" });
    const urns = (resources: readonly PlanResource[]) => resources.map(({ urn }) => urn);
    assert.deepEqual(urns(unknown.resources), urns(await made()));
  });
});
