import { holdsCredential, isSecretName, isSet, isTrue, mustBeOneOf } from "../check";
import { always, fromStaging, inProd } from "../levels";
import { resourceRule } from "../rule";

export const configMapNoSecrets = resourceRule({
  id: "k8s-configmap-no-secrets",
  title: "ConfigMaps hold no secrets",
  severity: "critical",
  description: "Everyone who may look at a namespace may read its ConfigMaps.",
  remedy: "Move the value into a Secret.",
  controls: { nsa: ["Secrets"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: ["kubernetes:core/v1:ConfigMap"],
  check: ({ props: { data } }) =>
    Object.entries(data ?? {})
      .filter(([key, value]) => (isSecretName(key) && value !== "") || holdsCredential(value))
      .map(([key]) => `data.${key} looks like a secret`),
});

export const storageClassEncrypted = resourceRule({
  id: "k8s-storage-class-encrypted",
  title: "Storage classes encrypt and wait",
  severity: "high",
  description:
    "Volumes are encrypted under our key, and made where the pod is: bound at once, a volume may stand in a zone where the pod can't run.",
  remedy:
    'Set parameters.encrypted "true" and kmsKeyId (EBS) or disk-encryption-kms-key (PD), volumeBindingMode WaitForFirstConsumer and allowVolumeExpansion.',
  controls: { cisGke: ["5.9.1"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: ["kubernetes:storage.k8s.io/v1:StorageClass"],
  check: ({ props: { provisioner, parameters, volumeBindingMode, allowVolumeExpansion } }) => [
    provisioner === "ebs.csi.aws.com" && [
      !isTrue(parameters?.["encrypted"]) && 'parameters.encrypted is not "true"',
      !isSet(parameters, "kmsKeyId") && "parameters.kmsKeyId is not set",
    ],
    provisioner === "pd.csi.storage.gke.io" &&
      !isSet(parameters, "disk-encryption-kms-key") &&
      "parameters.disk-encryption-kms-key is not set",
    volumeBindingMode !== "WaitForFirstConsumer" && "volumeBindingMode is not WaitForFirstConsumer",
    !isTrue(allowVolumeExpansion) && "allowVolumeExpansion is not true",
  ],
});

export const snapshotsRetained = resourceRule({
  id: "k8s-storage-snapshots-retained",
  title: "Snapshots of volumes outlive what asked for them",
  severity: "medium",
  description:
    "Who deletes a namespace deletes its VolumeSnapshots, and with the policy Delete the snapshots themselves.",
  remedy: "Set deletionPolicy to Retain.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  types: ["kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass"],
  check: ({ props }) => mustBeOneOf(props.deletionPolicy, ["Retain"], "deletionPolicy"),
});
