import { awsProvider } from "../../../providers/aws";
import type { CloudProvider } from "../../../providers/provider";
import type { Network } from "../../../components/network/network";
import type { RecoveryPlace } from "../../../components/data/recovery";
import { type Ran, run, type TestRunOptions } from "../../support/run";
import { here } from "./stacks";

/** The region that takes over in these tests. */
export const there = "eu-central-1";

/** What a store with a copy in another region is made in. */
export interface RecoveryScene {
  readonly cloud: CloudProvider;
  readonly network: Network;
  readonly recovery: RecoveryPlace;
}

/** Runs a piece of a stack of AWS that has a region for recovery. */
export async function withRecovery<T>(
  make: (scene: RecoveryScene) => T,
  options?: TestRunOptions,
): Promise<Ran<T>> {
  return await run(() => {
    const cloud = awsProvider("main", { ...here, tags: {} }, {});
    const addresses = { podCidr: "10.64.0.0/15", serviceCidr: "172.20.0.0/18" };
    const network = cloud.network(
      "main-network",
      { cidr: "10.0.0.0/16", zones: ["a", "b"], ...addresses },
      {},
    );
    const recovery = cloud.recovery(
      "main-recovery",
      {
        network,
        region: there,
        cidr: "10.128.0.0/16",
        zones: ["a", "b"],
        ...addresses,
        flowLogRetentionDays: 365,
        protect: true,
      },
      {},
    );
    return make({ cloud, network, recovery });
  }, options);
}
