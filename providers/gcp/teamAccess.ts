import * as gcp from "@pulumi/gcp";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { checkTeams, type TeamAccess, type TeamAccessArgs } from "../../components/cluster/teamAccess";
import { physicalName } from "../../components/names";
import { gkeCluster } from "./gkeCluster";
import { grantRole } from "./grants";
import type { GcpPlacement, GcpProject } from "./project";

/** Kubernetes' user-facing roles, by ours. https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles */
const clusterRoles = { operator: "edit", viewer: "view" } as const;

/** What reaching the cluster takes, and nothing in it: to find its DNS name, and to be let through there. */
const reachPermissions = ["container.clusters.connect", "container.clusters.get"];

/** Longest name made of a member, characters. */
const maxMemberKey = 63;

/**
 * {@link TeamAccess} by IAM at the cluster's door, for this cluster alone, and by Kubernetes' own roles inside: no role of
 * IAM ends at a namespace. Groups are known to Kubernetes only where the cluster knows the group that holds them
 * (https://cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac).
 */
export class GcpTeamAccess extends pulumi.ComponentResource implements TeamAccess {
  constructor(name: string, args: TeamAccessArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:TeamAccess", name, {}, opts);
    const { namespace, teams, project } = args;
    const { clusterId, provider, knowsGroups } = gkeCluster(args.cluster);
    checkTeams(teams);
    const guests = [...teams.operator, ...teams.viewer];
    const group = guests.find((member) => member.startsWith("group:"));
    if (group !== undefined && !knowsGroups) {
      throw new Error(`gcp.securityGroup: expected the group that holds ${group}, got nothing`);
    }

    const reach = guests.length === 0 ? undefined : reachRole(`${name}-reach`, project, this);
    const grant = (grantName: string, role: pulumi.Input<string>, member: string) =>
      grantRole(
        `${name}-${grantName}-${physicalName(maxMemberKey, member)}`,
        { project, role, member, resourceNames: [clusterId] },
        { parent: this },
      );
    for (const member of teams.admin) grant("admin", "roles/container.admin", member);
    if (reach !== undefined) for (const member of guests) grant("reach", reach, member);
    for (const role of ["operator", "viewer"] as const) {
      if (teams[role].length === 0) continue;
      new k8s.rbac.v1.RoleBinding(
        `${name}-${role}`,
        {
          metadata: { name: `team-${role}`, namespace },
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: clusterRoles[role] },
          subjects: teams[role].map(subjectOf),
        },
        { parent: this, provider },
      );
    }
    this.registerOutputs({});
  }
}

/** A role of our own: the narrowest of Google's that opens the DNS endpoint reads the objects of all namespaces too. */
function reachRole(name: string, project: GcpProject, parent: pulumi.Resource): pulumi.Output<string> {
  // a deleted role holds its id for 44 days: https://cloud.google.com/iam/docs/creating-custom-roles#deleting-custom-role
  const { hex } = new random.RandomId(name, { byteLength: 4 }, { parent, provider: project.random });
  return new gcp.projects.IAMCustomRole(
    name,
    {
      project: project.projectId,
      roleId: pulumi.interpolate`clusterGuest_${hex}`,
      title: "Cluster guest",
      description: "reaches a cluster, where Kubernetes says what may be done",
      permissions: reachPermissions,
    },
    { parent, dependsOn: [project.api("iam")] },
  ).name;
}

/** An IAM member as RBAC names it: groups as such, people and service accounts by their address. */
function subjectOf(member: string): k8s.types.input.rbac.v1.Subject {
  const [kind, address] = member.split(/:(.*)/s);
  if (address === undefined || !["user", "group", "serviceAccount"].includes(kind ?? "")) {
    throw new Error(`teams: expected an IAM member such as group:ops@example.com, got "${member}"`);
  }
  return {
    apiGroup: "rbac.authorization.k8s.io",
    kind: kind === "group" ? "Group" : "User",
    name: address,
  };
}
