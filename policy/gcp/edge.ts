import { isSet, isTrue, mustBeOn, mustBeOneOf, mustBeSet, show } from "../check";
import { always, fromStaging, strictInProd } from "../levels";
import type { Props, ResourceOf } from "../resource";
import { resourceRule, stackRule } from "../rule";
import { pointsAt } from "../stack";

const backends = ["gcp:compute/backendService:BackendService"] as const;
const httpsProxies = ["gcp:compute/targetHttpsProxy:TargetHttpsProxy"] as const;
const policies = ["gcp:compute/securityPolicy:SecurityPolicy"] as const;

/** True for a backend that the internet reaches; EXTERNAL is the default. */
function isExternal({
  props,
}: {
  readonly props: { readonly loadBalancingScheme?: string | undefined };
}): boolean {
  return (props.loadBalancingScheme ?? "EXTERNAL").startsWith("EXTERNAL");
}

/** True for a policy that sees requests before they reach a backend; one at the edge only knows addresses. */
function guardsBackends({ props }: ResourceOf<"gcp:compute/securityPolicy:SecurityPolicy">): boolean {
  return (props.type ?? "CLOUD_ARMOR") === "CLOUD_ARMOR";
}

/** The policy's rules that do what they say: not those on trial. */
function activeRules({ rules = [] }: Props<"gcp:compute/securityPolicy:SecurityPolicy">) {
  return rules.filter(({ preview }) => !isTrue(preview));
}

export const adaptive = resourceRule({
  id: "gcp-armor-adaptive-protection",
  title: "Cloud Armor learns what is normal",
  severity: "low",
  description: "A flood from many addresses shows only against what the traffic used to be.",
  remedy: "Set adaptiveProtectionConfig.layer7DdosDefenseConfig.enable to true.",
  controls: { soc2: ["A1.1", "CC6.6"], gdpr: ["32(1)(b)"] },
  levels: strictInProd,
  types: policies,
  applies: guardsBackends,
  check: ({ props }) =>
    mustBeOn(
      props.adaptiveProtectionConfig?.layer7DdosDefenseConfig?.enable,
      "adaptiveProtectionConfig.layer7DdosDefenseConfig.enable",
    ),
});

export const managedRules = resourceRule({
  id: "gcp-armor-managed-rules",
  title: "Cloud Armor blocks what Google knows to be attacks",
  severity: "medium",
  description:
    "The preconfigured expressions catch injections and inputs with known holes; a rule in preview stops nothing.",
  remedy: "Add a rule that denies on evaluatePreconfiguredWaf() for each set asked, without preview.",
  controls: { soc2: ["CC6.6", "CC6.8"], gdpr: ["32(1)(b)"], pciDss: ["6.4.2"] },
  levels: strictInProd,
  settings: {
    sets: {
      schema: { type: "array", items: { type: "string" }, description: "Sets that must be denied." },
      values: { dev: ["sqli"], staging: ["sqli", "xss"], prod: ["sqli", "xss", "lfi", "rce"] },
    },
  },
  types: policies,
  applies: guardsBackends,
  check: ({ props }, { sets }) => {
    const denied = activeRules(props)
      .filter(({ action }) => (action ?? "").startsWith("deny"))
      .map(({ match }) => match?.expr?.expression ?? "");
    return sets
      .filter((set) => !denied.some((expression) => expression.includes(`evaluatePreconfiguredWaf('${set}-`)))
      .map((set) => `no rule denies evaluatePreconfiguredWaf('${set}-…')`);
  },
});

export const rateLimit = resourceRule({
  id: "gcp-armor-rate-limit",
  title: "Cloud Armor limits how fast one address may call",
  severity: "medium",
  description: "Guessing passwords, scraping and floods all need many requests from few addresses.",
  remedy: 'Add a rule with action "throttle" or "rate_based_ban" and rateLimitOptions.',
  controls: { soc2: ["CC6.6", "A1.1"], gdpr: ["32(1)(b)"] },
  levels: strictInProd,
  types: policies,
  applies: guardsBackends,
  check: ({ props }) =>
    !activeRules(props).some(
      (rule) => ["throttle", "rate_based_ban"].includes(rule.action ?? "") && isSet(rule, "rateLimitOptions"),
    ) && "no rule throttles or bans by rate",
});

export const backendFirewall = resourceRule({
  id: "gcp-lb-backend-armor",
  title: "Backends stand behind Cloud Armor",
  severity: "medium",
  description:
    "What the load balancer lets through reaches every service behind it: the firewall is there or nowhere.",
  remedy: "Set securityPolicy to a gcp.compute.SecurityPolicy.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["6.4.2"] },
  levels: strictInProd,
  types: backends,
  applies: isExternal,
  check: ({ props }) => mustBeSet(props, "securityPolicy"),
});

export const bucketFirewall = resourceRule({
  id: "gcp-lb-bucket-armor",
  title: "Buckets at the edge stand behind Cloud Armor",
  severity: "low",
  description: "Cached objects are served before any backend's policy is asked: only one at the edge is.",
  remedy: "Set edgeSecurityPolicy to a gcp.compute.SecurityPolicy of type CLOUD_ARMOR_EDGE.",
  controls: { soc2: ["CC6.6"] },
  levels: strictInProd,
  types: ["gcp:compute/backendBucket:BackendBucket"],
  check: ({ props }) => mustBeSet(props, "edgeSecurityPolicy"),
});

export const backendLogs = resourceRule({
  id: "gcp-lb-backend-logging",
  title: "Load balancers log who called",
  severity: "medium",
  description: "What the cache or the firewall answers never reaches a service, so that no other log has it.",
  remedy: "Set logConfig.enable to true.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: strictInProd,
  types: backends,
  applies: isExternal,
  check: ({ props }) => mustBeOn(props.logConfig?.enable, "logConfig.enable"),
});

