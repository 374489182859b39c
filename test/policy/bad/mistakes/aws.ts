/* Sources: Checkov's checks of Terraform (CKV_AWS, CKV2_AWS), and the AWS Foundational Security Best Practices (FSBP). */
import { compute } from "./awsCompute";
import { identity } from "./awsIdentity";
import { network } from "./awsNetwork";
import { stores } from "./awsStores";
import { mistakesOf } from "./mistake";

export const awsMistakes = mistakesOf([...network, ...identity, ...stores, ...compute]);
