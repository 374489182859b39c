import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Access } from "../identity/workloadIdentity";
import { digest } from "../names";
import { closedContainer } from "../platform/securityContext";
import { milvusDatabase, milvusFiles, milvusSecrets, milvusUser, passwordKey, restUrl } from "./milvusParts";
import { jobPods } from "./milvusTraffic";
import { milvusImage } from "./milvusValues";
import type { MilvusVersion } from "./vectorStore";

/** Names of the roles in Milvus. */
const roleNames: Readonly<Record<Access, string>> = { read: "workload_reader", readWrite: "workload_writer" };

/**
 * What each role may do in the one database, by Milvus' own groups of privileges: none makes users or other databases
 * (https://milvus.io/docs/privilege_group.md).
 */
export const rolePrivileges: Readonly<Record<Access, readonly string[]>> = {
  read: ["CollectionReadOnly", "DatabaseReadOnly"],
  readWrite: ["CollectionAdmin", "DatabaseAdmin"],
};

/** The user of a service account: Milvus' names have no hyphens. */
export function milvusUserName(serviceAccount: string): string {
  return serviceAccount.replaceAll("-", "_");
}

/** Where the users' passwords stand in the job. */
const passwordsFolder = "/etc/milvus/users";

/** Arguments of {@link MilvusUsers}. */
export interface MilvusUsersArgs {
  /** Of Milvus. */
  readonly namespace: pulumi.Output<string>;
  readonly users: Readonly<Record<string, Access>>;
}

/** Passwords of `root` and of the workloads' users, made here as Milvus makes none; they stand in Secrets and, as secrets, in the state. */
export class MilvusUsers extends pulumi.ComponentResource {
  /** The Secret with the password of `root`. */
  readonly root: k8s.core.v1.Secret;
  /** The Secret with the others', by service account. */
  readonly secret: k8s.core.v1.Secret;
  private readonly passwords: Readonly<Record<string, random.RandomPassword>>;

  constructor(name: string, args: MilvusUsersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:data:MilvusUsers", name, {}, opts);
    const { namespace, users } = args;
    const child = { parent: this };
    const password = (user: string) =>
      // Milvus takes 72 characters at most
      new random.RandomPassword(`${name}-${user}`, { length: 40, special: false }, child);

    this.passwords = Object.fromEntries(Object.keys(users).map((user) => [user, password(user)]));
    this.root = new k8s.core.v1.Secret(
      `${name}-root`,
      {
        metadata: { name: milvusSecrets.root, namespace },
        stringData: { [passwordKey]: password("superuser").result },
      },
      child,
    );
    this.secret = new k8s.core.v1.Secret(
      name,
      {
        metadata: { name: "milvus-users", namespace },
        stringData: Object.fromEntries(Object.keys(users).map((user) => [user, this.passwordOf(user)])),
      },
      child,
    );
    this.registerOutputs({});
  }

  /** The user's password, a secret. */
  passwordOf(user: string): pulumi.Output<string> {
    const password = this.passwords[user];
    if (password === undefined) {
      throw new Error(`user: expected one of ${Object.keys(this.passwords).join(", ")}, got ${user}`);
    }
    return password.result;
  }
}

/**
 * What the job does, by Milvus' API (internal/distributed/proxy/httpserver/handler_v2.go): it answers 200 whatever comes of it,
 * with a code of its own. Saying it twice is no harm, and a user whose password is another gets that one.
 */
