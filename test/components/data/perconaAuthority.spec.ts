import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run, valueOf } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";
import { type Fields, makeSet, secretType, set, setType } from "./perconaScene";

const certificateType = "kubernetes:cert-manager.io/v1:Certificate";
const issuerType = "kubernetes:cert-manager.io/v1:Issuer";

/** The spec of one of cert-manager's objects, by the name of its resource. */
function certManagers(resources: readonly PlanResource[], type: string, name: string): Fields {
  return find(resources, type, name).inputs["spec"] as Fields;
}

describe("the authority of a PerconaMongo", () => {
  it("has an authority for ten years, whose key stays when its certificate is renewed", async () => {
    const resources = await set();
    const authority = find(resources, certificateType, "mongo-tls-authority");
    assert.deepEqual(authority.inputs["spec"], {
      secretName: "mongo-authority",
      commonName: "mongo-authority",
      isCA: true,
      duration: "87600h",
      // another three years before, while clients still have the one before
      renewBefore: "26280h",
      privateKey: { algorithm: "RSA", size: 4096, rotationPolicy: "Never" },
      issuerRef: { group: "cert-manager.io", kind: "Issuer", name: "mongo-self-signed" },
    });
    assert.deepEqual(certManagers(resources, issuerType, "mongo-tls-bootstrap"), { selfSigned: {} });
    assert.deepEqual(certManagers(resources, issuerType, "mongo-tls-issuer"), {
      ca: { secretName: "mongo-authority" },
    });
    assert.equal(authority.protect, true);
    assert.equal(find(await set({ protect: false }), certificateType, "mongo-tls-authority").protect, false);
  });

  it("brings the servers' certificates itself, before the operator looks: those of the operator's authority last a year", async () => {
    const resources = await set();
    const spec = find(resources, setType).inputs["spec"] as Fields;
    // with an issuer of ours it would write its own authority into it, or delete what ours signed
    assert.deepEqual(spec["tls"], { mode: "requireTLS", allowInvalidCertificates: false });
    const { ssl, sslInternal } = spec["secrets"] as Readonly<Record<string, string>>;
    for (const [role, secretName] of [
      ["server", ssl],
      ["member", sslInternal],
    ] as const) {
      const certificate = find(resources, certificateType, `mongo-tls-${role}`);
      const of = certificate.inputs["spec"] as Fields;
      assert.equal(of["secretName"], secretName);
      // names of the operator's own certificates, which it would overwrite
      assert.doesNotMatch(secretName ?? "", /^mongo-(ssl|ca-cert)/);
      assert.deepEqual(of["issuerRef"], {
        group: "cert-manager.io",
        kind: "Issuer",
        name: "mongo-authority",
      });
      assert.deepEqual(of["subject"], { organizations: ["PSMDB"] });
      assert.deepEqual([of["duration"], of["renewBefore"], of["isCA"]], ["8760h", "720h", undefined]);
      assert.deepEqual(of["dnsNames"], [
        "localhost",
        "mongo-rs0",
        "mongo-rs0.mongo",
        "mongo-rs0.mongo.svc.cluster.local",
        "*.mongo-rs0",
        "*.mongo-rs0.mongo",
        "*.mongo-rs0.mongo.svc.cluster.local",
      ]);
      assert.ok(find(resources, setType).dependencies.includes(certificate.urn), role);
      assert.deepEqual((certificate.inputs["metadata"] as Fields)["annotations"], {
        "pulumi.com/waitFor": "condition=Ready",
      });
    }
  });

  it("asks for certificates once cert-manager is there, each after the one that signs it", async () => {
    const { resources, result } = await run(() => {
      const certManager = new k8s.core.v1.Namespace("cert-manager");
      makeSet({ ready: [certManager] });
      return certManager;
    });
    const urn = await valueOf(result.urn);
    const order = ["bootstrap", "authority", "issuer", "server"].map((role) => {
      const type = role === "bootstrap" || role === "issuer" ? issuerType : certificateType;
      return find(resources, type, `mongo-tls-${role}`);
    });
    assert.ok(waitsFor(resources, order[0] ?? assert.fail(), (other) => other === urn));
    for (const [place, object] of order.entries()) {
      const before = order[place - 1];
      assert.ok(before === undefined || object.dependencies.includes(before.urn), object.name);
    }
  });

  it("tells clients of its authority from a Secret with no key that opens anything", async () => {
    const resources = await set();
    const read = find(resources, secretType, "mongo-tls-public");
    assert.equal(read.importId ?? "mongo/mongo-authority-public", "mongo/mongo-authority-public");
    const published = certManagers(resources, certificateType, "mongo-tls-published");
    assert.equal(published["secretName"], "mongo-authority-public");
    // who shows the organisation of the servers is a member, and may do anything
    assert.deepEqual([published["subject"], published["dnsNames"]], [undefined, undefined]);
    assert.deepEqual(published["usages"], ["code signing"]);
    const readIds = findAll(resources, secretType).flatMap(({ importId }) => importId ?? []);
    assert.deepEqual(readIds, ["mongo/mongo-authority-public"]);
  });
});
