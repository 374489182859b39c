import assert from "node:assert/strict";
import { SECRET } from "../../../preview/plan";
import { find, findAll } from "../../support/run";
import { backendService, makeEdge, refersTo } from "./edgeStack";
import { textOf } from "./stack";

const headers = [
  "Strict-Transport-Security: max-age=31536000; includeSubDomains",
  "X-Content-Type-Options: nosniff",
  "X-Frame-Options: DENY",
  "Referrer-Policy: strict-origin-when-cross-origin",
];

describe("GcpEdge, what it sends on and what it keeps", () => {
  it("keeps what the origin allows no longer than the rule says, and never for one client alone", async () => {
    const { resources } = await makeEdge();
    const site = find(resources, backendService, "main-edge-backend-site");
    assert.equal(site.inputs["enableCdn"], true);
    assert.deepEqual(site.inputs["cdnPolicy"], {
      cacheMode: "CACHE_ALL_STATIC",
      defaultTtl: 0,
      maxTtl: 600,
      clientTtl: 600,
      negativeCaching: false,
      serveWhileStale: 0,
      requestCoalescing: true,
      cacheKeyPolicy: {
        includeHost: true,
        includeProtocol: true,
        includeQueryString: true,
      },
      bypassCacheOnRequestHeaders: [{ headerName: "Authorization" }, { headerName: "Cookie" }],
    });
    const api = find(resources, backendService, "main-edge-backend-api");
    assert.equal(api.inputs["enableCdn"], false);
    assert.equal(api.inputs["cdnPolicy"], undefined);
  });

  it("sends security headers with each answer, tells the origin its client, and logs each request", async () => {
    const { resources } = await makeEdge({ assets: "/assets" });
    for (const { inputs } of findAll(resources, backendService)) {
      assert.deepEqual(inputs["customResponseHeaders"], headers);
      // the proofs that the request is this load balancer's
      assert.deepEqual(inputs["customRequestHeaders"], [
        "X-Client-Address:{client_ip_address}",
        SECRET,
        SECRET,
      ]);
      assert.deepEqual(inputs["logConfig"], { enable: true, sampleRate: 1 });
    }
    const bucket = find(resources, "gcp:compute/backendBucket:BackendBucket");
    assert.deepEqual(bucket.inputs["customResponseHeaders"], headers);
  });

  it("has every request for the origin judged by signatures first, then by its address's rate", async () => {
    const { resources } = await makeEdge({ requestsPerFiveMinutes: 500 });
    const firewall = find(resources, "gcp:compute/securityPolicy:SecurityPolicy");
    const services = findAll(resources, backendService);
    assert.equal(services.length, 2);
    for (const { inputs } of services) assert.ok(refersTo(inputs["securityPolicy"], firewall));
    const { type, adaptiveProtectionConfig, advancedOptionsConfig } = firewall.inputs;
    assert.deepEqual(
      { type, adaptiveProtectionConfig, advancedOptionsConfig },
      {
        type: "CLOUD_ARMOR",
        adaptiveProtectionConfig: {
          layer7DdosDefenseConfig: { enable: true, ruleVisibility: "STANDARD" },
        },
        advancedOptionsConfig: {
          jsonParsing: "STANDARD_WITH_GRAPHQL",
          logLevel: "VERBOSE",
          requestBodyInspectionSize: "64KB",
        },
      },
    );
    const rules = firewall.inputs["rules"] as readonly {
      readonly priority: number;
      readonly description: string;
      readonly action: string;
      readonly match: { readonly expr?: { readonly expression: string } };
      readonly rateLimitOptions?: unknown;
    }[];
    const priorities = rules.map(({ priority }) => priority);
    assert.equal(new Set(priorities).size, rules.length);
    assert.ok(rules.every(({ description }) => description.length <= 64));
    const judged = [...rules].sort((a, b) => a.priority - b.priority);
    const [rate, last] = judged.slice(-2);
    assert.deepEqual(
      judged.slice(0, -2).map(({ action, match }) => [action, match.expr?.expression]),
      [
        "sqli",
        "xss",
        "lfi",
        "rfi",
        "rce",
        "protocolattack",
        "scannerdetection",
        "sessionfixation",
        "php",
        "java",
        "generic",
      ].map((rule) => ["deny(403)", `evaluatePreconfiguredWaf('${rule}-v422-stable', {'sensitivity': 1})`]),
    );
    const everyone = {
      versionedExpr: "SRC_IPS_V1",
      config: { srcIpRanges: ["*"] },
    };
    assert.equal(rate?.action, "rate_based_ban");
    assert.deepEqual(rate.match, everyone);
    assert.deepEqual(rate.rateLimitOptions, {
      enforceOnKey: "IP",
      rateLimitThreshold: { count: 500, intervalSec: 300 },
      banDurationSec: 300,
      conformAction: "allow",
      exceedAction: "deny(429)",
    });
    assert.deepEqual([last?.priority, last?.action, last?.match], [2147483647, "allow", everyone]);
  });

  it("allows an address 2000 requests in five minutes where nothing is said", async () => {
    const { resources } = await makeEdge();
    const firewall = find(resources, "gcp:compute/securityPolicy:SecurityPolicy");
    assert.match(JSON.stringify(firewall.inputs), /"rateLimitThreshold":\{"count":2000,"intervalSec":300\}/);
  });

  it("serves a private bucket's objects of one prefix by the load balancers' own account", async () => {
    const { resources } = await makeEdge({ assets: "/assets" });
    const backend = find(resources, "gcp:compute/backendBucket:BackendBucket");
    const bucket = find(resources, "gcp:storage/bucket:Bucket", "main-bucket");
    const bucketName = textOf(backend.inputs["bucketName"]);
    assert.match(bucketName, /^main-bucket-[0-9a-f]{7}$/);
    assert.equal(bucket.inputs["publicAccessPrevention"], "enforced");
    assert.deepEqual(backend.inputs["cdnPolicy"], {
      cacheMode: "FORCE_CACHE_ALL",
      defaultTtl: 3600,
      clientTtl: 3600,
      negativeCaching: true,
      negativeCachingPolicies: [{ code: 404, ttl: 60 }],
      serveWhileStale: 86400,
      requestCoalescing: true,
    });
    const grant = find(resources, "gcp:storage/bucketIAMMember:BucketIAMMember", "main-edge-assets-reader");
    assert.deepEqual(grant.inputs, {
      bucket: bucketName,
      role: "roles/storage.objectViewer",
      member: "serviceAccount:service-123456789012@https-lb.iam.gserviceaccount.com",
      condition: {
        title: "this-prefix-only",
        expression: `resource.name.startsWith("projects/_/buckets/${bucketName}/objects/assets/")`,
      },
    });
    assert.ok(grant.dependencies.includes(backend.urn));
    const firewall = find(
      resources,
      "gcp:compute/securityPolicy:SecurityPolicy",
      "main-edge-assets-firewall",
    );
    assert.equal(firewall.inputs["type"], "CLOUD_ARMOR_EDGE");
    assert.ok(refersTo(backend.inputs["edgeSecurityPolicy"], firewall));
    const map = find(resources, "gcp:compute/uRLMap:URLMap", "main-edge");
    assert.match(
      JSON.stringify(map.inputs),
      /\{"paths":\["\/assets\/\*"\],"service":"[^"]*\/backendBuckets\//,
    );
  });

  it("keeps a bucket's objects as long as the rule of their path says", async () => {
    for (const [maxAgeSeconds, serveWhileStale] of [
      [7200, 86400],
      [0, 0],
    ] as const) {
      const { resources } = await makeEdge({
        assets: "/assets",
        caching: {
          site: { path: "/", maxAgeSeconds: 0 },
          assets: { path: "/assets", maxAgeSeconds },
        },
      });
      const { cdnPolicy } = find(resources, "gcp:compute/backendBucket:BackendBucket").inputs;
      const policy = cdnPolicy as Readonly<Record<string, unknown>>;
      assert.deepEqual(
        [policy["defaultTtl"], policy["clientTtl"], policy["serveWhileStale"]],
        [maxAgeSeconds, maxAgeSeconds, serveWhileStale],
      );
      assert.deepEqual(
        findAll(resources, backendService).map(({ name }) => name),
        ["main-edge-backend-site"],
      );
    }
  });
});
