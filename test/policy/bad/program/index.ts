/*
 * A platform as nobody should build one: each resource makes a mistake that a public list warns of (`../mistakes/`). It is
 * written after those lists, without a look at the rules.
 */
import { containersAndMore } from "./awsCompute";
import { identities } from "./awsIdentity";
import { networkAndMachines } from "./awsNetwork";
import { awsProvider, gcpProvider, kubernetesProvider } from "./providers";
import { stores } from "./awsStores";
import { googleCluster } from "./gcpCluster";
import { googleNetwork } from "./gcpNetwork";
import { googleStores } from "./gcpStores";
import { access } from "./kubernetesAccess";
import { pods } from "./kubernetesPods";

/** Registers it all. */
export function badStack(): void {
  const amazon = { provider: awsProvider() };
  networkAndMachines(amazon);
  identities(amazon);
  stores(amazon);
  containersAndMore(amazon);
  const google = { provider: gcpProvider() };
  googleNetwork(google);
  googleStores(google);
  googleCluster(google);
  const cluster = { provider: kubernetesProvider() };
  pods(cluster);
  access(cluster);
}
