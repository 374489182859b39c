import type * as aws from "@pulumi/aws";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of the resource types that secrets of AWS and their rotation register. */
export const outputs: OutputTable = {
  "aws:lambda/function:Function": computes<aws.lambda.Function>()((r) => {
    const arn = `arn:aws:lambda:${r.region}:${r.account}:function:${r.autoName}`;
    return { id: r.autoName, name: r.autoName, arn, qualifiedArn: `${arn}:$LATEST`, version: "$LATEST" };
  }),
  "aws:lambda/permission:Permission": computes<aws.lambda.Permission>()((r) => ({
    id: r.autoName,
    statementId: r.autoName,
  })),
  "aws:secretsmanager/secret:Secret": computes<aws.secretsmanager.Secret>()((r) => {
    // six letters and digits of Secrets Manager's own end it
    const arn = `arn:aws:secretsmanager:${r.region}:${r.account}:secret:${r.autoName}-${r.hex(6)}`;
    return { id: arn, arn, name: r.autoName };
  }),
  "aws:secretsmanager/secretRotation:SecretRotation": computes<aws.secretsmanager.SecretRotation>()((r) => ({
    id: text(r, "secretId"),
    rotationEnabled: true,
  })),
  "aws:sqs/queue:Queue": computes<aws.sqs.Queue>()((r) => {
    // the provider ends the name of such a queue as SQS asks for
    const name = r.inputs["fifoQueue"] === true ? `${r.autoName}.fifo` : r.autoName;
    const url = `https://sqs.${r.region}.amazonaws.com/${r.account}/${name}`;
    return { id: url, url, name, arn: `arn:aws:sqs:${r.region}:${r.account}:${name}` };
  }),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};

/** A text input; empty while it is not known. */
function text({ inputs }: Registered, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : "";
}
