import * as gcp from "@pulumi/gcp";
import type { VeleroStorage } from "../../components/backup/velero";
import { gcpIdentity } from "./identity";
import type { GcpProject } from "./project";

/**
 * Velero's backups in Cloud Storage, by the metadata server of GKE: without a key its plugin acts as the pod's service account,
 * which it wants to be told (velero-plugin-for-gcp, object_store.go). It signs URLs by IAM, as that account and no other: the
 * narrowest role of Google's that has `signBlob`, on the account itself, which gives it nothing else that it is not already.
 * The bucket encrypts what it is given with its own key. Plugin 1.14 is made for Velero 1.18.
 */
export function gcsVelero(project: GcpProject): VeleroStorage {
  return {
    provider: "velero.io/gcp",
    plugin: { repository: "docker.io/velero/velero-plugin-for-gcp", tag: "v1.14.4" },
    configOf: (identity) => ({ serviceAccount: gcpIdentity(identity).identifier }),
    letSign: (name, identity, opts) => {
      const account = gcpIdentity(identity);
      new gcp.serviceaccount.IAMMember(
        name,
        {
          serviceAccountId: account.accountName,
          role: "roles/iam.serviceAccountTokenCreator",
          member: account.principal,
        },
        { ...opts, provider: project.provider },
      );
    },
  };
}
