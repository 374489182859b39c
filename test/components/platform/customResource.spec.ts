import assert from "node:assert/strict";
import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import { customResource } from "../../../components/platform/customResource";
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
