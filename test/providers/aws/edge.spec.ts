import * as assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type PlanResource, SECRET } from "../../../preview/plan";
import { awsEdgeOrigin } from "../../../providers/aws/edge";
import { find, findAll, run, valueOf } from "../../support/run";
import { makeEdge, providerOf } from "./edges";
import { textOf } from "./inputs";
import { here } from "./stacks";

interface Behavior {
  readonly pathPattern?: string;
  readonly targetOriginId: string;
  readonly cachePolicyId: string;
  readonly originRequestPolicyId?: string;
  readonly responseHeadersPolicyId: string;
  readonly allowedMethods: readonly string[];
  readonly viewerProtocolPolicy: string;
}

interface Distribution {
  readonly aliases: readonly string[];
  readonly httpVersion: string;
  readonly isIpv6Enabled: boolean;
  readonly webAclId: string;
  readonly origins: readonly Record<string, unknown>[];
  readonly defaultCacheBehavior: Behavior;
  readonly orderedCacheBehaviors: readonly Behavior[];
  readonly restrictions: unknown;
  readonly viewerCertificate: Readonly<Record<string, unknown>>;
}

function distributionOf(resources: readonly PlanResource[]): Distribution {
  return find(resources, "aws:cloudfront/distribution:Distribution", "edge")
    .inputs as unknown as Distribution;
}

const cachePolicies = "aws:cloudfront/cachePolicy:CachePolicy";

/** Cache policies whose ids stand in an input of the distribution. */
function policiesIn(resources: readonly PlanResource[], input: keyof Distribution): readonly PlanResource[] {
  const { propertyDependencies } = find(resources, "aws:cloudfront/distribution:Distribution");
  return findAll(resources, cachePolicies).filter(({ urn }) => propertyDependencies[input]?.includes(urn));
}

