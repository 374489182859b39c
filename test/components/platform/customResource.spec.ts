import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import {
  Certificate,
  type ICertificate,
} from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import * as pulumi from "@pulumi/pulumi";
import { customResource, lateCustomResource } from "../../../components/platform/customResource";
import { find, run } from "../../support/run";

const type = "kubernetes:cert-manager.io/v1:Certificate";
const certificate = (spec: object = {}) =>
  new Certificate({
    metadata: { name: "api", annotations: { "example.com/why": "test" } },
    spec: { secretName: "api-tls", issuerRef: { name: "ca" }, dnsNames: ["api.example.com"], ...spec },
  });

describe("a custom resource", () => {
  it("is what its model says, in the namespace that it is given", async () => {
    const { resources } = await run(() =>
      customResource("shop-certificate", { model: certificate(), namespace: "shop" }, {}),
    );
    const { inputs } = find(resources, type, "shop-certificate");
    assert.deepEqual(inputs["metadata"], {
      name: "api",
      namespace: "shop",
      annotations: { "example.com/why": "test" },
    });
    assert.deepEqual(inputs["spec"], certificate().spec);
    assert.equal(inputs["kind"], "Certificate");
  });

  it("waits for the condition that it names, beside what its model notes", async () => {
    const { resources } = await run(() =>
      customResource("shop-certificate", { model: certificate(), waitForCondition: "Ready" }, {}),
    );
    const { metadata } = find(resources, type, "shop-certificate").inputs as {
      metadata: { annotations: object };
    };
    assert.deepEqual(metadata.annotations, {
      "example.com/why": "test",
      "pulumi.com/waitFor": "condition=Ready",
    });
  });

  for (const [what, spec, reason] of [
    ["a field of the wrong type", { dnsNames: "api.example.com" }, /spec\/dnsNames must be array/],
    ["a field that has to be there", { secretName: undefined }, /must have required property secretName/],
  ] as const) {
    it(`is refused with its name for ${what}, before it is registered`, async () => {
      await assert.rejects(
        run(() => customResource("shop-certificate", { model: certificate(spec) }, {})),
        (error: Error) => {
          assert.match(error.message, /shop-certificate: expected a Certificate \(cert-manager.io\/v1\)/);
          assert.match(error.message, reason);
          return true;
        },
      );
    });
  }
});

type CertificateSpec = NonNullable<ICertificate["spec"]>;

/** A spec of which nothing is known before an update. */
function unknownSpec(): pulumi.Output<CertificateSpec> {
  return pulumi.output(pulumi.unknown) as unknown as pulumi.Output<CertificateSpec>;
}

describe("a custom resource of what is known late", () => {
  const issuerRef = { name: "ca" };
  const late = (spec: CertificateSpec) => () =>
    lateCustomResource<ICertificate>(
      "shop-certificate",
      {
        of: Certificate,
        object: "api",
        annotations: { "example.com/why": "test" },
        namespace: "shop",
        spec: pulumi.output(spec),
      },
      {},
    );

  it("is of its kind, named and noted as it is told, and its spec is what it turns out to be", async () => {
    const { resources } = await run(late({ secretName: "api-tls", issuerRef }));
    const { inputs } = find(resources, type, "shop-certificate");
    assert.deepEqual(inputs["metadata"], {
      name: "api",
      namespace: "shop",
      annotations: { "example.com/why": "test" },
    });
    assert.deepEqual(inputs["spec"], { secretName: "api-tls", issuerRef });
  });

  it("is refused with its name for what its schema refuses", async () => {
    const wrong = { secretName: "api-tls", issuerRef, dnsNames: "api.example.com" } as unknown;
    await assert.rejects(
      run(late(wrong as CertificateSpec)),
      /shop-certificate: expected a Certificate \(cert-manager.io\/v1\) by its schema, got .*dnsNames must be array/,
    );
  });

  it("is registered where a first preview does not know yet", async () => {
    const { resources } = await run(() =>
      lateCustomResource<ICertificate>(
        "shop-certificate",
        { of: Certificate, object: "api", spec: unknownSpec() },
        {},
      ),
    );
    assert.equal(find(resources, type, "shop-certificate").inputs["spec"], "[unknown]");
  });
});

/** Files that make custom resources of which there are no models: their types are interfaces of our own. */
const withoutModels: Readonly<Record<string, string>> = {
  "components/data/elasticsearch.ts": "Elastic's operator: none",
  "components/data/perconaMongo.ts": "Percona's operator: none",
  "components/data/strimziKinds.ts": "Strimzi: none",
  "components/data/volumeSnapshots.ts": "CSI snapshots: none",
  "components/guardrails/imageSignatures.ts": "Kyverno's that run on Node 20 know no ImageValidatingPolicy",
  "components/logging/elasticKinds.ts": "Elastic's operator: none that run on Node 20",
  "components/platform/customResource.ts": "makes those that have models",
  "components/scaling/scaledWorkload.ts": "KEDA's that run on Node 20 know no fallback.behavior",
  "components/scaling/sizeAdvice.ts": "the vertical autoscaler's ask for a newer Node",
  "components/secrets/externalSecretKinds.ts":
    "External Secrets' that run on Node 20 are of a version that is no longer served",
  "components/tracing/kinds.ts": "OpenTelemetry's ask for a newer Node",
  "components/traffic/gatewayEdge.ts": "NGINX Gateway Fabric: none",
  "components/traffic/routes.ts": "NGINX Gateway Fabric's limits: none",
  "components/workload/rollout.ts":
    "policies read what of its pods is known before the rest is; its spec holds it to the model",
  "providers/aws/fargate.ts": "the VPC resource controller: none",
  "providers/aws/nodeProvisioning.ts": "Karpenter's ask for a newer Node",
  "providers/gcp/nodeProvisioning.ts": "GKE's ComputeClass: none",
};

describe("custom resources of the program", () => {
  it("are from models, but for kinds that have none", () => {
    const root = join(__dirname, "../../..");
    const making = ["components", "providers", "blueprints"]
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) =>
          join(root, folder, file),
        ),
      )
      .filter((file) => file.endsWith(".ts"))
      .filter((file) => readFileSync(file, "utf8").includes("apiextensions.CustomResource("))
      .map((file) => relative(root, file).split(sep).join("/"));
    assert.deepEqual(making.sort(), Object.keys(withoutModels).sort());
  });
});
