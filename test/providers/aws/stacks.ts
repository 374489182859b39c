import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../../../components/network/network";
import { AwsCluster, type AwsClusterArgs } from "../../../providers/aws/cluster";

/** Where the tests' resources stand. */
export const here = { region: "eu-west-1", accountId: "210987654321" } as const;

/** The providers that the program gives to every component on AWS. */
export function awsProviders(): pulumi.ProviderResource[] {
  const { region, accountId } = here;
  return [new aws.Provider("main", { region, allowedAccountIds: [accountId] }), new eks.Provider("main")];
}

/** A network that stands already: what clusters and stores read of one. */
class GivenNetwork extends pulumi.ComponentResource implements Network {
  readonly networkId = pulumi.output("vpc-0123456789abcdef0");
  readonly zones: readonly string[];
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly controlPlaneSubnetIds: pulumi.Output<string[]>;
  readonly dataSubnetIds: pulumi.Output<string[]>;
  readonly serviceCidr = "172.20.0.0/18";
  readonly workloadCidrs = ["10.20.0.0/17"];
  readonly privateApis = true;
  readonly dataCidrs = ["10.20.128.0/18"];

  constructor(name: string, zones: readonly string[], reserve: readonly string[]) {
    super("groundwork:test:Network", name);
    this.zones = zones.map((zone) => `${here.region}${zone}`);
    this.privateSubnetIds = pulumi.output(zones.map((zone) => `subnet-private-${zone}`));
    this.controlPlaneSubnetIds = pulumi.output(
      [...zones, ...reserve].map((zone) => `subnet-private-${zone}`),
    );
    this.dataSubnetIds = pulumi.output([...zones, ...reserve].map((zone) => `subnet-data-${zone}`));
    this.registerOutputs({});
  }
}

/** A network for components that only read of it, its data subnets in these zones and those in reserve. */
export function givenNetwork(
  name = "given",
  zones: readonly string[] = ["a", "b"],
  reserve: readonly string[] = [],
): Network {
  return new GivenNetwork(name, zones, reserve);
}

/** A pool as blueprints write it. */
export const pool = {
  machine: { vcpus: 4, memoryGiB: 16, burstable: true },
  minNodes: 3,
  initialNodes: 4,
  maxNodes: 6,
} as const satisfies AwsClusterArgs["nodePools"][string];

/** A cluster with one pool, `system`. */
export function makeCluster(
  args: Partial<AwsClusterArgs> = {},
  providers: pulumi.ProviderResource[] = awsProviders(),
  name = "main",
): AwsCluster {
  return new AwsCluster(
    name,
    { ...here, network: givenNetwork(), version: "1.35", nodePools: { system: pool }, ...args },
    { providers },
  );
}