describe("AwsEdge", () => {
  it("answers for the hosts by HTTP/2 and 3, both families, TLS 1.2 or later, and redirects plain text", async () => {
    const { result, resources } = await makeEdge({}, "/assets");
    const cdn = distributionOf(resources);
    assert.deepEqual(cdn.aliases, ["shop.example.com", "app.shop.example.com"]);
    assert.deepEqual([cdn.httpVersion, cdn.isIpv6Enabled], ["http2and3", true]);
    assert.equal(cdn.viewerCertificate["minimumProtocolVersion"], "TLSv1.2_2021");
    assert.equal(cdn.viewerCertificate["sslSupportMethod"], "sni-only");
    assert.deepEqual(cdn.restrictions, { geoRestriction: { restrictionType: "none" } });
    for (const behavior of [cdn.defaultCacheBehavior, ...cdn.orderedCacheBehaviors]) {
      assert.equal(behavior.viewerProtocolPolicy, "redirect-to-https");
    }
    assert.match(await valueOf(result.address), /^d[0-9a-f]{13}\.cloudfront\.net$/);
  });

  it("calls the load balancer by its own name and by TLS alone", async () => {
    const { resources } = await makeEdge();
    assert.deepEqual(distributionOf(resources).origins, [
      {
        originId: "ingress",
        domainName: "origin.shop.example.com",
        customHeaders: [
          { name: "X-Origin-Proof-A", value: SECRET },
          { name: "X-Origin-Proof-B", value: SECRET },
        ],
        customOriginConfig: {
          httpPort: 80,
          httpsPort: 443,
          originProtocolPolicy: "https-only",
          originSslProtocols: ["TLSv1.2"],
          originReadTimeout: 60,
        },
      },
    ]);
  });

  it("has a behaviour for each rule, longest path first, with and without what follows the path", async () => {
    const { resources } = await makeEdge();
    const { orderedCacheBehaviors, defaultCacheBehavior } = distributionOf(resources);
    assert.deepEqual(
      orderedCacheBehaviors.map(({ pathPattern }) => pathPattern),
      ["/api/live", "/api/live/*", "/api", "/api/*"],
    );
    for (const behavior of [...orderedCacheBehaviors, defaultCacheBehavior]) {
      assert.equal(behavior.targetOriginId, "ingress");
      // "Managed-AllViewer"
      assert.equal(behavior.originRequestPolicyId, "00000000-0000-4000-8000-000000000001");
      assert.ok(behavior.allowedMethods.includes("POST"));
    }
  });

  it("keeps answers as long as the rule says at most, and where it says 0 none", async () => {
    const { resources } = await makeEdge();
    const [live, , api] = distributionOf(resources).orderedCacheBehaviors;
    // "Managed-CachingDisabled"
    const disabled = "00000000-0000-4000-8000-000000000002";
    assert.deepEqual([live?.cachePolicyId === disabled, api?.cachePolicyId === disabled], [true, false]);
    for (const [input, name, seconds] of [
      ["defaultCacheBehavior", "edge-cache-site", 3600],
      ["orderedCacheBehaviors", "edge-cache-api", 60],
    ] as const) {
      // what the origin says nothing about is not kept
      assert.deepEqual(
        policiesIn(resources, input).map((policy) => [
          policy.name,
          ...["minTtl", "defaultTtl", "maxTtl"].map((ttl) => policy.inputs[ttl]),
        ]),
        [[name, 0, 0, seconds]],
      );
    }
  });

  it("gives nobody what another host, another session or another method was answered", async () => {
    const { resources } = await makeEdge();
    for (const { inputs } of findAll(resources, cachePolicies)) {
      const key = inputs["parametersInCacheKeyAndForwardedToOrigin"] as {
        cookiesConfig: unknown;
        queryStringsConfig: unknown;
        headersConfig: { headers: { items: string[] } };
      };
      assert.deepEqual(key.cookiesConfig, { cookieBehavior: "all" });
      assert.deepEqual(key.queryStringsConfig, { queryStringBehavior: "all" });
      const { items } = key.headersConfig.headers;
      for (const header of ["Host", "Authorization", "Origin", "X-HTTP-Method-Override"]) {
        assert.ok(items.includes(header), header);
      }
      // the most that a policy takes
      assert.ok(items.length <= 10);
    }
  });

  it("tells browsers to stay with TLS for a year, to sniff nothing, to frame nothing and to say little of whence they come", async () => {
    const { resources } = await makeEdge({}, "/assets");
    const headers = find(resources, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy");
    assert.deepEqual(headers.inputs["securityHeadersConfig"], {
      strictTransportSecurity: {
        accessControlMaxAgeSec: 31_536_000,
        includeSubdomains: true,
        override: true,
      },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: "DENY", override: false },
      referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: false },
    });
    const { orderedCacheBehaviors, defaultCacheBehavior } = distributionOf(resources);
    const { propertyDependencies } = find(resources, "aws:cloudfront/distribution:Distribution");
    assert.ok(propertyDependencies["defaultCacheBehavior"]?.includes(headers.urn));
    for (const behavior of orderedCacheBehaviors) {
      assert.equal(behavior.responseHeadersPolicyId, defaultCacheBehavior.responseHeadersPolicyId);
    }
  });

  it("has a certificate of us-east-1 for all hosts, proven by a record each before CloudFront takes it", async () => {
    const { resources } = await makeEdge();
    const certificate = find(resources, "aws:acm/certificate:Certificate");
    assert.deepEqual(certificate.inputs, {
      domainName: "shop.example.com",
      subjectAlternativeNames: ["app.shop.example.com"],
      validationMethod: "DNS",
      keyAlgorithm: "EC_prime256v1",
    });
    assert.equal(providerOf(certificate), "edge");
    const proofs = ["shop.example.com", "app.shop.example.com"].map((host) => {
      const name = `edge-certificate-proof-${host.replaceAll(".", "-")}`;
      const proof = find(resources, "aws:route53/record:Record", name);
      assert.match(textOf(proof, "name"), new RegExp(`^_[0-9a-f]{32}\\.${host}\\.$`));
      return proof;
    });
    const validation = find(resources, "aws:acm/certificateValidation:CertificateValidation");
    assert.deepEqual(
      [...(validation.propertyDependencies["validationRecordFqdns"] ?? [])].sort(),
      proofs.map(({ urn }) => urn).sort(),
    );
    const cdn = find(resources, "aws:cloudfront/distribution:Distribution");
    assert.ok(cdn.propertyDependencies["viewerCertificate"]?.includes(validation.urn));
  });

  it("waits hours for the domain to be delegated, not minutes", async () => {
    const { resources } = await makeEdge();
    const validation = find(resources, "aws:acm/certificateValidation:CertificateValidation");
    assert.equal(validation.customTimeouts?.create, "3h");
  });

  it("names the other family's addresses of the hosts, and leaves their A records to the platform", async () => {
    const { resources } = await makeEdge();
    const records = findAll(resources, "aws:route53/record:Record").filter(({ name }) =>
      name.startsWith("edge-ipv6-"),
    );
    assert.deepEqual(
      records.map(({ inputs }) => [inputs["name"], inputs["type"]]),
      [
        ["app.shop.example.com", "AAAA"],
        ["shop.example.com", "AAAA"],
      ],
    );
    assert.ok(!findAll(resources, "aws:route53/record:Record").some(({ inputs }) => inputs["type"] === "A"));
  });

  describe("its assets", () => {
    it("are the bucket's, read with a signature, by GET alone and whatever the request carries", async () => {
      const { resources } = await makeEdge({}, "/assets");
      const { origins, orderedCacheBehaviors } = distributionOf(resources);
      const access = find(resources, "aws:cloudfront/originAccessControl:OriginAccessControl");
      assert.deepEqual(access.inputs["signingBehavior"], "always");
      const [, bucket] = origins;
      assert.match(String(bucket?.["domainName"]), /^media-[0-9a-f]{7}\.s3\.eu-west-1\.amazonaws\.com$/);
      const { propertyDependencies } = find(resources, "aws:cloudfront/distribution:Distribution");
      assert.ok(propertyDependencies["origins"]?.includes(access.urn));
      assert.equal(typeof bucket?.["originAccessControlId"], "string");
      const [assets] = orderedCacheBehaviors;
      assert.deepEqual(
        [assets?.pathPattern, assets?.targetOriginId, assets?.allowedMethods, assets?.originRequestPolicyId],
        ["/assets/*", "assets", ["GET", "HEAD"], undefined],
      );
      const { inputs } = find(resources, cachePolicies, "edge-assets");
      assert.notEqual(assets?.cachePolicyId, "00000000-0000-4000-8000-000000000002");
      assert.deepEqual([inputs["minTtl"], inputs["defaultTtl"], inputs["maxTtl"]], [0, 3600, 3600]);
      assert.deepEqual(inputs["parametersInCacheKeyAndForwardedToOrigin"], {
        enableAcceptEncodingBrotli: true,
        enableAcceptEncodingGzip: true,
        queryStringsConfig: { queryStringBehavior: "none" },
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "none" },
      });
    });

    it("are kept as long as a rule of their path says, which makes no behaviour of its own", async () => {
      const caching = {
        site: { path: "/", maxAgeSeconds: 0 },
        files: { path: "/assets", maxAgeSeconds: 86_400 },
      };
      const { resources } = await makeEdge({ caching }, "/assets");
      const { orderedCacheBehaviors } = distributionOf(resources);
      assert.deepEqual(
        orderedCacheBehaviors.map(({ pathPattern, targetOriginId }) => [pathPattern, targetOriginId]),
        [["/assets/*", "assets"]],
      );
      assert.deepEqual(
        policiesIn(resources, "orderedCacheBehaviors").map(({ inputs }) => inputs["defaultTtl"]),
        [86_400],
      );
    });

    for (const path of ["/", "/media", "/assets/public"]) {
      it(`are not served under ${path}, which the bucket does not let be served`, async () => {
        await assert.rejects(makeEdge({}, path), /assets\.path: expected the folder .* \/assets/);
      });
    }
  });

  it("protects CDN and zone with Shield Advanced where told, and else subscribes to nothing", async () => {
    const type = "aws:shield/protection:Protection";
    assert.equal(findAll((await makeEdge()).resources, type).length, 0);
    const { resources } = await makeEdge({ shieldAdvanced: true });
    const arns = findAll(resources, type).map((protection) => textOf(protection, "resourceArn"));
    assert.equal(arns.length, 2);
    assert.match(arns[0] ?? "", /:distribution\//);
    assert.match(arns[1] ?? "", /:hostedzone\//);
  });

  it("stands behind a load balancer that lets in CloudFront's own list, and whose word is believed from there alone", async () => {
    const { result } = await run(() => {
      const provider = new aws.Provider("main", { region: here.region });
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
      return awsEdgeOrigin({ parent, provider });
    });
    const annotation = "service.beta.kubernetes.io/aws-load-balancer-security-group-prefix-lists";
    assert.deepEqual(Object.keys(result.annotations), [annotation]);
    assert.equal(await valueOf(pulumi.output(result.annotations[annotation])), "pl-0123456789abcdef0");
    assert.deepEqual(result.sourceRanges, []);
    assert.deepEqual(await valueOf(pulumi.output(result.proxies)), ["198.51.100.0/24", "203.0.113.0/24"]);
    assert.equal(result.clientAddressHeader, "X-Forwarded-For");
  });
});
