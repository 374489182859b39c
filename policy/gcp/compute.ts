import { isOpenToAll, isSet, mustBeOff, mustBeOn, show } from "../check";
import { always, fromStaging } from "../levels";
import { resourceRule } from "../rule";
import { firewallSources } from "./openings";

export const customNetwork = resourceRule({
  id: "gcp-compute-network-custom",
  title: "VPC networks have the subnets we plan",
  severity: "medium",
  description:
    "An auto-mode network makes a subnet in every region, with ranges that every other such network has too.",
  remedy: "Set autoCreateSubnetworks to false.",
  controls: { cisGcp: ["3.1", "3.2"], soc2: ["CC6.6"] },
  levels: always,
  types: ["gcp:compute/network:Network"],
  check: ({ props }) => [
    mustBeOff(props.autoCreateSubnetworks, "autoCreateSubnetworks"),
    props.name === "default" && 'name is "default", expected a network of our own',
  ],
});

export const firewallNoOpenIngress = resourceRule({
  id: "gcp-compute-firewall-no-open-ingress",
  title: "Firewalls let in the world on web ports only",
  severity: "critical",
  description:
    "What listens on any other port is for our own networks; a port open to 0.0.0.0/0 or ::/0 is found within minutes. A rule without sources is open too.",
  remedy: "Set sourceRanges to the blocks that need it; serve the public through the load balancer.",
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
        items: { type: "string" },
        description: "TCP ports that may be open to everyone.",
      },
      values: { dev: ["80", "443"], staging: ["80", "443"], prod: ["80", "443"] },
    },
  },
  types: ["gcp:compute/firewall:Firewall"],
  applies: ({ props }) => props.direction !== "EGRESS" && props.disabled !== true,
  check: (rule, { publicPorts }) => {
    if (!firewallSources(rule).some(isOpenToAll)) return;
    return (rule.props.allows ?? [])
      .filter(({ ports = [] }) => ports.length === 0 || ports.some((port) => !publicPorts.includes(port)))
      .map(
        ({ protocol = "any protocol", ports = [] }) =>
          `${protocol} ${ports.length > 0 ? ports.join(", ") : "on every port"} is open to everyone, expected ${publicPorts.join(", ")} only`,
      );
  },
});

/** Subnets that hold machines: proxies and Private Service Connect have their own rules and take neither setting. */
function holdsMachines({ props }: { readonly props: { readonly purpose?: string | undefined } }): boolean {
  return props.purpose === undefined || props.purpose === "PRIVATE";
}

export const subnetFlowLogs = resourceRule({
  id: "gcp-compute-subnet-flow-logs",
  title: "Subnets log their traffic",
  severity: "medium",
  description: "Without flow logs there is no telling afterwards who spoke to whom.",
  remedy: "Set logConfig with flowSampling of the share asked.",
  controls: { cisGcp: ["3.10"], cisGke: ["5.6.1"], soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: fromStaging,
  settings: {
    minSampling: {
      schema: {
        type: "number",
        minimum: 0,
        maximum: 1,
        description: "Least share of flows that is sampled.",
      },
      values: { dev: 0, staging: 0.1, prod: 0.5 },
    },
  },
  types: ["gcp:compute/subnetwork:Subnetwork"],
  applies: holdsMachines,
  check: ({ props }, { minSampling }) => {
    if (!isSet(props, "logConfig")) return "logConfig is not set";
    // Unset, half of the flows are sampled.
    const sampling = props.logConfig?.flowSampling ?? 0.5;
    return (
      sampling < minSampling &&
      `logConfig.flowSampling is ${show(sampling)}, expected at least ${minSampling}`
    );
  },
});

export const subnetPrivateAccess = resourceRule({
  id: "gcp-compute-subnet-private-google-access",
  title: "Subnets reach Google's APIs privately",
  severity: "medium",
  description:
    "Machines without public addresses reach registries, logs and storage over Google's network, not over NAT.",
  remedy: "Set privateIpGoogleAccess to true.",
  controls: { cisGcp: ["3.9"], soc2: ["CC6.6"] },
  levels: always,
  types: ["gcp:compute/subnetwork:Subnetwork"],
  applies: holdsMachines,
  check: ({ props }) => mustBeOn(props.privateIpGoogleAccess, "privateIpGoogleAccess"),
  remediation: {
    "gcp:compute/subnetwork:Subnetwork": { privateIpGoogleAccess: true },
  },
});
