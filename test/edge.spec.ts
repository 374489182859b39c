import assert from "node:assert/strict";
import { clouds } from "../components/cloud";
import type { PlanResource } from "../preview/plan";
import { find, findAll, isSecretInput } from "./support/run";
import { planOf } from "./support/plans";

async function resourcesOf(...set: readonly string[]): Promise<readonly PlanResource[]> {
  return await planOf("prod", "ingress=ingress", ...set);
}

const recordTypes = ["aws:route53/record:Record", "gcp:dns/recordSet:RecordSet"];

const domainName = "seo.example.com";

/** The domain's A records by the names that they are for; on GCP the network has zones of its own beside. */
function addresses(resources: readonly PlanResource[]): ReadonlyMap<string, PlanResource> {
  return new Map(
    resources.flatMap((record) => {
      const { name, type } = record.inputs;
      if (!recordTypes.includes(record.type) || type !== "A" || typeof name !== "string") return [];
      const host = name.replace(/\.$/, "");
      return host.endsWith(domainName) ? [[host, record] as const] : [];
    }),
  );
}

function addressOf(resources: readonly PlanResource[], host: string): PlanResource {
  const record = addresses(resources).get(host);
  assert.ok(record !== undefined, `${host} has no address`);
  return record;
}

/** Values of the ingress controller's chart. */
function nginx(resources: readonly PlanResource[]): {
  service: Record<string, unknown>;
  config: { entries: Record<string, unknown> };
  volumes: unknown;
  volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: boolean }[];
} {
  const release = findAll(resources, "kubernetes:helm.sh/v3:Release").find(
    ({ inputs }) => inputs["chart"] === "nginx-ingress",
  );
  const { controller } = release?.inputs["values"] as unknown as {
    controller: ReturnType<typeof nginx>;
  };
  return controller;
}

const loadBalancer = /Service::seo-platform-prod-services-ingress-load-balancer$/;

