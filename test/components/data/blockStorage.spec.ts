import * as assert from "node:assert/strict";
import { volumeClasses } from "../../../components/data/blockStorage";
import { snapshotClassName } from "../../../components/data/volumeSnapshots";
import { awsProvider } from "../../../providers/aws";
import type { CloudProvider } from "../../../providers/provider";
import { find, findAll, run } from "../../support/run";
import { here, pool } from "../../providers/aws/stacks";
import { networkArgs, onGcp } from "../../providers/gcp/stack";

const storageClass = "kubernetes:storage.k8s.io/v1:StorageClass";
const snapshotClass = "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass";

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

  for (const cloud of ["aws", "gcp"] as const) {
    for (const serverless of [false, true]) {
      it(`can be snapshotted on ${cloud}, ${serverless ? "serverless" : "with nodes"}, by one class that is the default`, async () => {
        const { resources } = await clouds[cloud](true, serverless);
        const [made, ...others] = findAll(resources, snapshotClass);
        assert.ok(made && others.length === 0);
        const { metadata, driver, deletionPolicy, parameters } = made.inputs;
        assert.deepEqual(
          { metadata, driver, deletionPolicy, parameters },
          {
            metadata: {
              name: snapshotClassName,
              annotations: { "snapshot.storage.kubernetes.io/is-default-class": "true" },
            },
            driver: expected[cloud].provisioner,
            deletionPolicy: "Retain",
            parameters: cloud === "aws" ? undefined : { "storage-locations": "us-east1" },
          },
        );
      });
    }

    it(`lose their snapshots with who asked for them on ${cloud} where nothing is protected`, async () => {
      const { resources } = await clouds[cloud](false, false);
      assert.equal(find(resources, snapshotClass).inputs["deletionPolicy"], "Delete");
    });
  }

  it("are snapshotted on AWS only once EKS has installed the kind", async () => {
    const { resources } = await clouds.aws(true, false);
    const controller = find(resources, "aws:eks/addon:Addon", "main-snapshot-controller");
    assert.ok(find(resources, snapshotClass).dependencies.includes(controller.urn));
  });

  it("are snapshotted on GCP only once there are nodes, with the driver that GKE runs", async () => {
    const { resources } = await clouds.gcp(true, false);
    const cluster = find(resources, "gcp:container/cluster:Cluster");
    const { addonsConfig } = cluster.inputs as { readonly addonsConfig?: Readonly<Record<string, unknown>> };
    assert.deepEqual(addonsConfig?.["gcePersistentDiskCsiDriverConfig"], { enabled: true });
    const pools = findAll(resources, "gcp:container/nodePool:NodePool");
    assert.ok(pools.length > 0);
    const { dependencies } = find(resources, snapshotClass);
    for (const { urn } of pools) assert.ok(dependencies.includes(urn));
  });
});
