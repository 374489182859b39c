import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../../components/names";
import { generatedBytes } from "../../components/secrets/secret";
import { autoNamed } from "../../components/names";
import { GcpKey } from "./key";
import { accountId, type GcpPlacement, type GcpProject } from "./project";

/** Longest name that the service takes. */
const maxWorkflowName = 64;

/** Arguments of {@link secretRotation}. */
export interface SecretRotationArgs extends GcpPlacement {
  readonly secret: gcp.secretmanager.Secret;
  /** How often, hours. */
  readonly everyHours: number;
  /** Refuse deletion in Pulumi of the key that the runs are kept under. */
  readonly protect: boolean;
}

const hourSeconds = 3600;

/** Longest id of a role of the project's own, characters. */
const maxRoleId = 64;

/** A secret without a value gets one within ten minutes, and a rotation that failed is tried again as soon. */
const everyTenMinutes = "*/10 * * * *";

/** Who starts a rotation, and as whom it runs: it may add a version and destroy one, and read none. */
const rotationPermissions = ["cloudkms.locations.generateRandomBytes", "logging.logEntries.create"];

/**
 * Gives one secret a new value on time. Secret Manager's own rotation only says that it is time, and wants the time of the
 * first from whoever makes it; so a workflow looks every ten minutes how old the newest version is, and adds one whose
 * bytes come from Cloud HSM. It is text that Google runs: no image, no build, no package to patch.
 */
export function secretRotation(
  name: string,
  { secret, everyHours, region, project, protect }: SecretRotationArgs,
  opts: { readonly parent: pulumi.Resource },
): void {
  const { account, grants } = rotator(name, secret, project, opts);
  const key = new GcpKey(
    `${name}-key`,
    { region, project, protect, users: { workflows: project.agents.workflows } },
    opts,
  );
  const workflow = new gcp.workflows.Workflow(
    autoNamed(maxWorkflowName, name),
    {
      region,
      description: `gives a secret a new value every ${everyHours} hours`,
      serviceAccount: account.id,
      // a run holds the value while it goes: under our key, and in no history or log
      cryptoKeyName: key.keyId,
      executionHistoryLevel: "EXECUTION_HISTORY_BASIC",
      callLogLevel: "LOG_ERRORS_ONLY",
      // it holds nothing: the secret does
      deletionProtection: false,
      sourceContents: secret.id.apply((secretId) =>
        JSON.stringify(
          rotationSteps({
            secretId,
            everyHours,
            location: `projects/${project.projectId}/locations/${region}`,
          }),
        ),
      ),
    },
    { ...opts, dependsOn: [project.api("workflows"), ...key.grants, ...grants] },
  );
  new gcp.cloudscheduler.Job(
    name,
    {
      region,
      description: `starts ${name}`,
      schedule: everyTenMinutes,
      timeZone: "Etc/UTC",
      httpTarget: {
        httpMethod: "POST",
        uri: pulumi.interpolate`https://workflowexecutions.googleapis.com/v1/${workflow.id}/executions`,
        headers: { "Content-Type": "application/json" },
        body: Buffer.from("{}").toString("base64"),
        oauthToken: {
          serviceAccountEmail: account.email,
          scope: "https://www.googleapis.com/auth/cloud-platform",
        },
      },
      retryConfig: { retryCount: 3 },
    },
    { ...opts, dependsOn: [project.api("cloudscheduler"), project.api("workflowexecutions")] },
  );
}

/** The identity of one secret's rotation. */
function rotator(
  name: string,
  secret: gcp.secretmanager.Secret,
  project: GcpProject,
  opts: { readonly parent: pulumi.Resource },
): { readonly account: gcp.serviceaccount.Account; readonly grants: readonly pulumi.Resource[] } {
  const account = new gcp.serviceaccount.Account(
    name,
    { accountId: accountId(name), displayName: `rotation, ${name}` },
    { ...opts, dependsOn: [project.api("iam"), project.api("iamcredentials")] },
  );
  const role = new gcp.projects.IAMCustomRole(
    name,
    {
      // it takes no dashes
      roleId: physicalName(maxRoleId, name).replaceAll("-", "_"),
      title: `rotation, ${name}`,
      description: "random bytes and a log of errors",
      permissions: rotationPermissions,
    },
    { ...opts, dependsOn: [project.api("iam")] },
  );
  const grants = [
    new gcp.secretmanager.SecretIamMember(
      `${name}-versions`,
      { secretId: secret.id, role: "roles/secretmanager.secretVersionManager", member: account.member },
      opts,
    ),
    new gcp.projects.IAMMember(
      `${name}-random`,
      { project: project.projectId, role: role.name, member: account.member },
      { ...opts, dependsOn: [project.api("cloudresourcemanager")] },
    ),
    // workflows have no policy of their own: it may start any of the project's, each of which runs as its own account
    new gcp.projects.IAMMember(
      `${name}-start`,
      { project: project.projectId, role: "roles/workflows.invoker", member: account.member },
      { ...opts, dependsOn: [project.api("cloudresourcemanager")] },
    ),
  ];
  return { account, grants };
}

/** What {@link rotationSteps} is told. */
export interface RotationStepsArgs {
  /** `projects/…/secrets/…`. */
  readonly secretId: string;
  readonly everyHours: number;
  /** `projects/…/locations/…`: whose HSM gives the bytes. */
  readonly location: string;
}

type Step = Readonly<Record<string, unknown>>;

/**
 * The workflow: nothing while the newest version is young enough, else a new one, the one before kept and all older ones
 * destroyed. Versions are listed newest first (Secret Manager's `versions.list`).
 * https://cloud.google.com/workflows/docs/reference/syntax
 */
export function rotationSteps({ secretId, everyHours, location }: RotationStepsArgs): {
  readonly main: { readonly steps: readonly Step[] };
} {
  const manager = "https://secretmanager.googleapis.com/v1";
  const auth = { type: "OAuth2" };
  const post = (url: string, body: Step): Step => ({ call: "http.post", args: { url, auth, body } });
  return {
    main: {
      steps: [
        {
          list: {
            call: "http.get",
            args: { url: `${manager}/${secretId}/versions?filter=state:ENABLED&pageSize=100`, auth },
            result: "listed",
          },
        },
        { versions: { assign: [{ versions: '${default(map.get(listed.body, "versions"), [])}' }] } },
        { any: { switch: [{ condition: "${len(versions) == 0}", next: "random" }] } },
        {
          age: {
            switch: [
              {
                condition: `\${sys.now() - time.parse(versions[0].createTime) < ${everyHours * hourSeconds}}`,
                next: "end",
              },
            ],
          },
        },
        {
          random: {
            ...post(`https://cloudkms.googleapis.com/v1/${location}:generateRandomBytes`, {
              lengthBytes: generatedBytes,
              protectionLevel: "HSM",
            }),
            result: "bytes",
          },
        },
        {
          add: post(`${manager}/${secretId}:addVersion`, {
            // the API takes base64 of the value, and the value is base64 of the bytes
            payload: { data: "${base64.encode(text.encode(bytes.body.data))}" },
          }),
        },
        {
          forget: {
            for: {
              value: "version",
              index: "place",
              in: "${versions}",
              steps: [
                { previous: { switch: [{ condition: "${place == 0}", next: "continue" }] } },
                { destroy: post(`\${"${manager}/" + version.name + ":destroy"}`, {}) },
              ],
            },
          },
        },
      ],
    },
  };
}
