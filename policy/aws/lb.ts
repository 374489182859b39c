import { isOpenToAll, isTrue, mustBeOn, mustBeOneOf, mustBeSet, show } from "../check";
import { always, fromStaging, inProd, offInDev } from "../levels";
import { resourceRule, stackRule } from "../rule";
import { pointsAt, type PlacedResource, type Stack } from "../stack";
import { ingressOf, ingressTypes } from "./ports";

const balancers = ["aws:lb/loadBalancer:LoadBalancer"] as const;

/** Policies of TLS 1.2 and later alone: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const modern = /^ELBSecurityPolicy-(TLS13-1-[23]-|TLS-1-2-|FS-1-2-)/;

export const tls = resourceRule({
  id: "aws-lb-tls",
  title: "Load balancers refuse old versions of TLS",
  severity: "high",
  description: "What is sent in plain text, or under a broken version, is read on the way.",
  remedy: "Set protocol to HTTPS or TLS with an sslPolicy of TLS 1.2 or later; a listener of HTTP redirects.",
  controls: { cisEks: ["5.4.5"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: always,
  types: ["aws:lb/listener:Listener"],
  check: ({ props: { protocol, sslPolicy, defaultActions = [] } }) => {
    if (protocol === "HTTP") {
      return defaultActions.map(
        ({ type, redirect }) =>
          (type !== "redirect" || redirect?.protocol !== "HTTPS") &&
          `its action is ${show(type)}, expected a redirect to HTTPS`,
      );
    }
    const right = mustBeOneOf(protocol, ["HTTPS", "TLS"], "protocol");
    if (right !== false) return right;
    return (
      !modern.test(sslPolicy ?? "") && `sslPolicy is ${show(sslPolicy)}, expected one of TLS 1.2 or later`
    );
  },
  remediation: {
    // what speaks no TLS needs a certificate first
    "aws:lb/listener:Listener": ({ protocol }) =>
      protocol === "HTTPS" || protocol === "TLS"
        ? { sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" }
        : undefined,
  },
});

export const accessLogs = resourceRule({
  id: "aws-lb-access-logs",
  title: "Load balancers write down who asked for what",
  severity: "medium",
  description: "After an incident the first question is who asked for what.",
  remedy: "Set accessLogs.enabled and accessLogs.bucket.",
  controls: { soc2: ["CC7.2"] },
  levels: offInDev,
  types: balancers,
  check: ({ props: { accessLogs: logs } }) => [
    mustBeOn(logs?.enabled, "accessLogs.enabled"),
    mustBeSet(logs, "bucket", "accessLogs.bucket"),
  ],
});

export const headers = resourceRule({
  id: "aws-lb-invalid-headers",
  title: "Load balancers drop headers that are none",
  severity: "medium",
  description: "A header that the load balancer and the program read differently smuggles a request in.",
  remedy: "Set dropInvalidHeaderFields to true.",
  controls: { soc2: ["CC6.6"] },
  levels: fromStaging,
  types: balancers,
  check: ({ props: { loadBalancerType = "application", dropInvalidHeaderFields } }) =>
    loadBalancerType === "application" && mustBeOn(dropInvalidHeaderFields, "dropInvalidHeaderFields"),
  remediation: {
    "aws:lb/loadBalancer:LoadBalancer": { dropInvalidHeaderFields: true },
  },
});

export const kept = resourceRule({
  id: "aws-lb-deletion-protection",
  title: "Load balancers refuse deletion",
  severity: "medium",
  description: "With it go the name that records point to and every way to the services.",
  remedy: "Set enableDeletionProtection to true.",
  controls: { soc2: ["A1.2"] },
  levels: inProd,
  types: balancers,
  check: ({ props }) => mustBeOn(props.enableDeletionProtection, "enableDeletionProtection"),
  remediation: {
    "aws:lb/loadBalancer:LoadBalancer": { enableDeletionProtection: true },
  },
});

/** True where a security group of the load balancer's lets everyone in, or none of them is known. */
function isOpen(balancer: PlacedResource<(typeof balancers)[number]>, stack: Stack): boolean {
  const sources = new Set((balancer.propertyDependencies["securityGroups"] ?? []).map(({ urn }) => urn));
  const groups = stack.ofType("aws:ec2/securityGroup:SecurityGroup").filter(({ urn, props }) => {
    const { id } = props as { readonly id?: string };
    return sources.has(urn) || (id !== undefined && (balancer.props.securityGroups ?? []).includes(id));
  });
  if (groups.length === 0) return true;
  const rules = stack
    .ofType(...ingressTypes)
    .filter((rule) =>
      groups.some((group) => rule.urn === group.urn || pointsAt(rule, "securityGroupId", group, ["id"])),
    );
  return rules.flatMap(ingressOf).some(({ cidrs }) => cidrs.some(isOpenToAll));
}

export const firewall = stackRule({
  id: "aws-lb-waf",
  title: "Load balancers on the internet stand behind a web ACL",
  severity: "medium",
  description: "What AWS knows to be an attack is stopped before a program has to read it.",
  remedy:
    "Add an aws.wafv2.WebAclAssociation with the load balancer's arn as resourceArn, or let in a CDN's prefix list alone.",
  controls: { cisAws: ["4.10"], soc2: ["CC6.6"], pciDss: ["6.4.2"] },
  levels: inProd,
  types: balancers,
  applies: (balancer, stack) =>
    !isTrue(balancer.props.internal) &&
    (balancer.props.loadBalancerType ?? "application") === "application" &&
    isOpen(balancer, stack),
  check: (balancer, stack) =>
    !stack
      .ofType("aws:wafv2/webAclAssociation:WebAclAssociation")
      .some((association) => pointsAt(association, "resourceArn", balancer, ["arn"])) &&
    "everyone is let in, and no WebAclAssociation is about it",
});
