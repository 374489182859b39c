import type { Blueprint } from "../blueprints/blueprint";
import { replicaBounds } from "../blueprints/presets";
import { clouds } from "../components/cloud";
import { teamRoles } from "../components/cluster/teamAccess";
import { nodesSkew } from "../components/cluster/upgrade";
import { githubSubject } from "../components/delivery/ciIdentity";
import { CidrError, cidrsOverlap, parseCidr } from "../components/network/cidr";
import { maxNetworkPrefix, minNetworkPrefix, planSubnets } from "../components/network/plan";
import { checkAdmission } from "./admissionChecks";
import { type ConfigProblem, show } from "./errors";
import type { CompleteFile } from "./complete";
import { checkPlace } from "./placeChecks";
import { checkPlatform } from "./platform";
import { checkPlatformServices } from "./platformChecks";
import { checkPools } from "./poolChecks";
import { checkRoutes } from "./routeChecks";
import { checkSpot } from "./spotChecks";
import { checkUpgrades } from "./upgradeChecks";

/** Checks that need more than one key, or a planner. Pure; gives every problem. */
export function checkStack(file: CompleteFile, blueprint: Blueprint): ConfigProblem[] {
  return [
    ...checkZones(file, blueprint),
    ...checkPlace(file, blueprint),
    ...checkNetwork(file),
    ...checkVersions(file),
    ...checkUpgrades(file, blueprint),
    ...checkApiAccess(file),
    ...checkTeams(file),
    ...checkNodePools(blueprint),
    ...checkPools(blueprint),
    ...checkServices(blueprint),
    ...checkRoutes(file, blueprint),
    ...checkSpot(blueprint),
    ...checkPlatform(blueprint),
    ...checkPlatformServices(blueprint),
    ...checkBudget(file),
    ...checkCi(file),
    ...checkImages(file),
    ...checkAdmission(file),
  ];
}

function checkZones({ cloud, network, aws, gcp }: CompleteFile, blueprint: Blueprint): ConfigProblem[] {
  const survivor = network.zones === 1 ? whatSurvivesZones(blueprint) : undefined;
  if (survivor !== undefined) {
    return [{ key: "network.zones", expected: `at least 2 ${survivor}`, got: "1" }];
  }
  const placement = { aws, gcp }[cloud];
  if (placement === undefined || placement.zones.length >= network.zones) return [];
  return [
    {
      key: "network.zones",
      expected: `at most the ${placement.zones.length} zones of groundwork:${cloud}.zones`,
      got: show(network.zones),
    },
  ];
}

/** What of the blueprint wants another zone to go on in; read replicas have a check of their own. */
function whatSurvivesZones({ highlyAvailable, stores: { postgres, mysql } }: Blueprint): string | undefined {
  if ((postgres?.readReplicas ?? 0) > 0) return undefined;
  if (postgres?.highAvailability === true) return "where groundwork:postgres.highAvailability is true";
  if (mysql?.highAvailability === true) return "where groundwork:mysql.highAvailability is true";
  return highlyAvailable ? "where groundwork:preset is not small" : undefined;
}

type Block = [key: string, cidr: string, widest: number, narrowest: number];

function recoveryBlock(dr: CompleteFile["dr"]): Block[] {
  return dr === undefined ? [] : [["dr.cidr", dr.cidr, maxNetworkPrefix, minNetworkPrefix]];
}

function checkNetwork({ network, dr }: CompleteFile): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const blocks: Block[] = [
    ["network.cidr", network.cidr, maxNetworkPrefix, minNetworkPrefix],
    ["network.podCidr", network.podCidr, 10, 21],
    ["network.serviceCidr", network.serviceCidr, 12, 24],
    ...recoveryBlock(dr),
  ];
  const good: [string, string][] = [];
  for (const [key, cidr, widest, narrowest] of blocks) {
    const problem = checkBlock(cidr, widest, narrowest);
    if (problem === undefined) good.push([key, cidr]);
    else problems.push({ key, ...problem });
  }
  if (problems.length === 0) {
    const planned = attempt(() => planSubnets({ cidr: network.cidr, zones: ["a", "b", "c", "d", "e", "f"] }));
    if (planned !== undefined) problems.push({ key: "network.cidr", ...planned });
  }
  for (const [index, [key, cidr]] of good.entries()) {
    for (const [otherKey, other] of good.slice(0, index)) {
      if (cidrsOverlap(cidr, other)) {
        problems.push({
          key,
          expected: `a block that does not overlap groundwork:${otherKey} (${other})`,
          got: show(cidr),
        });
      }
    }
  }
  return problems;
}

type Misfit = Pick<ConfigProblem, "expected" | "got">;

/** What is wrong with the block; undefined where it fits. */
function checkBlock(cidr: string, widest: number, narrowest: number): Misfit | undefined {
  const malformed = attempt(() => parseCidr(cidr));
  if (malformed !== undefined) return malformed;
  const { prefix } = parseCidr(cidr);
  return prefix >= widest && prefix <= narrowest
    ? undefined
    : {
        expected: `a block of /${widest} to /${narrowest}`,
        got: `${show(cidr)}, too ${prefix < widest ? "large" : "small"}`,
      };
}

