import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { OriginProofs, proofFile } from "../../../components/platform/originProofs";
import { find, findAll, isSecretInput, type Ran, run, valueOf } from "../../support/run";

const make = (preview: "known" | "unknown" = "known"): Promise<Ran<OriginProofs>> =>
  run(
    () =>
      new OriginProofs(
        "proofs",
        { namespace: "ingress-nginx" },
        {
          providers: [new k8s.Provider("cluster", { kubeconfig: "{}" }), new random.Provider("passwords")],
        },
      ),
    { preview },
  );

describe("OriginProofs", () => {
  it("makes two values of 200 bits, letters and digits, so that one can be replaced while the other opens", async () => {
    const { result, resources } = await make();
    const made = findAll(resources, "random:index/randomPassword:RandomPassword");
    assert.deepEqual(
      made.map(({ inputs }) => inputs),
      [
        { length: 40, special: false },
        { length: 40, special: false },
      ],
    );
    assert.deepEqual(
      result.proofs.map(({ header }) => header),
      ["X-Origin-Proof-A", "X-Origin-Proof-B"],
    );
    const [a = "", b = ""] = await Promise.all(result.proofs.map(({ value }) => valueOf(value)));
    assert.equal(a.length, 40);
    assert.notEqual(a, b);
    for (const { value } of result.proofs) assert.ok(await pulumi.isSecret(value));
  });

  it("keeps the values in a Secret that is made anew, under a new name, when they change", async () => {
    const { result, resources } = await make();
    const secret = find(resources, "kubernetes:core/v1:Secret");
    assert.equal(secret.inputs["immutable"], true);
    assert.deepEqual(secret.inputs["metadata"], { namespace: "ingress-nginx" });
    assert.ok(isSecretInput(secret, "stringData"));
    const [volume] = result.values.volumes;
    const [mount] = result.values.volumeMounts;
    assert.equal(volume?.name, mount?.name);
    assert.deepEqual(mount, { name: "origin-proofs", mountPath: "/etc/origin-proofs", readOnly: true });
  });

  it("has NGINX refuse a request in which neither header is right", () => {
    assert.equal(
      proofFile(["first", "second"]),
      [
        "map $http_x_origin_proof_a $origin_proof_a {",
        '    default "";',
        '    "first" 1;',
        "}",
        "map $http_x_origin_proof_b $origin_proof_b {",
        '    default "";',
        '    "second" 1;',
        "}",
        "map $origin_proof_a$origin_proof_b $origin_proven {",
        "    default 1;",
        '    "" 0;',
        "}",
        "",
      ].join("\n"),
    );
  });

  it("asks before a host is served, and passes neither header on, by HTTP or by gRPC", async () => {
    const { result } = await make();
    assert.deepEqual(result.values.entries, {
      "http-snippets": "include /etc/origin-proofs/proofs.conf;",
      "server-snippets": "if ($origin_proven = 0) { return 403; }",
      "location-snippets": [
        'proxy_set_header X-Origin-Proof-A "";',
        'grpc_set_header X-Origin-Proof-A "";',
        'proxy_set_header X-Origin-Proof-B "";',
        'grpc_set_header X-Origin-Proof-B "";',
      ].join("\n"),
    });
  });

  it("refuses a value that a request without the header would have too", () => {
    assert.throws(() => proofFile(["first", ""]), /X-Origin-Proof-B: expected a value, got none/);
  });

  it("registers the same set whether outputs are known or not", async () => {
    const urns = async (preview: "known" | "unknown") =>
      (await make(preview)).resources.map(({ urn }) => urn);
    assert.deepEqual(await urns("unknown"), await urns("known"));
  });
});
