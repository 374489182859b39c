import * as assert from "node:assert/strict";
import { clouds } from "../../components/cloud";
import { configOf, problemsOf, stackValues } from "./stackFiles";

const values = (cloud: string, kafka?: object): Record<string, string> => ({
  ...stackValues("staging"),
  cloud,
  blueprint: "seo-platform",
  ...(kafka !== undefined && { kafka: JSON.stringify(kafka) }),
});

describe("the settings of Kafka", () => {
  it("leave the brokers to MSK on AWS and to the cluster on GCP, unless the stack says", () => {
    const hostings = clouds.map((cloud) => configOf(values(cloud)).stores.kafka?.hosting);
    assert.deepEqual(Object.fromEntries(clouds.map((cloud, place) => [cloud, hostings[place]])), {
      aws: "cloud",
      gcp: "cluster",
    });
    assert.equal(configOf(values("aws", { hosting: "cluster" })).stores.kafka?.hosting, "cluster");
  });

  it("take the place of what the blueprint says", () => {
    const { kafka } = configOf(
      values("aws", { version: "4.0", brokers: 6, diskGiB: 100, maxDiskGiB: 500, retentionHours: 24 }),
    ).stores;
    assert.deepEqual(
      [kafka?.version, kafka?.brokers, kafka?.diskGiB, kafka?.maxDiskGiB, kafka?.retentionHours],
      ["4.0", 6, 100, 500, 24],
    );
    assert.deepEqual(kafka?.topics, { "crawl-requests": { partitions: 100 } });
  });

  for (const [kafka, problem] of [
    [
      { version: "4.3" },
      'kafka.version: expected one of 4.1, 4.0, 3.9 where groundwork:kafka.hosting is cloud, got "4.3"',
    ],
    [
      { hosting: "cluster", version: "4.1" },
      'kafka.version: expected one of 4.3, 4.2 where groundwork:kafka.hosting is cluster, got "4.1"',
    ],
    [
      { hosting: "cluster", maxDiskGiB: 500 },
      "kafka.maxDiskGiB: expected no key where groundwork:kafka.hosting is cluster, whose disks grow with diskGiB alone, got 500",
    ],
    [
      { diskGiB: 100, maxDiskGiB: 99 },
      "kafka.maxDiskGiB: expected at least groundwork:kafka.diskGiB, 100, got 99",
    ],
    [{ brokers: 1 }, "kafka.brokers: expected a whole number from 2 to 60, got 1"],
    [{ hosting: "elsewhere" }, 'kafka.hosting: expected one of cloud, cluster, got "elsewhere"'],
  ] as const) {
    it(`refuse ${JSON.stringify(kafka)}`, () => {
      assert.deepEqual(problemsOf(values("aws", kafka)), [problem]);
    });
  }

  it("may leave the brokers to Google, which is told neither release nor ceiling", () => {
    assert.equal(configOf(values("gcp", { hosting: "cloud" })).stores.kafka?.hosting, "cloud");
    const where = "no key where groundwork:kafka.hosting is cloud and groundwork:cloud is gcp";
    assert.deepEqual(problemsOf(values("gcp", { hosting: "cloud", version: "4.1", maxDiskGiB: 900 })), [
      `kafka.version: expected ${where}: the service has one release at a time, got "4.1"`,
      `kafka.maxDiskGiB: expected ${where}: what is written moves to Cloud Storage, and disks grow with diskGiB alone, got 900`,
    ]);
  });

  it("are a mistake where the blueprint has no Kafka", () => {
    assert.match(
      problemsOf({ ...values("aws", { brokers: 3 }), blueprint: "publishing" }).join("\n"),
      /kafka: expected no key where groundwork:blueprint is publishing, which has no such store/,
    );
  });
});
