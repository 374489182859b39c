import type * as aws from "@pulumi/aws";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of what tells the cluster of machines that are about to go, and of what new ones run as. */
export const outputs: OutputTable = {
  "aws:sqs/queuePolicy:QueuePolicy": computes<aws.sqs.QueuePolicy>()((r) => ({ id: text(r, "queueUrl") })),
  "aws:cloudwatch/eventRule:EventRule": computes<aws.cloudwatch.EventRule>()((r) => {
    const given = r.inputs["name"];
    const name = typeof given === "string" ? given : r.autoName;
    return { id: name, name, arn: `arn:aws:events:${r.region}:${r.account}:rule/${name}` };
  }),
  "aws:cloudwatch/eventTarget:EventTarget": computes<aws.cloudwatch.EventTarget>()((r) => {
    const targetId = `terraform-${r.hex(26)}`;
    return { id: `${text(r, "rule")}-${targetId}`, targetId, eventBusName: "default" };
  }),
  "aws:iam/instanceProfile:InstanceProfile": computes<aws.iam.InstanceProfile>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    arn: `arn:aws:iam::${r.account}:instance-profile/${r.autoName}`,
    createDate: "2026-01-01T00:00:00Z",
    uniqueId: `AIPA${r.hex(17).toUpperCase()}`,
  })),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};

function text({ type, name, inputs }: Registered, key: string): string {
  const value = inputs[key];
  if (typeof value !== "string") {
    throw new Error(`${type} ${name}: expected a string in ${key}, got ${typeof value}`);
  }
  return value;
}
