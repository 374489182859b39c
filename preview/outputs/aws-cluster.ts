import type * as aws from "@pulumi/aws";
import type * as eks from "@pulumi/eks";
import { ChildResource, computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** An access entry: the program makes some, and the cluster's own component others. */
export const accessEntryRow = computes<aws.eks.AccessEntry>()((r) => {
  const [cluster, principal] = [text(r, "clusterName"), text(r, "principalArn")];
  return {
    id: `${cluster}:${principal}`,
    accessEntryArn: `arn:aws:eks:${r.region}:${r.account}:access-entry/${cluster}/${r.hex(17)}`,
  };
});

/** What an access entry may do: of the program's making or of the component's, as the entry itself. */
export const accessPolicyRow = computes<aws.eks.AccessPolicyAssociation>()((r) => ({
  id: ["clusterName", "principalArn", "policyArn"].map((key) => text(r, key)).join("#"),
}));

/** Computed outputs of the resource types that the AWS cluster and its identities register. */
export const outputs: OutputTable = {
  "eks:index:Cluster": computes<eks.Cluster>()((r) => {
    const cluster = text(r, "name");
    // the component's own provider knows neither: its children's does, and so does the key it is given
    const [, , , region = r.region, account = r.account] = text(r, "encryptionConfigKeyArn").split(":");
    const endpoint = `https://${r.hex(32).toUpperCase()}.gr7.${region}.eks.amazonaws.com`;
    const certificate = Buffer.from(`certificate of ${cluster}`).toString("base64");
    const issuer = `oidc.eks.${region}.amazonaws.com/id/${r.hex(32).toUpperCase()}`;
    const securityGroupId = `sg-${r.hex(17)}`;
    const kubeconfig = kubeconfigOf({ cluster, endpoint, certificate, region });
    return {
      // of the resources that it hands out, the one the program reads
      eksCluster: new ChildResource("aws:eks/cluster:Cluster", `${r.name}-eksCluster`, cluster, {
        name: cluster,
        arn: `arn:aws:eks:${region}:${account}:cluster/${cluster}`,
        endpoint,
        certificateAuthority: { data: certificate },
      }),
      // the group that EKS makes, as the component is told to make none
      clusterSecurityGroupId: securityGroupId,
      nodeSecurityGroupId: securityGroupId,
      clusterIngressRuleId: "",
      defaultNodeGroupAsgName: "",
      fargateProfileId: "",
      fargateProfileStatus: "",
      autoModeNodeRoleName: "",
      instanceRoles: [],
      kubeconfig,
      kubeconfigJson: JSON.stringify(kubeconfig),
      oidcIssuer: issuer,
      oidcProviderUrl: `https://${issuer}`,
      oidcProviderArn: `arn:aws:iam::${account}:oidc-provider/${issuer}`,
    };
  }),
  "aws:eks/accessEntry:AccessEntry": accessEntryRow,
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": accessPolicyRow,
  "aws:backup/plan:Plan": computes<aws.backup.Plan>()((r) => {
    const arn = `arn:aws:backup:${r.region}:${r.account}:backup-plan:${uuid(r)}`;
    return { id: uuid(r), arn, name: r.autoName, version: r.hex(32) };
  }),
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": computes<aws.backup.RestoreTestingPlan>()((r) => ({
    id: text(r, "name"),
    arn: `arn:aws:backup:${r.region}:${r.account}:restore-testing-plan:${text(r, "name")}-${uuid(r)}`,
    startWindowHours: 1,
  })),
  "aws:backup/restoreTestingSelection:RestoreTestingSelection":
    computes<aws.backup.RestoreTestingSelection>()((r) => ({
      id: `${text(r, "name")}:${text(r, "restoreTestingPlanName")}`,
    })),
  "aws:backup/selection:Selection": computes<aws.backup.Selection>()((r) => ({
    id: uuid(r),
    name: r.autoName,
  })),
  "aws:backup/vault:Vault": computes<aws.backup.Vault>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    arn: `arn:aws:backup:${r.region}:${r.account}:backup-vault:${r.autoName}`,
    recoveryPoints: 0,
  })),
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": computes<aws.backup.VaultLockConfiguration>()(
    (r) => ({
      id: text(r, "backupVaultName"),
      backupVaultArn: `arn:aws:backup:${r.region}:${r.account}:backup-vault:${text(r, "backupVaultName")}`,
    }),
  ),
  "aws:eks/addon:Addon": computes<aws.eks.Addon>()((r) => {
    const [cluster, addon] = [text(r, "clusterName"), text(r, "addonName")];
    return {
      id: `${cluster}:${addon}`,
      arn: `arn:aws:eks:${r.region}:${r.account}:addon/${cluster}/${addon}/${uuid(r)}`,
      createdAt: made,
      modifiedAt: made,
    };
  }),
  "aws:eks/nodeGroup:NodeGroup": computes<aws.eks.NodeGroup>()((r) => {
    const cluster = text(r, "clusterName");
    return {
      id: `${cluster}:${r.autoName}`,
      nodeGroupName: r.autoName,
      arn: `arn:aws:eks:${r.region}:${r.account}:nodegroup/${cluster}/${r.autoName}/${uuid(r)}`,
      resources: [
        {
          autoscalingGroups: [{ name: `eks-${r.autoName}-${uuid(r)}` }],
          remoteAccessSecurityGroupId: "",
        },
      ],
      status: "ACTIVE",
    };
  }),
  "aws:eks/fargateProfile:FargateProfile": computes<aws.eks.FargateProfile>()((r) => {
    const cluster = text(r, "clusterName");
    return {
      id: `${cluster}:${r.autoName}`,
      fargateProfileName: r.autoName,
      arn: `arn:aws:eks:${r.region}:${r.account}:fargateprofile/${cluster}/${r.autoName}/${uuid(r)}`,
      status: "ACTIVE",
    };
  }),
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": computes<aws.eks.PodIdentityAssociation>()((r) => {
    const associationId = `a-${r.hex(17)}`;
    return {
      id: associationId,
      associationId,
      associationArn: `arn:aws:eks:${r.region}:${r.account}:podidentityassociation/${text(r, "clusterName")}/${associationId}`,
    };
  }),
  "aws:ec2/launchTemplate:LaunchTemplate": computes<aws.ec2.LaunchTemplate>()((r) => {
    const id = `lt-${r.hex(17)}`;
    return {
      id,
      name: r.autoName,
      arn: `arn:aws:ec2:${r.region}:${r.account}:launch-template/${id}`,
      defaultVersion: 1,
      latestVersion: 1,
    };
  }),
  "aws:iam/role:Role": computes<aws.iam.Role>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    arn: `arn:aws:iam::${r.account}:role/${r.autoName}`,
    createDate: made,
    uniqueId: `AROA${r.hex(17).toUpperCase()}`,
  })),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": computes<aws.iam.RolePolicyAttachment>()((r) => ({
    id: r.autoName,
  })),
  "aws:cloudwatch/logGroup:LogGroup": computes<aws.cloudwatch.LogGroup>()((r) => {
    const given = r.inputs["name"];
    const name = typeof given === "string" ? given : r.autoName;
    return { id: name, name, arn: `arn:aws:logs:${r.region}:${r.account}:log-group:${name}` };
  }),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};

