import assert from "node:assert/strict";
import { UnsupportedOnCloudError } from "../../../providers/unsupported";
import type { Edge } from "../../../components/edge/edge";
import { type Ran, find, findAll, valueOf } from "../../support/run";
import { backendService, makeEdge, refersTo } from "./edgeStack";
import { textOf } from "./stack";

describe("GcpEdge", () => {
  it("has a certificate a host, proven by a record that leaves cert-manager its own", async () => {
    const { resources } = await makeEdge();
    const made = findAll(resources, "gcp:certificatemanager/certificate:Certificate");
    assert.deepEqual(
      made.map(({ name }) => name),
      ["main-edge-certificate", "main-edge-certificate-app"],
    );
    for (const [name, host] of [
      ["main-edge-certificate", "example.com"],
      ["main-edge-certificate-app", "app.example.com"],
    ] as const) {
      const proof = find(resources, "gcp:certificatemanager/dnsAuthorization:DnsAuthorization", name);
      assert.deepEqual(proof.inputs, {
        domain: host,
        type: "PER_PROJECT_RECORD",
      });
      const record = find(resources, "gcp:dns/recordSet:RecordSet", `${name}-proof`);
      assert.match(
        textOf(record.inputs["name"]),
        new RegExp(`^_acme-challenge_\\w+\\.${host.replace(".", "\\.")}\\.$`),
      );
      assert.equal(record.inputs["type"], "CNAME");
      const certificate = find(resources, "gcp:certificatemanager/certificate:Certificate", name);
      const { domains, dnsAuthorizations } = certificate.inputs["managed"] as Readonly<
        Record<string, readonly string[]>
      >;
      assert.deepEqual(domains, [host]);
      assert.ok(refersTo(dnsAuthorizations?.[0], proof));
      assert.ok(certificate.dependencies.includes(record.urn));
      const entry = find(resources, "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry", name);
      assert.equal(entry.inputs["hostname"], host);
      assert.ok(refersTo((entry.inputs["certificates"] as readonly string[])[0], certificate));
    }
  });

  it("speaks TLS 1.2 and above with its certificates, and only points there in plain text", async () => {
    const { resources } = await makeEdge();
    const https = find(resources, "gcp:compute/targetHttpsProxy:TargetHttpsProxy");
    assert.match(
      textOf(https.inputs["certificateMap"]),
      /^\/\/certificatemanager\.googleapis\.com\/projects\/example-prod\/locations\/global\/certificateMaps\/main-edge-certificate-/,
    );
    const tls = find(resources, "gcp:compute/sSLPolicy:SSLPolicy");
    assert.deepEqual(tls.inputs, {
      profile: "RESTRICTED",
      minTlsVersion: "TLS_1_2",
    });
    assert.ok(refersTo(https.inputs["sslPolicy"], tls));
    assert.equal(https.inputs["tlsEarlyData"], "DISABLED");
    const redirect = find(resources, "gcp:compute/uRLMap:URLMap", "main-edge-http");
    assert.deepEqual(redirect.inputs, {
      defaultUrlRedirect: {
        httpsRedirect: true,
        stripQuery: false,
        redirectResponseCode: "MOVED_PERMANENTLY_DEFAULT",
      },
    });
    const http = find(resources, "gcp:compute/targetHttpProxy:TargetHttpProxy");
    assert.ok(refersTo(http.inputs["urlMap"], redirect));
  });

  it("answers at two addresses that outlive it, on both ports", async () => {
    const { result, resources } = await makeEdge();
    const rules = findAll(resources, "gcp:compute/globalForwardingRule:GlobalForwardingRule");
    assert.deepEqual(
      rules.map(({ name, inputs: { loadBalancingScheme, networkTier, portRange, target } }) => [
        name,
        loadBalancingScheme,
        networkTier,
        portRange,
        textOf(target).replace(/.*\/(\w+)\/(.*)-\w+$/, "$1 $2"),
      ]),
      [
        ["main-edge-http", "EXTERNAL_MANAGED", "PREMIUM", "80", "targetHttpProxies main-edge-http"],
        ["main-edge-https", "EXTERNAL_MANAGED", "PREMIUM", "443", "targetHttpsProxies main-edge-https"],
        ["main-edge-ipv6-http", "EXTERNAL_MANAGED", "PREMIUM", "80", "targetHttpProxies main-edge-http"],
        ["main-edge-ipv6-https", "EXTERNAL_MANAGED", "PREMIUM", "443", "targetHttpsProxies main-edge-https"],
      ],
    );
    for (const [name, ipVersion] of [
      ["main-edge", "IPV4"],
      ["main-edge-ipv6", "IPV6"],
    ] as const) {
      const address = find(resources, "gcp:compute/globalAddress:GlobalAddress", name);
      assert.deepEqual(address.inputs, { addressType: "EXTERNAL", ipVersion });
      assert.equal(address.protect, true);
      const own = rules.filter(({ inputs }) => refersTo(inputs["ipAddress"], address));
      assert.equal(own.length, 2);
    }
    assert.equal(await valueOf(result.address), "203.0.113.20");
  });

  it("names its other address in the zone, for each host, once it answers there", async () => {
    const { resources } = await makeEdge();
    const records = findAll(resources, "gcp:dns/recordSet:RecordSet").filter(
      ({ inputs }) => inputs["type"] === "AAAA",
    );
    assert.deepEqual(
      records.map(({ inputs: { name, ttl, rrdatas } }) => [name, ttl, rrdatas]),
      [
        ["example.com.", 300, ["2001:db8::20"]],
        ["app.example.com.", 300, ["2001:db8::20"]],
      ],
    );
    const rule = find(
      resources,
      "gcp:compute/globalForwardingRule:GlobalForwardingRule",
      "main-edge-ipv6-https",
    );
    for (const { dependencies } of records) assert.ok(dependencies.includes(rule.urn));
  });

  it("asks the origin by its own name, so that its certificate is verified", async () => {
    const { resources } = await makeEdge();
    const group = find(resources, "gcp:compute/globalNetworkEndpointGroup:GlobalNetworkEndpointGroup");
    assert.equal(group.inputs["networkEndpointType"], "INTERNET_FQDN_PORT");
    assert.equal(group.inputs["defaultPort"], 443);
    const endpoint = find(resources, "gcp:compute/globalNetworkEndpoint:GlobalNetworkEndpoint");
    const { globalNetworkEndpointGroup, ...inputs } = endpoint.inputs;
    assert.match(textOf(globalNetworkEndpointGroup), /^main-edge-origin-[0-9a-f]{7}$/);
    assert.deepEqual(inputs, { fqdn: "origin.example.com", port: 443 });
    for (const service of findAll(resources, backendService)) {
      assert.equal(service.inputs["protocol"], "HTTPS");
      assert.equal(service.inputs["timeoutSec"], 3600);
      const [backend] = service.inputs["backends"] as readonly Readonly<Record<string, unknown>>[];
      assert.deepEqual(Object.keys(backend ?? {}), ["group"]);
      assert.ok(refersTo(backend?.["group"], group));
      assert.ok(service.dependencies.includes(endpoint.urn));
    }
  });

  it("sends each path to the backend of its rule", async () => {
    const { resources } = await makeEdge({
      caching: {
        site: { path: "/", maxAgeSeconds: 600 },
        api: { path: "/api", maxAgeSeconds: 0 },
        catalogue: { path: "/api/catalogue", maxAgeSeconds: 60 },
      },
    });
    const { defaultService, hostRules, pathMatchers, ...others } = find(
      resources,
      "gcp:compute/uRLMap:URLMap",
      "main-edge",
    ).inputs;
    assert.deepEqual(others, {});
    assert.deepEqual(hostRules, [{ hosts: ["example.com", "app.example.com"], pathMatcher: "site" }]);
    const [matcher] = pathMatchers as readonly {
      readonly name: string;
      readonly defaultService: string;
      readonly pathRules: readonly {
        readonly paths: readonly string[];
        readonly service: string;
      }[];
    }[];
    assert.equal(matcher?.name, "site");
    const site = find(resources, backendService, "main-edge-backend-site");
    assert.ok(refersTo(defaultService, site) && refersTo(matcher.defaultService, site));
    assert.deepEqual(
      matcher.pathRules.map(({ paths }) => paths),
      [
        ["/api/catalogue", "/api/catalogue/*"],
        ["/api", "/api/*"],
      ],
    );
    for (const [index, name] of ["catalogue", "api"].entries()) {
      const service = find(resources, backendService, `main-edge-backend-${name}`);
      assert.ok(refersTo(matcher.pathRules[index]?.service, service));
    }
  });

  it("keeps requests as long as it is told, in a bucket of their own only", async () => {
    const { resources } = await makeEdge({
      logRetentionDays: 90,
      protect: false,
    });
    const log = find(resources, "gcp:logging/projectBucketConfig:ProjectBucketConfig", "main-edge-logs");
    assert.equal(log.inputs["retentionDays"], 90);
    assert.equal(log.protect, false);
    const sink = find(resources, "gcp:logging/projectSink:ProjectSink", "main-edge-logs");
    assert.match(
      textOf(sink.inputs["filter"]),
      /^resource\.type="http_load_balancer" AND resource\.labels\.url_map_name="main-edge-[0-9a-f]{7}"$/,
    );
    const exclusion = find(resources, "gcp:logging/projectExclusion:ProjectExclusion", "main-edge-logs");
    assert.equal(exclusion.inputs["filter"], sink.inputs["filter"]);
  });

  it("keeps names within what the cloud takes, however long the stack's, the hosts' and the rules' are", async () => {
    const { resources } = await makeEdge({
      hosts: [
        "a-host-whose-name-is-rather-long.example.com",
        "a-host-whose-name-is-rather-longer.example.com",
      ],
      caching: {
        site: { path: "/", maxAgeSeconds: 0 },
        "a-rule-whose-name-goes-on-and-on-and-on-and-on": {
          path: "/a",
          maxAgeSeconds: 0,
        },
        "a-rule-whose-name-goes-on-and-on-and-on-and-off": {
          path: "/b",
          maxAgeSeconds: 0,
        },
      },
    });
    const own = resources.filter(({ type }) => /^gcp:(compute|certificatemanager)\//.test(type));
    assert.ok(own.length > 20);
    for (const { name } of own) assert.ok(`${name}-1234567`.length <= 63, name);
  });

  it("has no Shield Advanced, and says so", async () => {
    await assert.rejects(makeEdge({ shieldAdvanced: true }), (error) => {
      assert.ok(error instanceof UnsupportedOnCloudError);
      assert.deepEqual([error.option, error.cloud], ["edge.shieldAdvanced", "gcp"]);
      return true;
    });
  });

  it("registers in a first preview what it registers later", async () => {
    const names = ({ resources }: Ran<Edge>): readonly string[] => resources.map(({ urn }) => urn);
    const later = await makeEdge({ assets: "/assets" });
    const first = await makeEdge({ assets: "/assets" }, { preview: "unknown" });
    assert.deepEqual(names(first), names(later));
  });
});
