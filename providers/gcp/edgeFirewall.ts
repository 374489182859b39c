import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";

/**
 * Signatures of OWASP's Core Rule Set 4.22. Left out is `methodenforcement`, which refuses PUT and DELETE.
 * https://cloud.google.com/armor/docs/waf-rules
 */
export const wafRules = [
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
] as const;
const ruleSetVersion = "v422-stable";

/** OWASP's paranoia level, 1 to 4: those above it also match much that people write. */
const sensitivity = 1;

/** How long who asked too often is refused, seconds; as long as it is counted. */
const windowSeconds = 300;

/** Priorities: the lowest number is judged first. The last is the one that Cloud Armor asks for. */
const priority = { waf: 1000, rate: 10_000, last: 2_147_483_647 } as const;

const everyone = { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } };

/**
 * Judges what the cache does not answer: refuses attacks by their signatures and who asks too often, and learns what is
 * normal so as to tell of floods (Adaptive Protection).
 */
export function backendFirewall(
  name: string,
  { requestsPerFiveMinutes }: { readonly requestsPerFiveMinutes: number },
  opts: pulumi.CustomResourceOptions,
): gcp.compute.SecurityPolicy {
  return new gcp.compute.SecurityPolicy(
    name,
    {
      type: "CLOUD_ARMOR",
      description: "attacks by signature, and a rate for each address",
      adaptiveProtectionConfig: {
        layer7DdosDefenseConfig: { enable: true, ruleVisibility: "STANDARD" },
      },
      advancedOptionsConfig: {
        jsonParsing: "STANDARD_WITH_GRAPHQL",
        logLevel: "VERBOSE",
        // the most that it reads; what stands behind it in a body is not judged
        requestBodyInspectionSize: "64KB",
      },
      rules: [
        ...wafRules.map((rule, index) => ({
          priority: priority.waf + index,
          description: `attacks: ${rule}`,
          action: "deny(403)",
          match: {
            expr: {
              expression: `evaluatePreconfiguredWaf('${rule}-${ruleSetVersion}', {'sensitivity': ${sensitivity}})`,
            },
          },
        })),
        {
          priority: priority.rate,
          description: "requests of one address",
          action: "rate_based_ban",
          match: everyone,
          rateLimitOptions: {
            enforceOnKey: "IP",
            rateLimitThreshold: { count: requestsPerFiveMinutes, intervalSec: windowSeconds },
            banDurationSec: windowSeconds,
            conformAction: "allow",
            exceedAction: "deny(429)",
          },
        },
        { priority: priority.last, description: "what is left", action: "allow", match: everyone },
      ],
    },
    opts,
  );
}

/**
 * Judges before the cache does, what a bucket serves: only here can an address be kept from cached objects. A policy of
 * this kind knows no signatures; it lets everyone in until an operator adds whom not.
 */
export function edgeFirewall(name: string, opts: pulumi.CustomResourceOptions): gcp.compute.SecurityPolicy {
  return new gcp.compute.SecurityPolicy(
    name,
    {
      type: "CLOUD_ARMOR_EDGE",
      description: "whom cached objects are kept from",
      rules: [{ priority: priority.last, description: "what is left", action: "allow", match: everyone }],
    },
    opts,
  );
}
