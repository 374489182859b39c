import type * as aws from "@pulumi/aws";
import { computes, type InvokeTable, type OutputTable } from "./table";

/** Computed outputs of the resource types that a search index on AWS registers. */
export const outputs: OutputTable = {
  "aws:opensearch/domain:Domain": computes<aws.opensearch.Domain>()((r) => {
    const name = String(r.inputs["domainName"]);
    const arn = `arn:aws:es:${r.region}:${r.account}:domain/${name}`;
    // of a domain in a network
    const endpoint = `vpc-${name}-${r.hex(26)}.${r.region}.es.amazonaws.com`;
    return {
      id: arn,
      arn,
      domainId: `${r.account}/${name}`,
      endpoint,
      dashboardEndpoint: `${endpoint}/_dashboards`,
    };
  }),
  "aws:lambda/invocation:Invocation": computes<aws.lambda.Invocation>()((r) => ({
    id: `${String(r.inputs["functionName"])}_$LATEST_${r.hex(32)}`,
    result: "{}",
  })),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};
