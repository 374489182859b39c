import type { Cloud } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { run } from "../support/run";
import { enter } from "./defaults";
import { given, holding, type Setting } from "./setting";

const autopilot = { area: "serverless", type: "gcp:container/cluster:Cluster" };

/** What a cluster has without being told whose pods run without nodes of ours. */
export const serverlessSettings: Readonly<Record<Cloud, readonly Setting[]>> = {
  aws: [
    {
      area: "serverless",
      setting: "Fargate's role is assumed for profiles of this cluster alone",
      type: "aws:iam/role:Role",
      only: /-fargate-pods$/,
      path: "assumeRolePolicy",
      expected: holding("aws:SourceAccount", ":fargateprofile/main-cluster/*"),
      elsewhere: "-",
      why: "confused deputy",
    },
    {
      area: "serverless",
      setting: "logs of pods on Fargate encrypted with a key of our own",
      type: "aws:cloudwatch/logGroup:LogGroup",
      only: /-pod-logs$/,
      path: "kmsKeyId",
      expected: given,
      elsewhere: "-",
      why: "access to the key can be withdrawn and is logged",
    },
    {
      area: "serverless",
      setting: "logs of pods on Fargate kept for a year",
      type: "aws:cloudwatch/logGroup:LogGroup",
      only: /-pod-logs$/,
      path: "retentionInDays",
      expected: 365,
      elsewhere: "-",
      why: "SOC 2",
    },
    {
      area: "serverless",
      setting: "pods sign in by tokens that IAM knows",
      type: "eks:index:Cluster",
      path: "createOidcProvider",
      expected: true,
      elsewhere: "-",
      why: "no agent of Pod Identity stands beside pods on Fargate",
    },
  ],
  gcp: [
    {
      ...autopilot,
      setting: "Autopilot's nodes run as an account of our own",
      path: "clusterAutoscaling.autoProvisioningDefaults.serviceAccount",
      expected: given,
      elsewhere: "-",
      why: "the project's default account may edit everything in it",
    },
    {
      ...autopilot,
      setting: "Autopilot's boot disks encrypted with a key of our own",
      path: "clusterAutoscaling.autoProvisioningDefaults.bootDiskKmsKey",
      expected: given,
      elsewhere: "-",
      why: "access to the key can be withdrawn and is logged",
    },
    {
      ...autopilot,
      setting: "no pod of Autopilot shapes its node's network",
      path: "allowNetAdmin",
      expected: false,
      elsewhere: "-",
      why: "NET_ADMIN can undo network policies",
    },
    {
      ...autopilot,
      setting: "Autopilot's kubelets without their read-only port",
      path: "nodePoolAutoConfig.nodeKubeletConfig.insecureKubeletReadonlyPortEnabled",
      expected: "FALSE",
      elsewhere: "-",
      why: "CIS GKE",
    },
    {
      ...autopilot,
      setting: "Autopilot's control plane without a public address",
      path: "privateClusterConfig.enablePrivateEndpoint",
      expected: true,
      elsewhere: "-",
      why: "CIS GKE",
    },
  ],
};

/** What such a cluster registers when it is told what it must be told, and no option. */
export async function serverlessDefaultsOf(cloud: Cloud): Promise<readonly PlanResource[]> {
  const { resources } = await run(() => {
    const provider = enter[cloud]();
    const network = provider.network(
      "main-network",
      {
        cidr: "10.0.0.0/16",
        zones: ["b", "c", "d"],
        podCidr: "10.64.0.0/15",
        serviceCidr: "172.20.0.0/18",
      },
      {},
    );
    provider.serverlessCluster(
      "main-cluster",
      { network, version: "1.35", serverlessNamespaces: ["app"] },
      {},
    );
  });
  return resources;
}
