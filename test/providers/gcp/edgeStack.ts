import * as pulumi from "@pulumi/pulumi";
import type { Edge, EdgeArgs } from "../../../components/edge/edge";
import type { PlanResource } from "../../../preview/plan";
import type { Ran, TestRunOptions } from "../../support/run";
import { bucketArgs, onGcp, textOf } from "./stack";

/** What a test says of its edge. */
export interface Told extends Partial<Omit<EdgeArgs, "zone" | "assets">> {
  /** Serve a bucket under this path. */
  readonly assets?: string;
}

export const backendService = "gcp:compute/backendService:BackendService";

/** Runs an edge before a zone of two hosts. */
export async function makeEdge(
  { assets: path, ...args }: Told = {},
  options?: TestRunOptions,
): Promise<Ran<Edge>> {
  return await onGcp((cloud) => {
    const zone = cloud.dnsZone("main-zone", { domain: "example.com", logRetentionDays: 365 }, {});
    const assets = path !== undefined && {
      path,
      bucket: cloud.bucket("main-bucket", bucketArgs, {}),
    };
    return cloud.edge(
      "main-edge",
      {
        zone,
        hosts: ["example.com", "app.example.com"],
        originHost: "origin.example.com",
        originProofs: [
          { header: "X-Origin-Proof-A", value: pulumi.secret("first-proof") },
          { header: "X-Origin-Proof-B", value: pulumi.secret("second-proof") },
        ],
        loadBalancer: "203.0.113.10",
        caching: {
          site: { path: "/", maxAgeSeconds: 600 },
          api: { path: "/api", maxAgeSeconds: 0 },
        },
        logRetentionDays: 365,
        ...(assets !== false && { assets }),
        ...args,
      },
      {},
    );
  }, options);
}

/** Whether an input names the resource by its id. */
export function refersTo(value: unknown, { name }: PlanResource): boolean {
  return new RegExp(`/${name}-[0-9a-f]{7}$`).test(textOf(value));
}