function checkVersions({ cluster: { version, nodesVersion = version } }: CompleteFile): ConfigProblem[] {
  const problem = nodesSkew(version, nodesVersion);
  return problem === undefined
    ? []
    : [{ key: "cluster.nodesVersion", expected: problem.expected, got: show(problem.got) }];
}

function checkApiAccess({ cluster }: CompleteFile): ConfigProblem[] {
  const blocks = (["apiAccessCidrs", "privateAccessCidrs"] as const).flatMap((name) =>
    cluster[name].map((cidr, index) => ({ key: `cluster.${name}.${index}`, cidr })),
  );
  return blocks.flatMap(({ key, cidr }) => {
    const malformed = attempt(() => parseCidr(cidr));
    if (malformed !== undefined) return [{ key, ...malformed }];
    if (parseCidr(cidr).prefix >= 8) return [];
    return [
      {
        key,
        expected: "your own addresses, /8 or narrower: the control plane is not opened to the world",
        got: show(cidr),
      },
    ];
  });
}

/** A principal has one role, on each cloud; and Kubernetes on GKE knows groups by the one that holds them. */
function checkTeams({ cluster: { admins, teams }, gcp }: CompleteFile): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const cloud of clouds) {
    const seen = new Set(admins[cloud]);
    for (const role of teamRoles) {
      for (const [index, principal] of teams[role][cloud].entries()) {
        if (seen.has(principal)) {
          problems.push({
            key: `cluster.teams.${role}.${cloud}.${index}`,
            expected: "each principal once among admins and teams",
            got: show(principal),
          });
        }
        seen.add(principal);
      }
    }
  }
  const guests = [...teams.operator.gcp, ...teams.viewer.gcp];
  if (
    gcp !== undefined &&
    gcp.securityGroup === undefined &&
    guests.some((guest) => guest.startsWith("group:"))
  ) {
    const expected = "the group that holds the groups of cluster.teams";
    problems.push({ key: "gcp.securityGroup", expected, got: "nothing" });
  }
  return problems;
}

function checkNodePools(blueprint: Blueprint): ConfigProblem[] {
  return Object.entries(blueprint.nodePools).flatMap(([name, { minNodes, initialNodes, maxNodes }]) => {
    const key = `cluster.nodePools.${name}`;
    const bounds = inOrder(`${key}.minNodes`, minNodes, "maxNodes", maxNodes);
    if (bounds.length > 0 || (initialNodes >= minNodes && initialNodes <= maxNodes)) return bounds;
    return [
      {
        key: `${key}.initialNodes`,
        expected: `from minNodes (${minNodes}) to maxNodes (${maxNodes})`,
        got: show(initialNodes),
      },
    ];
  });
}

function checkServices(blueprint: Blueprint): ConfigProblem[] {
  return Object.entries(blueprint.services).flatMap(([name, service]) => {
    const { min, max } = replicaBounds(service);
    return inOrder(`services.${name}.minReplicas`, min, "maxReplicas", max);
  });
}

/** CI pushes to the registry that the stack makes, and to no other. */
function checkCi({ ci, images }: CompleteFile): ConfigProblem[] {
  if (ci === undefined) return [];
  if (images.registry !== undefined) {
    return [
      {
        key: "ci",
        expected: "no key where groundwork:images.registry is given: the stack makes no registry to push to",
        got: show(ci.repository),
      },
    ];
  }
  try {
    githubSubject(ci);
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [{ key: "ci", expected: error.message.replace(/^.*?: expected /, ""), got: show(ci.branch) }];
  }
}

/** A budget of Cloud Billing belongs to the account that pays. */
function checkBudget({ cloud, budget, gcp }: CompleteFile): ConfigProblem[] {
  return cloud === "gcp" && budget !== undefined && gcp !== undefined && gcp.billingAccount === undefined
    ? [
        {
          key: "gcp.billingAccount",
          expected: "the account that pays for the project, where groundwork:budget is given",
          got: "nothing",
        },
      ]
    : [];
}

/** From the stack's own registry the nodes pull by their identity. */
function checkImages({ images: { registry, username } }: CompleteFile): ConfigProblem[] {
  return username !== undefined && registry === undefined
    ? [{ key: "images.registry", expected: "the registry of groundwork:images.username", got: "nothing" }]
    : [];
}

function inOrder(key: string, least: number, mostName: string, most: number): ConfigProblem[] {
  return least <= most ? [] : [{ key, expected: `at most ${mostName} (${most})`, got: show(least) }];
}

/** What a planner finds wrong; undefined where it does not throw. */
function attempt(call: () => unknown): Misfit | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof CidrError) return { expected: error.expected, got: error.got };
    throw error;
  }
}
