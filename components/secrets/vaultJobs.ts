import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { digest } from "../names";
import type { CloudScript } from "./cloudScript";
import type { VaultConfig } from "./vaultConfig";
import { configurator, jobPods } from "./vaultParts";
import { vaultModules, vaultPod, vaultProgram } from "./vaultPod";

/** How often Vault is made again what it is to be, and told the databases' passwords, which RDS changes once a week. */
export const configureSchedule = "*/30 * * * *";

/** What a run asks for. */
export const configureRequests = { cpu: "50m", memory: "128Mi" } as const;
const configureLimits = { cpu: "500m", memory: "256Mi" } as const;

/** Longest that a run may take, seconds: Vault may need minutes to start at first. */
const deadlineSeconds = 900;

/** Arguments of {@link vaultJobs}. */
export interface VaultJobsArgs {
  readonly namespace: pulumi.Output<string>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly serviceAccountAnnotations: pulumi.Input<Record<string, string>>;
  readonly secretStore: CloudScript;
  /** Where people find the recovery keys; the job adds them and reads none. */
  readonly recoverySecretId: pulumi.Output<string>;
  readonly config: VaultConfig;
}

/**
 * Initialises Vault and makes it what it is to be, at each change and every half an hour. A job in the cluster and neither
 * Pulumi's provider, which needs a Vault that answers before the first one is there and a token of its administrator's in
 * the state, nor an operator, which somebody has to let in by such a token first, and which is one more that may do all.
 *
 * @returns the job of the change
 */
export function vaultJobs(
  name: string,
  args: VaultJobsArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.batch.v1.Job {
  const { namespace, nodeSelector, serviceAccountAnnotations, secretStore, recoverySecretId } = args;
  const told = pulumi
    .all({ ...args.config, recoverySecretId })
    .apply((all) => JSON.stringify(all, undefined, 1));
  const scripts = { ...vaultModules("configure.cjs", "vaultApi.cjs"), ...secretStore.files };
  const program = vaultProgram(
    name,
    {
      account: configurator,
      namespace,
      serviceAccountAnnotations,
      files: { ...scripts, "config.json": told },
    },
    // it needs no server that stands, and services wait for what is told by it: the engine walks every way from them
    { ...opts, dependsOn: [] },
  );
  const pod = (initialises: boolean) =>
    vaultPod({
      program,
      main: "configure.cjs",
      container: "configure",
      labels: jobPods.configure,
      // two that initialised it at once would each keep keys
      env: { ...secretStore.env, VAULT_INITIALISE: String(initialises) },
      nodeSelector,
      resources: { requests: configureRequests, limits: configureLimits },
    });
  // another program or another configuration makes another job
  const said = told.apply((text) => digest(text + Object.values(scripts).join("")));
  const job = new k8s.batch.v1.Job(
    name,
    {
      metadata: { name: pulumi.interpolate`${configurator}-${said}`, namespace },
      spec: { backoffLimit: 6, activeDeadlineSeconds: deadlineSeconds, template: pod(true) },
    },
    { ...opts, customTimeouts: { create: `${deadlineSeconds + 60}s` } },
  );
  new k8s.batch.v1.CronJob(
    `${name}-schedule`,
    {
      metadata: { name: configurator, namespace },
      spec: {
        schedule: configureSchedule,
        timeZone: "Etc/UTC",
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          spec: { backoffLimit: 2, activeDeadlineSeconds: deadlineSeconds, template: pod(false) },
        },
      },
    },
    { ...opts, dependsOn: job },
  );
  return job;
}
