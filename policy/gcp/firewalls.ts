import { isOpenToAll, isSet, isWithin, show } from "../check";
import { always, fromStaging, inProd, onlyWarns } from "../levels";
import { adminCidrs, adminPorts, datastorePorts } from "../ports";
import { resourceRule, stackRule } from "../rule";
import { pointsAt } from "../stack";
import {
  firewallTypes,
  hasPorts,
  isForAll,
  letsInPort,
  openingsOf,
  outsiders,
  policyRules,
} from "./openings";

export const policyNoOpenIngress = resourceRule({
  id: "gcp-compute-firewall-policy-no-open-ingress",
  title: "Firewall policies let in the world on web ports only",
  severity: "critical",
  description:
    "A rule of a policy comes before those of the network, and one without sources is open to everyone.",
  remedy: "Set match.srcIpRanges, srcSecureTags or srcAddressGroups to who needs it.",
  controls: {
    cisGcp: ["3.6", "3.7"],
    cisGke: ["5.6.6"],
    soc2: ["CC6.6"],
    gdpr: ["32(1)(b)"],
    pciDss: ["1.3.1", "1.4.2"],
  },
  levels: always,
  settings: {
    publicPorts: {
      schema: {
        type: "array",
        items: { type: "integer" },
        description: "TCP ports that may be open to everyone.",
      },
      values: { dev: [80, 443], staging: [80, 443], prod: [80, 443] },
    },
  },
  types: policyRules,
  check: (rule, { publicPorts }) =>
    openingsOf(rule)
      .filter(isForAll)
      .flatMap(({ protocol, ranges }) =>
        ranges
          .filter(([from, to]) => from !== to || !publicPorts.includes(from))
          .map(
            ([from, to]) =>
              `${protocol} ${from} to ${to} is open to everyone, expected ${publicPorts.join(", ")} only`,
          ),
      ),
});

export const noAdminPorts = resourceRule({
  id: "gcp-compute-firewall-no-admin-ports",
  title: "Firewalls let nobody sign in to machines",
  severity: "critical",
  description:
    "SSH and Remote Desktop are what is tried first from any foothold, also from one inside the network; Identity-Aware Proxy asks who is there.",
  remedy: "Take ports 22 and 3389 out, or let in 35.235.240.0/20, from which Identity-Aware Proxy calls.",
  controls: {
    cisGcp: ["3.6", "3.7", "3.12"],
    soc2: ["CC6.6"],
    gdpr: ["32(1)(b)"],
    pciDss: ["1.3.1", "1.4.2"],
  },
  levels: always,
  // Identity-Aware Proxy's: https://cloud.google.com/iap/docs/using-tcp-forwarding
  settings: { adminCidrs: adminCidrs(["35.235.240.0/20"]) },
  types: firewallTypes,
  check: (rule, settings) =>
    openingsOf(rule).flatMap((opening) =>
      adminPorts
        .filter((port) => letsInPort(opening, port))
        .flatMap((port) =>
          opening.sources
            .filter((source) => !isWithin(source, settings.adminCidrs))
            .map(
              (source) =>
                `port ${port} is open to ${show(source)}, expected ${settings.adminCidrs.join(", ")} only`,
            ),
        ),
    ),
});

export const noDatastorePorts = resourceRule({
  id: "gcp-compute-firewall-no-datastore-ports",
  title: "Firewalls keep stores to private networks",
  severity: "critical",
  description:
    "Databases, caches, brokers and search engines on an address of the internet are found and emptied by programs that look for nothing else.",
  remedy: "Set sourceRanges to private blocks, or sourceTags or sourceServiceAccounts to the clients'.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.3.1", "1.4.4"] },
  levels: always,
  types: firewallTypes,
  check: (rule) =>
    openingsOf(rule).flatMap((opening) => {
      const ports = datastorePorts.filter((port) => letsInPort(opening, port));
      if (ports.length === 0) return [];
      return outsiders(opening).map(
        (source) => `${ports.join(", ")} open to ${show(source)}, expected private blocks only`,
      );
    }),
});

export const noAllPorts = resourceRule({
  id: "gcp-compute-firewall-no-all-ports",
  title: "Firewalls name the ports that they let in",
  severity: "high",
  description: "What starts to listen next year is reachable from the first day, and nobody decided it.",
  remedy: "Name protocols and ports, in ranges no wider than asked, for all that comes from outside.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.3.1", "1.4.2"] },
  levels: fromStaging,
  settings: {
    maxRange: {
      schema: { type: "integer", minimum: 1, maximum: 65_536, description: "Most ports of one range." },
      // the node ports of Kubernetes, 30000 to 32767, which load balancers look after
      values: { dev: 2768, staging: 2768, prod: 2768 },
    },
  },
  types: firewallTypes,
  check: (rule, { maxRange }) =>
    openingsOf(rule)
      .filter((opening) => hasPorts(opening) && outsiders(opening).length > 0)
      .flatMap(({ protocol, ranges }) =>
        ranges
          .filter(([from, to]) => !(to - from + 1 <= maxRange))
          .map(
            ([from, to]) =>
              `${protocol} ${from} to ${to} is let in from outside, expected at most ${maxRange} ports`,
          ),
      ),
});

export const logged = resourceRule({
  id: "gcp-compute-firewall-logging",
  title: "Firewalls log what they decide",
  severity: "low",
  description: "Who knocked, and was let in or refused, is in no other log.",
  remedy: "Set logConfig.metadata (enableLogging of a policy's rule).",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: inProd,
  types: firewallTypes,
  check: (rule) =>
    rule.type === "gcp:compute/firewall:Firewall"
      ? !isSet(rule.props, "logConfig") && "logConfig is not set"
      : rule.props.enableLogging !== true &&
        `enableLogging is ${show(rule.props.enableLogging)}, expected true`,
});

export const denyEgress = stackRule({
  id: "gcp-compute-default-deny-egress",
  title: "Networks of machines let out what is needed",
  severity: "medium",
  description:
    "Every network lets everything out until a rule refuses it: whoever has taken over a machine carries its data anywhere. Pods are held by NetworkPolicies, which know them; a machine has the firewall alone.",
  remedy:
    'Add a gcp.compute.Firewall with direction "EGRESS", denies of protocol "all", destinationRanges ["0.0.0.0/0"] and priority 65534 or so, and allow what is called before it.',
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.3.2"] },
  levels: onlyWarns,
  types: ["gcp:compute/network:Network"],
  applies: (network, stack) =>
    stack
      .ofType("gcp:compute/instance:Instance", "gcp:compute/instanceTemplate:InstanceTemplate")
      .some((machine) => pointsAt(machine, "networkInterfaces", network)),
  check: (network, stack) =>
    !stack
      .ofType("gcp:compute/firewall:Firewall")
      .filter((firewall) => pointsAt(firewall, "network", network, ["id", "name", "selfLink"]))
      .some(
        ({ props }) =>
          props.direction === "EGRESS" &&
          props.disabled !== true &&
          (props.destinationRanges ?? []).some(isOpenToAll) &&
          (props.denies ?? []).some(({ protocol }) => protocol === "all"),
      ) && "no Firewall of this network refuses what no other lets out",
});
