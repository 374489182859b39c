import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RecoveryPlace, RecoveryPlaceArgs } from "../../components/data/recovery";
import { explicitProvider } from "./explicit";
import { AwsNetwork } from "./network";

/** Arguments of an {@link AwsRecoveryPlace}. */
export interface AwsRecoveryPlaceArgs extends RecoveryPlaceArgs {
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /** Tags of everything that takes tags. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * {@link RecoveryPlace} as a VPC in another region, joined to none: what replicates into it does so by the service's own
 * ways. Nothing runs there until somebody fails over.
 */
export class AwsRecoveryPlace extends pulumi.ComponentResource implements RecoveryPlace {
  readonly region: string;
  /** Makes what stands in that region. */
  readonly provider: aws.Provider;
  readonly network: AwsNetwork;

  constructor(name: string, args: AwsRecoveryPlaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:RecoveryPlace", name, {}, opts);
    const { region, cidr, zones, podCidr, serviceCidr, flowLogRetentionDays, protect } = args;
    const { accountId, tags } = args;

    this.region = region;
    this.provider = new aws.Provider(
      name,
      { region, allowedAccountIds: [accountId], defaultTags: { tags } },
      { parent: this },
    );
    this.network = new AwsNetwork(
      `${name}-network`,
      {
        cidr,
        zones,
        podCidr,
        serviceCidr,
        region,
        accountId,
        egress: "none",
        storesOnly: true,
        // nothing there calls AWS before a failover
        interfaceEndpoints: [],
        flowLogRetentionDays,
        protect,
      },
      { parent: this, providers: [this.provider, explicitProvider(this, "awsx")] },
    );
    this.registerOutputs({ region });
  }
}

/** The place as this cloud made it. */
export function awsRecovery(place: RecoveryPlace): AwsRecoveryPlace {
  if (!(place instanceof AwsRecoveryPlace)) {
    throw new Error(`recovery: expected a place of this cloud, got a ${place.constructor.name}`);
  }
  return place;
}
