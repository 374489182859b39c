import { mustBeOn, mustNotBeOn, show } from "../check";
import { fromStaging, strictInProd } from "../levels";
import { resourceRule } from "../rule";

const proxies = ["aws:rds/proxy:Proxy"] as const;

export const proxyTls = resourceRule({
  id: "aws-rds-proxy-tls",
  title: "RDS proxies refuse connections without TLS",
  severity: "high",
  description:
    "A server that demands TLS is of no use behind a proxy that does not: what clients send is read on the way to it.",
  remedy: "Set requireTls to true.",
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: proxies,
  check: ({ props }) => mustBeOn(props.requireTls, "requireTls"),
  remediation: {
    "aws:rds/proxy:Proxy": { requireTls: true },
  },
});

export const proxyIam = resourceRule({
  id: "aws-rds-proxy-iam",
  title: "RDS proxies let workloads in by IAM",
  severity: "medium",
  description:
    "A client that signs in to the proxy with a token of its role has no password to leak. By default a proxy takes the password of a secret.",
  remedy: 'Set defaultAuthScheme to IAM_AUTH, or iamAuth of every one of auths to "REQUIRED".',
  controls: { soc2: ["CC6.1"] },
  levels: strictInProd,
  types: proxies,
  check: ({ props: { defaultAuthScheme, auths = [] } }) => [
    ...auths.map(
      ({ iamAuth }, place) =>
        iamAuth !== "REQUIRED" && `auths.${place}.iamAuth is ${show(iamAuth)}, expected "REQUIRED"`,
    ),
    auths.length === 0 &&
      defaultAuthScheme !== "IAM_AUTH" &&
      `defaultAuthScheme is ${show(defaultAuthScheme)}, expected "IAM_AUTH"`,
  ],
});

export const proxyDebugLog = resourceRule({
  id: "aws-rds-proxy-no-statements-logged",
  title: "RDS proxies log no statements",
  severity: "medium",
  description:
    "With debugLogging a proxy writes the text of statements, and with it people's data, to its log.",
  remedy: "Set debugLogging to false, or leave it out. It turns itself off a day after someone needed it.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: proxies,
  check: ({ props }) => mustNotBeOn(props.debugLogging, "debugLogging"),
});
