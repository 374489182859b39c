import assert from "node:assert/strict";
import { PriorityClasses, workloadPriorities } from "../../../components/platform/priorities";
import { findAll, run } from "../../support/run";

describe("PriorityClasses", () => {
  const valuesByName = async (): Promise<Readonly<Record<string, number>>> => {
    const { resources } = await run(() => {
      new PriorityClasses("main");
    });
    return Object.fromEntries(
      findAll(resources, "kubernetes:scheduling.k8s.io/v1:PriorityClass").map(({ inputs }) => {
        const { metadata, value } = inputs as { metadata: { name: string }; value: number };
        return [metadata.name, value];
      }),
    );
  };

  it("has batch make room for standard, that for critical, and all for the platform", async () => {
    const values = await valuesByName();
    const order = [
      workloadPriorities.batch,
      workloadPriorities.standard,
      workloadPriorities.critical,
      "platform-critical",
    ];
    const sorted = [...order].sort((a, b) => (values[a] ?? NaN) - (values[b] ?? NaN));
    assert.deepEqual(sorted, order);
    assert.deepEqual(Object.keys(values).sort(), [...order].sort());
  });

  it("lets a pod of any class have a node started for it: the autoscalers start none below -10", async () => {
    for (const [name, value] of Object.entries(await valuesByName())) assert.ok(value >= -10, name);
  });
});
