import * as assert from "node:assert/strict";
import { volumeClasses } from "../../../components/data/blockStorage";
import { awsProvider } from "../../../providers/aws";
import type { CloudProvider } from "../../../providers/provider";
import { find, run } from "../../support/run";
import { here, pool } from "../../providers/aws/stacks";
import { networkArgs, onGcp } from "../../providers/gcp/stack";

const storageClass = "kubernetes:storage.k8s.io/v1:StorageClass";

/** A cluster of either kind, with or without protection. */
const scene = (cloud: CloudProvider, protect: boolean, serverless: boolean): void => {
  const network = cloud.network("main-network", networkArgs, {});
  const args = { network, version: "1.35", protect };
  if (serverless) cloud.serverlessCluster("main", { ...args, serverlessNamespaces: ["seo"] }, {});
  else cloud.cluster("main", { ...args, nodePools: { system: pool } }, {});
};
const clouds = {
  aws: (protect: boolean, serverless: boolean) =>
    run(() => {
      scene(awsProvider("main", { ...here, tags: {} }, {}), protect, serverless);
    }),
  gcp: (protect: boolean, serverless: boolean) =>
    onGcp((cloud) => {
      scene(cloud, protect, serverless);
    }),
};

const expected = {
  aws: {
    fast: { type: "gp3", iops: "10000", throughput: "500" },
    archive: { type: "sc1" },
    provisioner: "ebs.csi.aws.com",
    key: /"kmsKeyId":"arn:aws:kms:/,
  },
  gcp: {
    fast: { type: "pd-ssd" },
    archive: { type: "pd-standard" },
    provisioner: "pd.csi.storage.gke.io",
    key: /"disk-encryption-kms-key":"projects\/example-prod\//,
  },
} as const;

describe("kinds of volumes", () => {
  for (const cloud of ["aws", "gcp"] as const) {
    for (const serverless of [false, true]) {
      it(`are there on ${cloud}, ${serverless ? "serverless" : "with nodes"}: fast ones and cheap ones, under our key`, async () => {
        const { resources } = await clouds[cloud](true, serverless);
        const { provisioner, key } = expected[cloud];
        for (const kind of ["fast", "archive"] as const) {
          const name = volumeClasses[kind];
          const one = resources.find(
            ({ type, inputs }) =>
              type === storageClass && JSON.stringify(inputs["metadata"]) === JSON.stringify({ name }),
          );
          assert.ok(one, name);
          const parameters = one.inputs["parameters"] as Readonly<Record<string, unknown>>;
          assert.match(JSON.stringify(parameters), key);
          for (const [parameter, value] of Object.entries(expected[cloud][kind]))
            assert.equal(parameters[parameter], value);
          const { provisioner: made, reclaimPolicy, volumeBindingMode, allowVolumeExpansion } = one.inputs;
          assert.deepEqual(
            { made, reclaimPolicy, volumeBindingMode, allowVolumeExpansion },
            {
              made: provisioner,
              reclaimPolicy: "Retain",
              volumeBindingMode: "WaitForFirstConsumer",
              allowVolumeExpansion: true,
            },
          );
        }
      });
    }

    it(`go with their claims on ${cloud} where nothing is protected, and are never the default`, async () => {
      const { resources } = await clouds[cloud](false, false);
      const base = cloud === "aws" ? "main-storage-class" : "main-volumes";
      for (const kind of ["fast", "archive"]) {
        const { inputs } = find(resources, storageClass, `${base}-${kind}`);
        assert.equal(inputs["reclaimPolicy"], "Delete");
        assert.doesNotMatch(JSON.stringify(inputs), /is-default-class/);
      }
    });
  }
});