/** When everything was made: never now, so that two plans are the same. */
const made = "2026-01-01T00:00:00Z";

/** As `@pulumi/eks` writes it: no credential, but the command that gets one. */
function kubeconfigOf(args: {
  readonly cluster: string;
  readonly endpoint: string;
  readonly certificate: string;
  readonly region: string;
}): object {
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "aws",
    args: ["--region", args.region, "eks", "get-token", "--cluster-name", args.cluster, "--output", "json"],
    env: [{ name: "KUBERNETES_EXEC_INFO", value: '{"apiVersion": "client.authentication.k8s.io/v1beta1"}' }],
  };
  return {
    apiVersion: "v1",
    clusters: [
      {
        cluster: { server: args.endpoint, "certificate-authority-data": args.certificate },
        name: "kubernetes",
      },
    ],
    contexts: [{ context: { cluster: "kubernetes", user: "aws" }, name: "aws" }],
    "current-context": "aws",
    kind: "Config",
    users: [{ name: "aws", user: { exec } }],
  };
}

function uuid(r: Registered): string {
  return r.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function text({ type, name, inputs }: Registered, key: string): string {
  const value = inputs[key];
  if (typeof value !== "string") {
    throw new Error(`${type} ${name}: expected a string in ${key}, got ${typeof value}`);
  }
  return value;
}
