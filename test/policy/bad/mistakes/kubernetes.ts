/*
 * Sources: Checkov's checks of manifests (CKV_K8S, CKV2_K8S), the CIS Kubernetes Benchmark 1.11, the Pod Security Standards (PSS),
 * the OWASP Kubernetes Top Ten (K01 to K10).
 */
import { access } from "./kubernetesAccess";
import { workloads } from "./kubernetesPods";
import { mistakesOf } from "./mistake";

export const kubernetesMistakes = mistakesOf([...workloads, ...access]);
