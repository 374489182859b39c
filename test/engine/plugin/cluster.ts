import { runtime } from "@pulumi/pulumi";
import { toPlain, type Wire, type WireObject } from "../../../preview/wire";
import { type Child, type Component, referenceTo } from "./children";

/** A remote cluster's arguments, as far as its children follow from them: `eks.ClusterArgs`, plain. */
interface ClusterArgs {
  readonly accessEntries?: Readonly<Record<string, AccessEntryArgs>>;
  readonly authenticationMode?: string;
  readonly createOidcProvider?: boolean;
}

interface AccessEntryArgs {
  readonly principalArn: string;
  readonly accessPolicies?: Readonly<Record<string, AccessPolicyArgs>>;
}

interface AccessPolicyArgs {
  readonly policyArn: string;
  readonly accessScope: { readonly type: string; readonly namespaces?: readonly string[] };
}

/** The control plane, its access entries and its OIDC provider; of roles and security groups those that it is given. */
export async function clusterChildren(component: Component): Promise<WireObject> {
  const { name, inputs, make } = component;
  // the program's own arguments, checked by its compiler
  const { accessEntries = {}, createOidcProvider = false } = toPlain(inputs) as ClusterArgs;

  const cluster = await make({
    type: "aws:eks/cluster:Cluster",
    name: `${name}-eksCluster`,
    inputs: await controlPlaneInputs(component),
  });
  await Promise.all(
    Object.entries(accessEntries).map(([key, entry]) => makeAccessEntry(component, cluster, { key, entry })),
  );
  const oidc = createOidcProvider ? await makeOidcProvider(component, cluster) : undefined;

  const outputs = await component.outputs();
  const securityGroupId =
    inputs["clusterSecurityGroup"] ?? outputs["clusterSecurityGroupId"] ?? runtime.unknownValue;
  return {
    ...withEndpoint(outputs, cluster),
    eksCluster: referenceTo(cluster),
    clusterSecurityGroupId: securityGroupId,
    nodeSecurityGroupId: securityGroupId,
    ...(oidc === undefined
      ? {}
      : {
          oidcProviderArn: stateOf(oidc, "arn"),
          oidcProviderUrl: issuerOf(cluster),
          oidcIssuer: issuerOf(cluster),
        }),
  };
}

async function controlPlaneInputs({
  name,
  inputs,
  lookUp,
}: Component): Promise<Record<string, Wire | undefined>> {
  const { authenticationMode } = toPlain(inputs) as ClusterArgs;
  const keyArn = inputs["encryptionConfigKeyArn"];
  const cidr = inputs["kubernetesServiceIpAddressRange"];
  return {
    name: inputs["name"],
    version: inputs["version"],
    roleArn: (await lookUp(inputs["serviceRole"]))["arn"] ?? runtime.unknownValue,
    vpcConfig: present({
      subnetIds: inputs["subnetIds"] ?? inputs["privateSubnetIds"],
      endpointPrivateAccess: inputs["endpointPrivateAccess"],
      endpointPublicAccess: inputs["endpointPublicAccess"],
      publicAccessCidrs: inputs["publicAccessCidrs"],
    }),
    kubernetesNetworkConfig: cidr === undefined ? undefined : { ipFamily: "ipv4", serviceIpv4Cidr: cidr },
    encryptionConfig: keyArn === undefined ? undefined : { provider: { keyArn }, resources: ["secrets"] },
    accessConfig:
      authenticationMode === undefined
        ? undefined
        : // the component cannot be told otherwise
          { authenticationMode, bootstrapClusterCreatorAdminPermissions: true },
    bootstrapSelfManagedAddons: inputs["bootstrapSelfManagedAddons"],
    enabledClusterLogTypes: inputs["enabledClusterLogTypes"],
    upgradePolicy: inputs["upgradePolicy"],
    deletionProtection: inputs["deletionProtection"],
    tags: { Name: `${name}-eksCluster` },
  };
}

async function makeAccessEntry(
  { name, make }: Component,
  cluster: Child,
  { key, entry }: { readonly key: string; readonly entry: AccessEntryArgs },
): Promise<void> {
  const { principalArn, accessPolicies = {} } = entry;
  const clusterName = stateOf(cluster, "name");
  const accessEntry = await make({
    type: "aws:eks/accessEntry:AccessEntry",
    name: `${name}-${key}`,
    inputs: { clusterName, principalArn },
    uses: [cluster],
  });
  for (const [policy, { policyArn, accessScope }] of Object.entries(accessPolicies)) {
    await make({
      type: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
      name: `${name}-${key}-${policy}`,
      inputs: { clusterName, principalArn, policyArn, accessScope: present({ ...accessScope }) },
      uses: [cluster, accessEntry],
    });
  }
}

async function makeOidcProvider({ name, make }: Component, cluster: Child): Promise<Child> {
  return await make({
    type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    name: `${name}-oidcProvider`,
    inputs: { clientIdLists: ["sts.amazonaws.com"], url: issuerOf(cluster) },
    uses: [cluster],
  });
}

/** The table's row knows another endpoint than the child that was made. */
function withEndpoint(outputs: WireObject, cluster: Child): WireObject {
  const kubeconfig = outputs["kubeconfigJson"];
  const endpoint = cluster.state["endpoint"];
  if (typeof kubeconfig !== "string" || typeof endpoint !== "string") {
    return {};
  }
  const server = /"server":"[^"]+"/;
  const text = kubeconfig.replace(server, `"server":${JSON.stringify(endpoint)}`);
  return { kubeconfigJson: text, kubeconfig: JSON.parse(text) as Wire };
}

function issuerOf({ state }: Child): Wire {
  const { identities } = toPlain(state) as { identities?: { oidcs: { issuer: string }[] }[] };
  return identities?.[0]?.oidcs[0]?.issuer ?? runtime.unknownValue;
}

function stateOf({ state }: Child, key: string): Wire {
  return state[key] ?? runtime.unknownValue;
}

function present(fields: Readonly<Record<string, Wire | undefined>>): WireObject {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Wire] => entry[1] !== undefined),
  );
}
