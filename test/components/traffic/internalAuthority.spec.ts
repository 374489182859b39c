import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { trustInternalAuthority } from "../../../components/traffic/internalAuthority";
import { find, findAll, run } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";
import { at, withGateway } from "./scene";

const certificate = "kubernetes:cert-manager.io/v1:Certificate";

describe("InternalAuthority", () => {
  it("has a root for ten years, of a key that stays, in cert-manager's namespace", async () => {
    const { resources } = await withGateway();
    const root = find(resources, certificate, "platform-internal-authority");
    assert.equal(at(root, "metadata", "namespace"), "cert-manager");
    assert.equal(at(root, "spec", "isCA"), true);
    assert.equal(at(root, "spec", "duration"), "87600h");
    assert.deepEqual(at(root, "spec", "privateKey"), {
      algorithm: "ECDSA",
      size: 384,
      rotationPolicy: "Never",
    });
  });

  it("lets nobody have a certificate signed by itself: only one namespace can, for the root", async () => {
    const { resources } = await withGateway();
    const issuers = findAll(resources, "kubernetes:cert-manager.io/v1:ClusterIssuer");
    assert.ok(issuers.every((issuer) => at(issuer, "spec", "selfSigned") === undefined));
    const bootstrap = find(resources, "kubernetes:cert-manager.io/v1:Issuer");
    assert.equal(at(bootstrap, "metadata", "namespace"), "cert-manager");
  });

  it("signs once cert-manager and the root are there", async () => {
    const { resources } = await withGateway();
    const issuer = find(
      resources,
      "kubernetes:cert-manager.io/v1:ClusterIssuer",
      "platform-internal-authority-issuer",
    );
    assert.deepEqual(at(issuer, "spec"), { ca: { secretName: "internal-ca" } });
    const before = [
      find(resources, certificate, "platform-internal-authority"),
      find(resources, "kubernetes:cert-manager.io/v1:Issuer"),
      find(resources, "kubernetes:helm.sh/v3:Release", "platform-cert-manager"),
    ];
    for (const { urn, name } of before) {
      assert.ok(
        waitsFor(resources, issuer, (other) => other === urn),
        name,
      );
    }
  });

  it("is known to the program by a certificate that is good for nothing, never by the root's Secret", async () => {
    const { resources, result } = await withGateway();
    const read = findAll(resources, "kubernetes:core/v1:Secret").filter(({ name }) =>
      name.startsWith("platform-internal-authority"),
    );
    assert.deepEqual(
      read.map(({ name }) => name),
      ["platform-internal-authority-public"],
    );
    const told = find(resources, certificate, "platform-internal-authority-public");
    assert.deepEqual(at(told, "spec", "usages"), ["code signing"]);
    assert.equal(await pulumi.isSecret(result.internalAuthority), false);
  });

  it("is handed to a namespace by a ConfigMap", async () => {
    const { resources } = await run(() =>
      trustInternalAuthority("shop-trust", { namespace: "shop", pem: "-----BEGIN" }, {}),
    );
    const bundle = find(resources, "kubernetes:core/v1:ConfigMap");
    assert.deepEqual(at(bundle, "metadata"), { name: "internal-ca", namespace: "shop" });
    assert.deepEqual(at(bundle, "data"), { "ca.crt": "-----BEGIN" });
  });
});
