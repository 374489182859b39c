import type { Json, PlanResource } from "../../preview/plan";
import type { StoreReader } from "./storeReaders";
import { numberAt, ownOf, textAt, volumeKey } from "./storeScene";

/** Reads Milvus from its etcd, which keeps what is what; its bucket is read as any other is. */
export function milvusReader(buckets: Readonly<Record<string, StoreReader>>): StoreReader {
  return ({ inputs }, scene) => {
    const [release] = ownOf(scene, "kubernetes:helm.sh/v3:Release");
    const [job] = ownOf(scene, "kubernetes:batch/v1:CronJob");
    // beside the bucket stand its logs, and its copy
    const objects = Object.entries(buckets).flatMap(([type, read]) =>
      ownOf(scene, type)
        .filter(({ name }) => name === scene.name)
        .map((bucket) => read(bucket, scene)),
    );
    const keys = [
      volumeKey(textAt(inputs, "spec.volumeClaimTemplates.0.spec.storageClassName"), scene),
      ...objects.map(({ encryption }) => encryption),
    ];
    const nodes = numberAt(release?.inputs, "values.queryNode.replicas");
    const isCopied = job !== undefined && objects.some(({ copies }) => copies.length > 0);
    return {
      system: `Milvus ${(textAt(release?.inputs, "values.image.all.tag") ?? "").replace(/^v/, "")}`,
      // what is not under the stack's key says for all
      encryption: keys.find((key) => key !== "the stack's key") ?? "the stack's key",
      tls: forcesTls(release),
      standby: nodes > 1 ? `${nodes} query nodes` : "no",
      backupDays: daysOf(job),
      pitr: false,
      copies: isCopied ? ["backups"] : [],
      refusesDeletion: undefined,
    };
  };
}

function forcesTls(release: PlanResource | undefined): boolean {
  const told = textAt(release?.inputs, ["values", "extraConfigFiles", "user.yaml"]) ?? "{}";
  const config: Json = JSON.parse(told) as Json; // what the program writes there is JSON
  return numberAt(config, "common.security.tlsMode") > 0;
}

/** How long the job leaves backups there, days. */
function daysOf(job: PlanResource | undefined): number {
  const script = textAt(job?.inputs, "spec.jobTemplate.spec.template.spec.containers.0.args.0") ?? "";
  return Number(/ - (\d+) \* 86400/.exec(script)?.[1] ?? 0);
}