export const backendTls = resourceRule({
  id: "gcp-lb-backend-tls",
  title: "Load balancers call backends over TLS",
  severity: "high",
  description: "Encryption that ends at the edge leaves the longer part of the way open.",
  remedy: 'Set protocol to "HTTPS", "HTTP2" or "SSL".',
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: backends,
  applies: isExternal,
  check: ({ props }) => mustBeOneOf(props.protocol, ["HTTPS", "HTTP2", "SSL"], "protocol"),
});

export const strictTransport = resourceRule({
  id: "gcp-lb-hsts",
  title: "Load balancers tell browsers to stay on HTTPS",
  severity: "medium",
  description:
    "A browser that has been told never makes the first plain request that somebody on the way can answer.",
  remedy: "Add Strict-Transport-Security with a max-age to customResponseHeaders.",
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: ["gcp:compute/backendService:BackendService", "gcp:compute/backendBucket:BackendBucket"],
  applies: isExternal,
  check: ({ props }) =>
    !(props.customResponseHeaders ?? []).some((header) =>
      /^strict-transport-security:\s*max-age=[1-9]/i.test(header),
    ) && "customResponseHeaders lacks Strict-Transport-Security with a max-age",
});

export const httpRedirects = stackRule({
  id: "gcp-lb-http-redirects",
  title: "HTTP does nothing but send to HTTPS",
  severity: "high",
  description: "What is served over HTTP can be read and changed by everyone on the way, sessions included.",
  remedy: "Give the TargetHttpProxy a URLMap with defaultUrlRedirect.httpsRedirect true and nothing else.",
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: always,
  types: ["gcp:compute/targetHttpProxy:TargetHttpProxy"],
  check: (proxy, stack) => {
    const map = stack
      .ofType("gcp:compute/uRLMap:URLMap")
      .find((candidate) => pointsAt(proxy, "urlMap", candidate, ["name", "id"]));
    if (!map) return "its urlMap is none of this stack that redirects";
    return [
      !isTrue(map.props.defaultUrlRedirect?.httpsRedirect) &&
        `its URLMap's defaultUrlRedirect.httpsRedirect is ${show(map.props.defaultUrlRedirect?.httpsRedirect)}`,
      (map.props.pathMatchers ?? []).some(
        ({ defaultUrlRedirect }) => !isTrue(defaultUrlRedirect?.httpsRedirect),
      ) && "its URLMap's pathMatchers lead elsewhere",
    ];
  },
});

export const earlyData = resourceRule({
  id: "gcp-lb-no-early-data",
  title: "No request is taken twice",
  severity: "medium",
  description:
    "TLS 1.3's early data can be recorded and sent again by anyone: an order or a payment with it.",
  remedy: 'Set tlsEarlyData to "DISABLED".',
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: httpsProxies,
  check: ({ props }) =>
    ["PERMISSIVE", "UNRESTRICTED"].includes(props.tlsEarlyData ?? "") &&
    `tlsEarlyData is ${show(props.tlsEarlyData)}`,
});

export const proxyPolicy = resourceRule({
  id: "gcp-lb-proxy-ssl-policy",
  title: "HTTPS proxies name an SSL policy",
  severity: "high",
  description: "Without one Google speaks TLS 1.0 with whoever asks for it.",
  remedy: "Set sslPolicy to a gcp.compute.SSLPolicy.",
  controls: { cisGcp: ["3.11"], cisGke: ["5.6.7"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: fromStaging,
  types: httpsProxies,
  check: ({ props }) => mustBeSet(props, "sslPolicy"),
});

const tlsVersions = ["TLS_1_2", "TLS_1_3"];
const tlsProfiles = ["MODERN", "RESTRICTED", "FIPS_202205"];

export const sslPolicy = resourceRule({
  id: "gcp-lb-ssl-policy",
  title: "SSL policies ask for modern TLS and ciphers of today",
  severity: "high",
  description: "Older versions and ciphers have known weaknesses.",
  remedy: 'Set minTlsVersion to "TLS_1_2" or newer and profile to "MODERN", "RESTRICTED" or "FIPS_202205".',
  controls: { cisGcp: ["3.11"], cisGke: ["5.6.7"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: always,
  types: ["gcp:compute/sSLPolicy:SSLPolicy"],
  check: ({ props }) => [
    mustBeOneOf(props.minTlsVersion, tlsVersions, "minTlsVersion"),
    mustBeOneOf(props.profile, tlsProfiles, "profile"),
  ],
  remediation: {
    // features of one's own belong to the profile CUSTOM alone, and somebody has chosen them
    "gcp:compute/sSLPolicy:SSLPolicy": ({ minTlsVersion = "", profile = "" }) =>
      profile === "CUSTOM"
        ? undefined
        : {
            ...(!tlsVersions.includes(minTlsVersion) && { minTlsVersion: "TLS_1_2" }),
            ...(!tlsProfiles.includes(profile) && { profile: "RESTRICTED" }),
          },
  },
});

export const managedCertificate = resourceRule({
  id: "gcp-certificate-managed",
  title: "Google renews certificates by itself",
  severity: "medium",
  description:
    "With its DNS record in place a certificate is renewed for ever, and no private key lies in the state.",
  remedy: "Set managed.domains and managed.dnsAuthorizations, and leave selfManaged out.",
  controls: { soc2: ["A1.2", "CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: ["gcp:certificatemanager/certificate:Certificate"],
  check: ({ props }) => [isSet(props, "selfManaged") && "selfManaged is set", mustBeSet(props, "managed")],
});
