import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { digest } from "../names";
import { platformPriority } from "../platform/priorities";
import { closedContainer } from "../platform/securityContext";
import { trustBundle } from "../traffic/internalAuthority";
import type { SecretStoreScript } from "./sealKey";
import type { VaultConfig } from "./vaultConfig";
import { configurator, configurePods, vaultAudience } from "./vaultParts";

type PodTemplate = k8s.types.input.core.v1.PodTemplateSpec;

/** Node.js alone: what runs by it imports nothing. */
export const configureImage = { repository: "docker.io/library/node", tag: "24.21.0-alpine" } as const;

/** Whoever the image has for it. */
const nodeUser = 1000;

/** How often Vault is made again what it is to be, and told the databases' passwords, which RDS changes once a week. */
export const configureSchedule = "*/30 * * * *";

/** What a run asks for. */
export const configureRequests = { cpu: "50m", memory: "128Mi" } as const;
const configureLimits = { cpu: "500m", memory: "256Mi" } as const;

/** Longest that a run may take, seconds: Vault may need minutes to start at first. */
const deadlineSeconds = 900;

const folders = {
  program: "/opt/configure",
  trust: "/etc/vault/trust",
  token: "/var/run/secrets/vault",
} as const;

/** Arguments of {@link vaultJobs}. */
export interface VaultJobsArgs {
  readonly namespace: pulumi.Output<string>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly serviceAccountAnnotations: pulumi.Input<Record<string, string>>;
  readonly secretStore: SecretStoreScript;
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
  const { namespace, serviceAccountAnnotations, secretStore, recoverySecretId, config } = args;
  const account = new k8s.core.v1.ServiceAccount(
    name,
    {
      metadata: { name: configurator, namespace, annotations: serviceAccountAnnotations },
      automountServiceAccountToken: false,
    },
    opts,
  );
  const told = pulumi.all({ ...config, recoverySecretId }).apply((all) => JSON.stringify(all, undefined, 1));
  const program = new k8s.core.v1.ConfigMap(
    name,
    {
      metadata: { namespace },
      immutable: true,
      data: {
        "configure.cjs": readFileSync(join(__dirname, "vaultScripts/configure.cjs"), "utf8"),
        "secretStore.cjs": secretStore.text,
        "config.json": told,
      },
    },
    opts,
  );
  const template = { ...args, account: account.metadata.name, program: program.metadata.name };
  // another program or another configuration makes another job
  const said = told.apply((text) => digest(text + secretStore.text + readScript()));
  const job = new k8s.batch.v1.Job(
    name,
    {
      metadata: { name: pulumi.interpolate`${configurator}-${said}`, namespace },
      spec: {
        backoffLimit: 6,
        activeDeadlineSeconds: deadlineSeconds,
        template: podTemplate({ ...template, initialises: true }),
      },
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
          spec: {
            backoffLimit: 2,
            activeDeadlineSeconds: deadlineSeconds,
            template: podTemplate({ ...template, initialises: false }),
          },
        },
      },
    },
    { ...opts, dependsOn: job },
  );
  return job;
}

function readScript(): string {
  return readFileSync(join(__dirname, "vaultScripts/configure.cjs"), "utf8");
}

interface PodArgs extends Pick<VaultJobsArgs, "nodeSelector" | "secretStore"> {
  readonly account: pulumi.Input<string>;
  readonly program: pulumi.Input<string>;
  /** Whether it may initialise Vault: two that did so at once would each keep keys. */
  readonly initialises: boolean;
}

function podTemplate({ nodeSelector, secretStore, account, program, initialises }: PodArgs): PodTemplate {
  const env = {
    ...secretStore.env,
    NODE_EXTRA_CA_CERTS: `${folders.trust}/${trustBundle.file}`,
    VAULT_JWT_FILE: `${folders.token}/token`,
    VAULT_INITIALISE: String(initialises),
  };
  return {
    metadata: { labels: configurePods },
    spec: {
      restartPolicy: "Never",
      serviceAccountName: account,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      priorityClassName: platformPriority,
      ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: nodeUser,
        runAsGroup: nodeUser,
        fsGroup: nodeUser,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: "configure",
          image: `${configureImage.repository}:${configureImage.tag}`,
          command: ["node", `${folders.program}/configure.cjs`],
          env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
          resources: { requests: configureRequests, limits: configureLimits },
          securityContext: closedContainer(),
          volumeMounts: [
            { name: "program", mountPath: folders.program, readOnly: true },
            { name: "trust", mountPath: folders.trust, readOnly: true },
            { name: "token", mountPath: folders.token, readOnly: true },
          ],
        },
      ],
      volumes: [
        { name: "program", configMap: { name: program } },
        { name: "trust", configMap: { name: trustBundle.configMap } },
        {
          name: "token",
          projected: {
            sources: [
              { serviceAccountToken: { audience: vaultAudience, path: "token", expirationSeconds: 600 } },
            ],
          },
        },
      ],
    },
  };
}
