import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { checkUpgrade } from "../../../components/data/milvus";
import { milvusAlerts } from "../../../components/data/milvusAlerts";
import { milvusConfig, milvusImage } from "../../../components/data/milvusValues";
import { chartImages } from "../../../components/platform/chartImages";
import type { Access } from "../../../components/identity/workloadIdentity";
import { find, findAll, isSecretInput, run, valueOf as valueOfOutput } from "../../support/run";
import { IdentityStub } from "../platform/cloudStubs";
import {
  at,
  certificateType,
  cronType,
  jobType,
  makeVectors,
  policyType,
  releaseType,
  secretType,
  setType,
  valueOf,
  vectors,
} from "./milvusScene";

/** The grant of a service. */
async function granted(access: Access, users: Readonly<Record<string, Access>> = { api: access }) {
  return await run(() => {
    const identity = new IdentityStub("api", { namespace: "shop", serviceAccount: "api" });
    return makeVectors({ users }).grant("api-vectors", identity, access, { parent: identity });
  });
}

describe("Milvus", () => {
  it("has two of each part over zones, three nodes that search, and none of the chart's stores", async () => {
    const resources = await vectors();
    for (const [part, replicas, cpu, memory] of [
      ["proxy", 2, "500m", "2Gi"],
      ["mixCoordinator", 2, "500m", "2Gi"],
      ["streamingNode", 2, "1", "4Gi"],
      ["dataNode", 2, "1", "4Gi"],
      ["queryNode", 3, "2", "8Gi"],
    ] as const) {
      assert.equal(valueOf(resources, `${part}.replicas`), replicas, part);
      assert.equal(valueOf(resources, `${part}.resources.requests.cpu`), cpu, part);
      assert.equal(valueOf(resources, `${part}.resources.requests.memory`), memory, part);
      assert.equal(valueOf(resources, `${part}.resources.limits.memory`), memory, part);
      assert.equal(
        valueOf(resources, `${part}.topologySpreadConstraints.0.topologyKey`),
        "topology.kubernetes.io/zone",
      );
    }
    assert.equal(valueOf(resources, "mixCoordinator.activeStandby.enabled"), true);
    for (const store of ["etcd", "minio", "pulsar", "pulsarv3", "kafka", "woodpecker"]) {
      assert.equal(valueOf(resources, `${store}.enabled`), false, store);
    }
    const budgets = findAll(resources, "kubernetes:policy/v1:PodDisruptionBudget").map(({ name }) => name);
    assert.deepEqual(budgets.sort(), [
      "vectors-datanode",
      "vectors-etcd",
      "vectors-mixcoord",
      "vectors-proxy",
      "vectors-querynode",
      "vectors-streamingnode",
    ]);
  });

  it("has one of each part where it need not be there all the time, and three members of etcd even so", async () => {
    const resources = await vectors({ highAvailability: false, queryNodes: 1 });
    assert.equal(valueOf(resources, "proxy.replicas"), 1);
    assert.equal(valueOf(resources, "mixCoordinator.activeStandby.enabled"), false);
    assert.equal(at(find(resources, setType, "vectors"), "spec.replicas"), 3);
    const budgets = findAll(resources, "kubernetes:policy/v1:PodDisruptionBudget").map(({ name }) => name);
    assert.deepEqual(budgets, ["vectors-etcd"]);
  });

  it("runs as the image's own user, and may take no rights", async () => {
    const resources = await vectors();
    assert.deepEqual(valueOf(resources, "securityContext"), {
      runAsNonRoot: true,
      runAsUser: 999,
      runAsGroup: 999,
      fsGroup: 999,
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(valueOf(resources, "containerSecurityContext"), {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
    assert.deepEqual(valueOf(resources, "nodeSelector"), { pool: "application" });
  });

  it("keeps its data and its log in the bucket, as its identity and without a key", async () => {
    const resources = await vectors();
    assert.deepEqual(valueOf(resources, "externalS3"), {
      enabled: true,
      host: "s3.eu-west-1.amazonaws.com",
      port: "443",
      useSSL: true,
      useIAM: true,
      cloudProvider: "aws",
      region: "eu-west-1",
      bucketName: "vectors-1234567",
      rootPath: "files",
    });
    assert.equal(valueOf(resources, "streaming.woodpecker.storage.type"), "minio");
    const grant = find(resources, "kubernetes:core/v1:ConfigMap", "vectors-identity-objects");
    assert.equal(at(grant, "data.access"), "readWrite");
    const account = find(resources, "kubernetes:core/v1:ServiceAccount", "vectors");
    assert.equal(account.inputs["automountServiceAccountToken"], false);
    assert.equal(valueOf(resources, "serviceAccount.name"), at(account, "metadata.name"));
  });

  it("forces TLS on clients, between its parts and to etcd, and asks everybody who they are", async () => {
    const files = valueOf(await vectors(), "extraConfigFiles") as Readonly<Record<string, string>>;
    assert.deepEqual(JSON.parse(files["user.yaml"] ?? ""), milvusConfig("vectors"));
    const { common, etcd, tls, internaltls, proxy, mq } = milvusConfig("vectors");
    assert.deepEqual(common, {
      security: { authorizationEnabled: true, superUsers: "root", tlsMode: 1, internaltlsEnabled: true },
    });
    assert.deepEqual(mq, { type: "woodpecker" });
    // shared with gRPC, the proxy would not start
    assert.deepEqual(proxy, { http: { enabled: true, port: 8443 } });
    const mounted = "/etc/milvus/server";
    const own = {
      serverPemPath: `${mounted}/tls.crt`,
      serverKeyPath: `${mounted}/tls.key`,
      caPemPath: `${mounted}/ca.crt`,
    };
    assert.deepEqual([tls, internaltls], [own, { ...own, sni: "milvus.vectors.svc" }]);
    assert.deepEqual((etcd as { readonly ssl: object }).ssl, {
      enabled: true,
      tlsCert: "/etc/milvus/etcd/tls.crt",
      tlsKey: "/etc/milvus/etcd/tls.key",
      tlsCACert: "/etc/milvus/etcd/ca.crt",
      tlsMinVersion: "1.3",
    });
  });

  it("gives root a password of its own before it starts for the first time, by reference", async () => {
    const resources = await vectors();
    assert.deepEqual(valueOf(resources, "mixCoordinator.extraEnv"), [
      {
        name: "COMMON_SECURITY_DEFAULTROOTPASSWORD",
        valueFrom: { secretKeyRef: { name: "milvus-root", key: "password" } },
      },
    ]);
    const secret = find(resources, secretType, "vectors-users-root");
    assert.ok(isSecretInput(secret, "stringData", "password"));
    const made = find(resources, "random:index/randomPassword:RandomPassword", "vectors-users-superuser");
    assert.equal(made.inputs["length"], 40);
    assert.ok(secret.dependencies.includes(made.urn));
    assert.ok(find(resources, releaseType, "vectors-release").dependencies.includes(secret.urn));
  });

  for (const access of ["readWrite", "read"] as const) {
    it(`lets a service with ${access} through to the proxies alone, its password by reference`, async () => {
      const { result, resources } = await granted(access);
      assert.equal(await valueOfOutput(result.MILVUS_USERNAME), "api");
      assert.equal(await valueOfOutput(pulumi.output(result.MILVUS_PASSWORD.secretName)), "api-vectors");
      const secret = find(resources, secretType, "api-vectors");
      assert.ok(isSecretInput(secret, "stringData", "password"));
      const made = find(resources, "random:index/randomPassword:RandomPassword", "vectors-users-api");
      assert.ok(secret.dependencies.includes(made.urn));
      assert.deepEqual(find(resources, policyType, "api-vectors-in").inputs["spec"], {
        podSelector: {
          matchLabels: {
            "app.kubernetes.io/name": "milvus",
            "app.kubernetes.io/instance": "milvus",
            component: "proxy",
          },
        },
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [
              {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
                podSelector: { matchLabels: { "app.kubernetes.io/name": "api" } },
              },
              {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
                podSelector: { matchLabels: { "app.kubernetes.io/name": "api-tasks" } },
              },
            ],
            ports: [{ protocol: "TCP", port: 19530 }],
          },
        ],
        egress: [],
      });
    });
  }

  it("lets in nobody whom it was not told of, and nobody to more", async () => {
    await assert.rejects(granted("read", {}), /expected a user of Milvus with read, got api/);
    await assert.rejects(
      granted("readWrite", { api: "read" }),
      /expected a user of Milvus with readWrite, got api/,
    );
  });

  it("tells clients of its authority by a certificate that is of no use, and where it answers", async () => {
    const { result } = await run(() => {
      const store = makeVectors();
      return { uri: store.uri, variable: store.caBundle.variable, destinations: store.destinations };
    });
    assert.equal(await valueOfOutput(result.uri), "https://milvus.vectors.svc:19530");
    assert.equal(result.variable, "MILVUS_CA_FILE");
    assert.deepEqual(
      result.destinations.map(({ ports }) => ports),
      [[19530]],
    );
    const published = find(await vectors(), certificateType, "vectors-certificates-published");
    assert.deepEqual(at(published, "spec.usages"), ["code signing"]);
    assert.equal(at(published, "spec.dnsNames"), undefined);
  });

  it("has certificates of an authority of its own, which stays, with a new key each time", async () => {
    const resources = await vectors();
    const certificates = findAll(resources, certificateType);
    assert.equal(certificates.length, 5);
    for (const certificate of certificates) {
      const isAuthority = certificate.name.endsWith("-authority");
      assert.equal(at(certificate, "spec.privateKey.rotationPolicy"), isAuthority ? "Never" : "Always");
      assert.equal(certificate.protect, isAuthority);
      assert.equal(at(certificate, "spec.isCA") ?? false, isAuthority);
    }
    const server = find(resources, certificateType, "vectors-certificates-server");
    assert.deepEqual(at(server, "spec.dnsNames"), ["milvus.vectors.svc", "milvus-rest.vectors.svc"]);
    const client = find(resources, certificateType, "vectors-certificates-client");
    assert.deepEqual(at(client, "spec.usages"), ["client auth"]);
  });

  it("is not deleted by mistake, and what it says is in the runbook", async () => {
    assert.equal(find(await vectors(), setType, "vectors").protect, true);
    assert.equal(find(await vectors({ protect: false }), setType, "vectors").protect, false);
    const headings = readFileSync(join(__dirname, "../../../docs/runbooks/milvus.md"), "utf8").split("\n");
    const alerts = milvusAlerts({ namespace: "vectors", cacheGiB: 20, backupJob: "milvus-backup" });
    for (const alert of Object.keys(alerts)) assert.ok(headings.includes(`## ${alert}`), alert);
  });

  it("refuses a step back or over a minor before it is taken", () => {
    const inputs = (tag: string) => ({ values: { image: { all: { tag } } } });
    const step = (from: string, to: string) => () => {
      checkUpgrade({ oldInputs: inputs(from), newInputs: inputs(to) });
    };
    assert.doesNotThrow(step("v2.6.15", "v2.6.19"));
    assert.doesNotThrow(step("v2.6.19", "v2.7.0"));
    assert.throws(step("v2.6.19", "v2.6.15"), /vectors\.version: expected 2\.6\.19 or newer/);
    assert.throws(step("v2.6.19", "v2.8.0"), /one at a time/);
    assert.throws(step("v2.6.19", "v3.0.1"), /one at a time/);
  });

  it("runs images that the list of images has, each with a tag", async () => {
    const resources = await vectors();
    const images = [
      at(find(resources, setType, "vectors"), "spec.template.spec.containers.0.image"),
      at(
        find(resources, cronType, "vectors-backup"),
        "spec.jobTemplate.spec.template.spec.containers.0.image",
      ),
      at(find(resources, jobType, "vectors-users-job"), "spec.template.spec.containers.0.image"),
      `${milvusImage}:v2.6.19`,
    ];
    assert.deepEqual(valueOf(resources, "image.all"), { repository: milvusImage, tag: "v2.6.19" });
    for (const image of images) {
      assert.ok(typeof image === "string");
      const [repository = "", tag] = image.split(":");
      assert.match(tag ?? "", /^v\d+\.\d+\.\d+$/);
      assert.ok(chartImages.milvus.repositories.includes(repository), repository);
    }
  });

  it("alerts on each of its parts, on etcd, the bucket, its backups and its certificates", () => {
    const alerts = milvusAlerts({ namespace: "vectors", cacheGiB: 20, backupJob: "milvus-backup" });
    assert.deepEqual(Object.keys(alerts), [
      "milvus-unavailable",
      "milvus-replicas",
      "milvus-failures",
      "milvus-objects",
      "milvus-memory",
      "milvus-cache",
      "milvus-cpu",
      "milvus-etcd-leader",
      "milvus-etcd-member",
      "milvus-etcd-space",
      "milvus-etcd-disk",
      "milvus-etcd-slow",
      "milvus-backup",
      "milvus-certificate",
    ]);
    for (const { expr } of Object.values(alerts)) assert.match(expr, /namespace="vectors"/);
    // megabytes
    assert.match(alerts["milvus-cache"]?.expr ?? "", /disk_used_size\{[^}]*\}\) \/ 20480 > 0\.8/);
    assert.match(alerts["milvus-etcd-member"]?.expr ?? "", /< 3$/);
  });
});