export function usersScript(namespace: string, users: Readonly<Record<string, Access>>): string {
  const url = `${restUrl(namespace)}/v2/vectordb`;
  const accesses = [...new Set(Object.values(users))].sort();
  const roles = accesses.flatMap((access) => [
    `has roles ${roleNames[access]} || call roles/create '{"roleName":"${roleNames[access]}"}'`,
    ...rolePrivileges[access].map(
      (privilege) =>
        `call roles/grant_privilege_v2 '{"roleName":"${roleNames[access]}","privilege":"${privilege}","collectionName":"*","dbName":"${milvusDatabase}"}'`,
    ),
  ]);
  const people = Object.entries(users).flatMap(([account, access]) => {
    const user = milvusUserName(account);
    const read = `password=$(cat ${passwordsFolder}/${account})`;
    return [
      read,
      `if has users ${user}`,
      // `root` is asked for no old one
      `then call users/update_password "{\\"userName\\":\\"${user}\\",\\"password\\":\\"$password\\",\\"newPassword\\":\\"$password\\"}"`,
      `else call users/create "{\\"userName\\":\\"${user}\\",\\"password\\":\\"$password\\"}"`,
      "fi",
      `call users/grant_role '{"userName":"${user}","roleName":"${roleNames[access]}"}'`,
    ];
  });
  return [
    "ask() {",
    // the body on standard input: no password is in what processes are started with
    `  printf '%s' "$2" | curl --silent --show-error --fail-with-body --cacert ${milvusFiles.server}/ca.crt --config "$config" --data @- "${url}/$1"`,
    "}",
    "call() {",
    '  answer=$(ask "$1" "$2")',
    `  case "$answer" in *'"code":0'[,}]*) ;; *) echo "$1: $answer" >&2; exit 1 ;; esac`,
    "}",
    "has() {",
    `  case "$(ask "$1/list" '{}')" in *"\\"$2\\""*) return 0 ;; *) return 1 ;; esac`,
    "}",
    "config=$(mktemp)",
    `printf 'header = "Authorization: Bearer root:%s"\\nheader = "Content-Type: application/json"\\n' "$ROOT_PASSWORD" > "$config"`,
    ...roles,
    ...people,
  ].join("\n");
}

/** Arguments of {@link usersJob}. */
export interface UsersJobArgs extends MilvusUsersArgs {
  /** Name of the namespace, before it exists. */
  readonly namespaceText: string;
  readonly version: MilvusVersion;
  readonly secrets: MilvusUsers;
}

/** Makes the users and their roles; another job where there are others, or another password. */
export function usersJob(
  name: string,
  { namespace, namespaceText, users, version, secrets }: UsersJobArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.batch.v1.Job {
  const account = new k8s.core.v1.ServiceAccount(
    name,
    { metadata: { name: "milvus-users", namespace }, automountServiceAccountToken: false },
    opts,
  );
  const script = usersScript(namespaceText, users);
  const passwords = pulumi.all(Object.keys(users).map((user) => secrets.passwordOf(user)));
  // the digest of forty letters tells nothing of them
  const said = pulumi.unsecret(passwords.apply((all) => digest(JSON.stringify([script, version, all]))));
  return new k8s.batch.v1.Job(
    name,
    {
      metadata: { name: pulumi.interpolate`milvus-users-${said}`, namespace },
      spec: {
        backoffLimit: 6,
        activeDeadlineSeconds: 900,
        template: {
          metadata: { labels: jobPods.users },
          spec: {
            restartPolicy: "Never",
            serviceAccountName: account.metadata.name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: milvusUser,
              runAsGroup: milvusUser,
              fsGroup: milvusUser,
              seccompProfile: { type: "RuntimeDefault" },
            },
            containers: [
              {
                name: "users",
                // for its curl: no other image is needed
                image: `${milvusImage}:v${version}`,
                command: ["/bin/sh", "-eu", "-c"],
                args: [script],
                env: [
                  {
                    name: "ROOT_PASSWORD",
                    valueFrom: { secretKeyRef: { name: secrets.root.metadata.name, key: passwordKey } },
                  },
                ],
                resources: {
                  requests: { cpu: "50m", memory: "64Mi" },
                  limits: { cpu: "200m", memory: "64Mi" },
                },
                securityContext: closedContainer(),
                volumeMounts: [
                  { name: "authority", mountPath: milvusFiles.server, readOnly: true },
                  { name: "passwords", mountPath: passwordsFolder, readOnly: true },
                  { name: "scratch", mountPath: "/tmp" },
                ],
              },
            ],
            volumes: [
              {
                name: "authority",
                secret: {
                  secretName: milvusSecrets.server,
                  items: [{ key: "ca.crt", path: "ca.crt" }],
                },
              },
              {
                name: "passwords",
                secret: { secretName: secrets.secret.metadata.name, defaultMode: 0o440 },
              },
              { name: "scratch", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
            ],
          },
        },
      },
    },
    opts,
  );
}
