/* Sources: Checkov's checks of Terraform (CKV_GCP, CKV2_GCP) and the CIS Google Cloud Platform Foundation Benchmark. */
import { cluster } from "./gcpCluster";
import { access, network } from "./gcpNetwork";
import { stores } from "./gcpStores";
import { mistakesOf } from "./mistake";

export const gcpMistakes = mistakesOf([...network, ...access, ...stores, ...cluster]);
