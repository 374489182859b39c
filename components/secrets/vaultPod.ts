import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { platformPriority } from "../platform/priorities";
import { closedContainer } from "../platform/securityContext";
import { trustBundle } from "../traffic/internalAuthority";
import { modules } from "./cloudScript";
import { vaultAudience } from "./vaultParts";

type PodTemplate = k8s.types.input.core.v1.PodTemplateSpec;

/** Node.js alone: what runs by it imports nothing. */
export const scriptImage = { repository: "docker.io/library/node", tag: "24.21.0-alpine" } as const;

/** Whoever the image has for it. */
const nodeUser = 1000;

const folders = {
  program: "/opt/vault",
  trust: "/etc/vault/trust",
  token: "/var/run/secrets/vault",
} as const;

/** Modules of `vaultScripts`, and with them what they are told. */
export function vaultModules(...names: readonly string[]): Readonly<Record<string, string>> {
  return modules(`${__dirname}/vaultScripts`, ...names);
}

/** What a job of Vault's runs. */
export interface ProgramArgs {
  /** Name of its service account, and of its role in Vault. */
  readonly account: string;
  readonly namespace: pulumi.Output<string>;
  /** What the service account must carry to be known to the cloud. */
  readonly serviceAccountAnnotations: pulumi.Input<Record<string, string>>;
  readonly files: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Names of the parts of a program. */
export interface Program {
  readonly account: pulumi.Output<string>;
  readonly configMap: pulumi.Output<string>;
}

/** Makes what a job of Vault's runs, and whom it runs as. */
export function vaultProgram(
  name: string,
  { account, namespace, serviceAccountAnnotations, files }: ProgramArgs,
  opts: pulumi.CustomResourceOptions,
): Program {
  const made = new k8s.core.v1.ServiceAccount(
    name,
    {
      metadata: { name: account, namespace, annotations: serviceAccountAnnotations },
      automountServiceAccountToken: false,
    },
    opts,
  );
  const program = new k8s.core.v1.ConfigMap(
    name,
    { metadata: { namespace }, immutable: true, data: files },
    opts,
  );
  return { account: made.metadata.name, configMap: program.metadata.name };
}

/** Arguments of {@link vaultPod}. */
export interface VaultPodArgs {
  readonly program: Program;
  /** Which of the program's files begins. */
  readonly main: string;
  /** Name of the container. */
  readonly container: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly resources: k8s.types.input.core.v1.ResourceRequirements;
}

/** A pod that runs a program once, with a token for Vault and the authority of its servers. */
export function vaultPod(args: VaultPodArgs): PodTemplate {
  const { program, main, container, labels, nodeSelector, resources } = args;
  const env = {
    ...args.env,
    NODE_EXTRA_CA_CERTS: `${folders.trust}/${trustBundle.file}`,
    VAULT_JWT_FILE: `${folders.token}/token`,
  };
  return {
    metadata: { labels },
    spec: {
      restartPolicy: "Never",
      serviceAccountName: program.account,
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
          name: container,
          image: `${scriptImage.repository}:${scriptImage.tag}`,
          command: ["node", `${folders.program}/${main}`],
          env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
          resources,
          securityContext: closedContainer(),
          volumeMounts: [
            { name: "program", mountPath: folders.program, readOnly: true },
            { name: "trust", mountPath: folders.trust, readOnly: true },
            { name: "token", mountPath: folders.token, readOnly: true },
          ],
        },
      ],
      volumes: [
        { name: "program", configMap: { name: program.configMap } },
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