describe("the way in", () => {
  for (const cloud of clouds) {
    describe(`on ${cloud}, through an edge`, () => {
      let resources: readonly PlanResource[];
      before(async () => {
        resources = await resourcesOf(`cloud=${cloud}`, "edge.enabled=true");
      });

      it("points the domain to the edge once that stands, and the origin's name to the load balancer", () => {
        assert.deepEqual([...addresses(resources).keys()].sort(), [
          "origin.seo.example.com",
          "seo.example.com",
        ]);
        const domain = addressOf(resources, "seo.example.com");
        assert.ok(domain.dependencies.some((urn) => urn.includes(`groundwork:${cloud}:Edge$`)));
        assert.ok(!domain.dependencies.some((urn) => loadBalancer.test(urn)));
        const origin = addressOf(resources, "origin.seo.example.com");
        assert.ok(origin.dependencies.some((urn) => loadBalancer.test(urn)));
        assert.match(domain.parent ?? "", /groundwork:index:Platform::seo-platform-prod$/);
      });

      it("has certificates in the cluster for the domain and for the origin's name", () => {
        const names = findAll(resources, "kubernetes:cert-manager.io/v1:Certificate")
          .filter(({ name }) => name.includes("-host-"))
          .map(({ inputs }) => JSON.stringify((inputs["spec"] as Record<string, unknown>)["dnsNames"]));
        assert.deepEqual(names.sort(), ['["origin.seo.example.com"]', '["seo.example.com"]']);
      });

      it("closes the load balancer to all but the CDN, and to plain text", () => {
        const { service } = nginx(resources);
        assert.deepEqual(service["httpPort"], { enable: false });
        const closed = {
          aws: /"service\.beta\.kubernetes\.io\/aws-load-balancer-security-group-prefix-lists":"pl-/,
          gcp: /"loadBalancerSourceRanges":\["34\.96\.0\.0\/20","34\.127\.192\.0\/18"\]/,
        };
        assert.match(JSON.stringify(service), closed[cloud]);
      });

      it("believes the CDN's word on the client's address, from the CDN's addresses alone", () => {
        const { entries } = nginx(resources).config;
        const proxies = {
          aws: "198.51.100.0/24,203.0.113.0/24",
          gcp: "34.96.0.0/20,34.127.192.0/18",
        };
        assert.equal(entries["set-real-ip-from"], proxies[cloud]);
        const header = { aws: "X-Forwarded-For", gcp: "X-Client-Address" };
        assert.equal(entries["real-ip-header"], header[cloud]);
      });

      it("lets in requests with the edge's own proof alone, which stands in no plan and in no values", () => {
        const { config, volumes, volumeMounts } = nginx(resources);
        assert.equal(config.entries["server-snippets"], "if ($origin_proven = 0) { return 403; }");
        // the map that the snippets include is where they look for it
        const [mount] = volumeMounts;
        assert.ok(mount?.readOnly === true);
        assert.ok(JSON.stringify(volumes).includes(`"name":"${mount.name}"`));
        assert.ok(JSON.stringify(config.entries).includes(mount.mountPath));
        const passwords = findAll(resources, "random:index/randomPassword:RandomPassword").filter(
          ({ name }) => name.includes("origin-proofs"),
        );
        const secret = find(
          resources,
          "kubernetes:core/v1:Secret",
          "seo-platform-prod-services-ingress-origin-proofs",
        );
        const senders = {
          aws: { type: "aws:cloudfront/distribution:Distribution", input: "origins" },
          gcp: { type: "gcp:compute/backendService:BackendService", input: "customRequestHeaders" },
        }[cloud];
        const sending = findAll(resources, senders.type);
        assert.deepEqual([passwords.length, sending.length > 0], [2, true]);
        for (const { urn } of passwords) {
          for (const { propertyDependencies } of sending) {
            assert.ok(propertyDependencies[senders.input]?.includes(urn));
          }
          assert.ok(secret.propertyDependencies["stringData"]?.includes(urn));
        }
        assert.ok(isSecretInput(secret, "stringData"));
        // the name that Pulumi gives it, another one with other values: the pods are rolled
        assert.match(
          JSON.stringify(volumes),
          /"secretName":"seo-platform-prod-services-ingress-origin-proofs-\w+"/,
        );
      });

      it(`lets cert-manager's service account write challenges in the zone${cloud === "aws" ? ", and no other" : ""}`, () => {
        const grant = {
          aws: "aws:iam/rolePolicy:RolePolicy",
          gcp: "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember",
        };
        const grants = findAll(resources, grant[cloud]).filter(({ name }) => name.endsWith("-zone"));
        const [solver = assert.fail(), ...others] = grants.sort((a, b) => (a.name > b.name ? -1 : 1));
        assert.deepEqual(
          others.map(({ name }) => name),
          ["seo-platform-prod-external-dns-identity-zone"],
        );
        // Cloud DNS has no word for names: there the policy of external-dns itself is what keeps it from them
        if (cloud === "aws") {
          assert.match(JSON.stringify(others[0]?.inputs), /KeepOwnNames.*Deny.*_acme-challenge\.\*/);
        }
        const identity = solver.parent ?? "";
        assert.match(identity, /-cert-manager-identity$/);
        const bound = resources.filter(({ parent }) => parent === identity);
        assert.match(
          JSON.stringify(bound.map(({ inputs }) => inputs)),
          cloud === "aws"
            ? /"namespace":"cert-manager"[^{]*"serviceAccount":"cert-manager"/
            : /\[cert-manager\/cert-manager\]/,
        );
      });

      it("solves by DNS in that zone, in the words of the cloud's solver", () => {
        const issuer = JSON.stringify(
          find(
            resources,
            "kubernetes:cert-manager.io/v1:ClusterIssuer",
            "seo-platform-prod-services-cert-manager-issuer",
          ).inputs["spec"],
        );
        assert.match(
          issuer,
          cloud === "aws"
            ? /"dns01":\{"route53":\{"hostedZoneID":"Z\w+","region":"us-east-1"\}\}/
            : /"dns01":\{"cloudDNS":\{"hostedZoneName":"[\w-]+","project":"example-prod"\}\}/,
        );
        assert.ok(!issuer.includes("http01"));
      });
    });

    it(`on ${cloud} points the domain straight to the load balancer where no edge stands, by the same record`, async () => {
      const behind = await resourcesOf(`cloud=${cloud}`, "edge.enabled=true");
      const without = await resourcesOf(`cloud=${cloud}`, "edge.enabled=false");
      assert.equal(findAll(without, `groundwork:${cloud}:Edge`).length, 0);
      assert.deepEqual([...addresses(without).keys()], ["seo.example.com"]);
      const domain = addressOf(without, "seo.example.com");
      assert.ok(domain.dependencies.some((urn) => loadBalancer.test(urn)));
      assert.equal(domain.urn, addressOf(behind, "seo.example.com").urn);
      const { service, config } = nginx(without);
      assert.equal(service["httpPort"], undefined);
      assert.equal(config.entries["set-real-ip-from"], undefined);
      assert.equal(config.entries["server-snippets"], undefined);
      assert.deepEqual(findAll(without, "groundwork:platform:OriginProofs"), []);
      assert.doesNotMatch(JSON.stringify(service), /prefix-lists|loadBalancerSourceRanges/);
    });
  }
});
