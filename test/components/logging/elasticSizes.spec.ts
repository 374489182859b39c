import * as assert from "node:assert/strict";
import {
  copies,
  type ElasticLoad,
  fullPart,
  hotDays,
  indexedPart,
  planNodes,
  volumeOf,
} from "../../../components/logging/elasticSizes";
import { bytes } from "../../../components/workload/quantity";

const logs = { gibPerDay: 30, retentionDays: 30, auditRetentionDays: 365 } as const;
const ha: ElasticLoad = { logs, highlyAvailable: true };

describe("sizes of Elasticsearch for logs", () => {
  it("are three masters, three fast and three large nodes where a zone may go", () => {
    assert.deepEqual(
      planNodes(ha).map(({ name, count, roles }) => [name, count, roles]),
      [
        ["master", 3, ["master"]],
        ["hot", 3, ["data_hot", "data_content", "ingest"]],
        ["warm", 3, ["data_warm"]],
      ],
    );
  });

  it("are three days on fast nodes, and what is left of the retention on large ones with the audit's", () => {
    const { hot, warm } = volumeOf(ha);
    const daily = 30 * indexedPart * copies;
    assert.equal(hot, daily * hotDays);
    // a day more than the retention, which begins when an index is full
    assert.equal(warm, daily * (31 - hotDays) + daily * 0.02 * 366);
    assert.ok(Math.abs(hot - 198) < 0.001 && Math.abs(warm - 2331.12) < 0.001, `${hot} and ${warm}`);
  });

  it("leave a fifth of each disk free", () => {
    const volume = volumeOf(ha);
    for (const { name, count, diskGiB } of planNodes(ha)) {
      if (name === "master") continue;
      const held = name === "hot" ? volume.hot : volume.warm;
      assert.ok(count * diskGiB * fullPart >= held, name);
      // and no more than is needed, to ten GiB
      assert.ok(count * (diskGiB - 10) * fullPart < held || diskGiB === 20, name);
    }
  });

  it("have a GiB of memory for 16 GiB that are searched all the time, and for 160 that seldom are", () => {
    for (const gibPerDay of [1, 5, 10, 20, 30, 40]) {
      for (const { name, diskGiB, resources } of planNodes({ ...ha, logs: { ...logs, gibPerDay } })) {
        const memoryGiB = bytes(resources.memory, name) / 2 ** 30;
        if (name === "hot") assert.ok(memoryGiB * 16 >= diskGiB, `${gibPerDay}: ${name}`);
        if (name === "warm") assert.ok(memoryGiB * 160 >= diskGiB, `${gibPerDay}: ${name}`);
      }
    }
  });

  it("are refused where a node would be larger than a machine", () => {
    assert.throws(
      () => planNodes({ ...ha, logs: { ...logs, gibPerDay: 200 } }),
      /elasticStack\.gibPerDay: expected logs that three nodes of 12 GiB of memory hold in a tier, got /,
    );
  });

  it("are three nodes that are masters too for traces alone, and one where nothing is highly available", () => {
    const traces = { gibPerDay: 5, retentionDays: 7 };
    assert.deepEqual(
      planNodes({ traces, highlyAvailable: true }).map(({ name, count, roles }) => [name, count, roles]),
      [["hot", 3, ["master", "data_hot", "data_content", "ingest"]]],
    );
    assert.equal(volumeOf({ traces, highlyAvailable: true }).hot, 5 * indexedPart * copies * 8);
    for (const load of [{ traces }, { logs }, { logs, traces }]) {
      const nodes = planNodes({ ...load, highlyAvailable: false });
      assert.deepEqual(
        nodes.map(({ count, roles }) => [count, roles[0]]),
        [[1, "master"]],
      );
    }
  });

  it("hold one copy where there is one node", () => {
    const small = { gibPerDay: 1, retentionDays: 7, auditRetentionDays: 30 };
    assert.equal(
      volumeOf({ logs: small, highlyAvailable: false }).hot,
      indexedPart * 8 + indexedPart * 0.02 * 31,
    );
  });

  it("hold no day on large nodes that is deleted before", () => {
    const short = { gibPerDay: 10, retentionDays: 1, auditRetentionDays: 1 };
    const { hot, warm } = volumeOf({ logs: short, highlyAvailable: true });
    assert.equal(hot, 10 * indexedPart * copies * 2);
    assert.equal(warm, 10 * 0.02 * indexedPart * copies * 2);
  });
});
