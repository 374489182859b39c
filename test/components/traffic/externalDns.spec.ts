import assert from "node:assert/strict";
import { ExternalDns, type ExternalDnsArgs } from "../../../components/traffic/externalDns";
import { find, findAll, run } from "../../support/run";
import { IdentityStub, ZoneStub } from "../platform/cloudStubs";
import { at } from "./scene";

const release = "kubernetes:helm.sh/v3:Release";
const make = (overrides: Partial<ExternalDnsArgs> = {}) =>
  run(
    () =>
      new ExternalDns("shop-external-dns", {
        zone: new ZoneStub("zone"),
        kept: ["example.com", "origin.example.com"],
        owner: "shop-prod",
        identify: (name, account, opts) => new IdentityStub(name, account, opts),
        identityEndpoints: [{ cidrs: ["169.254.170.23/32"], ports: [80] }],
        nodeSelector: { pool: "system" },
        ...overrides,
      }),
  );
const values = async (overrides: Partial<ExternalDnsArgs> = {}) =>
  find((await make(overrides)).resources, release).inputs["values"] as Record<string, unknown>;

describe("ExternalDns", () => {
  it("looks at what asks for it and at nothing else, in the zone of the stack alone", async () => {
    const { annotationFilter, domainFilters, extraArgs, provider, env } = await values();
    assert.equal(annotationFilter, "groundwork.dev/dns=publish");
    assert.deepEqual(domainFilters, ["example.com"]);
    assert.deepEqual(extraArgs, { "zone-id-filter": "example-com" });
    assert.deepEqual(provider, { name: "example" });
    assert.deepEqual(env, [{ name: "EXAMPLE_REGION", value: "here" }]);
  });

  it("deletes no record, and notes which are its own", async () => {
    const { policy, registry, txtOwnerId, managedRecordTypes } = await values();
    assert.deepEqual([policy, registry, txtOwnerId], ["upsert-only", "txt", "shop-prod"]);
    assert.deepEqual(managedRecordTypes, ["A", "AAAA", "CNAME"]);
  });

  for (const [wayIn, sources, gatewayNamespace] of [
    ["gateway", ["service", "gateway-httproute"], "nginx-gateway"],
    ["ingress", ["service", "ingress"], undefined],
    [undefined, ["service"], undefined],
  ] as const) {
    it(`has the names of ${sources.join(" and ")} where requests get in by ${wayIn ?? "an edge"}`, async () => {
      const found = await values(wayIn === undefined ? {} : { wayIn });
      assert.deepEqual(found["sources"], sources);
      assert.equal(found["gatewayNamespace"], gatewayNamespace);
    });
  }

  it("works as an identity of its own, which may not write the program's names", async () => {
    const { resources } = await make();
    const grant = find(resources, "kubernetes:core/v1:ConfigMap", "shop-external-dns-identity-zone");
    assert.deepEqual(at(grant, "data"), { kept: "example.com origin.example.com" });
    const installed = find(resources, release);
    assert.deepEqual(at(installed, "values", "serviceAccount"), {
      create: true,
      name: "external-dns",
      annotations: { "example.com/identity": "external-dns-external-dns" },
    });
    const identity = find(resources, "groundwork:test:Identity");
    assert.match(identity.name, /^shop-external-dns-identity$/);
  });

  it("speaks to the API server, to the cloud and to its credentials, and hears Prometheus alone", async () => {
    const { resources } = await make();
    const policy = find(
      resources,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      "shop-external-dns-controller",
    );
    const egress = at(policy, "spec", "egress") as { ports: { port: number }[] }[];
    assert.deepEqual(
      egress.flatMap(({ ports }) => ports.map(({ port }) => port)),
      [443, 443, 80],
    );
    const ingress = at(policy, "spec", "ingress") as { from: unknown[]; ports: { port: number }[] }[];
    assert.deepEqual(
      ingress.map(({ from, ports }) => [from.length, ports[0]?.port]),
      [[1, 7979]],
    );
    assert.equal(findAll(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule").length, 1);
  });
});
