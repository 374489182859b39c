import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PlanResource } from "../../../preview/plan";
import { AwsBucket } from "../../../providers/aws/bucket";
import { AwsDnsZone } from "../../../providers/aws/dnsZone";
import { AwsEdge, type AwsEdgeArgs } from "../../../providers/aws/edge";
import { type Ran, run } from "../../support/run";
import { here } from "./stacks";

/** An edge, and where it serves assets of a bucket that lets its folder `assets` be served. */
function newEdge(args: Partial<Omit<AwsEdgeArgs, "assets">>, assets?: string): AwsEdge {
  const account = { allowedAccountIds: [here.accountId] };
  const provider = new aws.Provider("main", { region: here.region, ...account });
  const atEdge = new aws.Provider("edge", { region: "us-east-1", ...account });
  const zone = new AwsDnsZone(
    "zone",
    { ...here, domain: "shop.example.com", atEdge, logRetentionDays: 365 },
    { provider },
  );
  const bucket = new AwsBucket(
    "media",
    { ...here, archiveAfterDays: 0, noncurrentRetentionDays: 30, servedFolder: "assets" },
    { provider },
  );
  return new AwsEdge(
    "edge",
    {
      accountId: here.accountId,
      atEdge,
      zone,
      hosts: ["shop.example.com", "app.shop.example.com"],
      originHost: "origin.shop.example.com",
      originProofs: [
        { header: "X-Origin-Proof-A", value: pulumi.secret("first-proof") },
        { header: "X-Origin-Proof-B", value: pulumi.secret("second-proof") },
      ],
      loadBalancer: "k8s-1.elb.eu-west-1.amazonaws.com",
      caching: {
        site: { path: "/", maxAgeSeconds: 3600 },
        api: { path: "/api", maxAgeSeconds: 60 },
        live: { path: "/api/live", maxAgeSeconds: 0 },
      },
      logRetentionDays: 400,
      ...(assets !== undefined && { assets: { path: assets, bucket } }),
      ...args,
    },
    { provider },
  );
}

export async function makeEdge(
  args: Parameters<typeof newEdge>[0] = {},
  assets?: string,
): Promise<Ran<AwsEdge>> {
  return await run(() => newEdge(args, assets));
}

/** Logical name of the AWS provider by which a resource was made. */
export const providerOf = ({ provider }: PlanResource): string =>
  /::pulumi:providers:aws::(\w+)::/.exec(provider ?? "")?.[1] ?? "none";
