import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { generatedBytes } from "../../components/secrets/secret";
import { GcpKey } from "./key";
import type { GcpPlacement } from "./project";
import { runner, scheduledWorkflow, type Step } from "./scheduledWorkflow";

/** Arguments of {@link secretRotation}. */
export interface SecretRotationArgs extends GcpPlacement {
  readonly secret: gcp.secretmanager.Secret;
  /** How often, hours. */
  readonly everyHours: number;
  /** Refuse deletion in Pulumi of the key that the runs are kept under. */
  readonly protect: boolean;
}

const hourSeconds = 3600;

/** A secret without a value gets one within ten minutes, and a rotation that failed is tried again as soon. */
const everyTenMinutes = "*/10 * * * *";

/** What it may do beside adding a version of the secret and destroying one: it reads none. */
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
  const runsAs = runner(
    name,
    {
      title: "rotation",
      description: "random bytes and a log of errors",
      permissions: rotationPermissions,
      grant: "random",
      project,
    },
    opts,
  );
  const versions = new gcp.secretmanager.SecretIamMember(
    `${name}-versions`,
    {
      secretId: secret.id,
      role: "roles/secretmanager.secretVersionManager",
      member: runsAs.account.member,
    },
    opts,
  );
  const key = new GcpKey(
    `${name}-key`,
    { region, project, protect, users: { workflows: project.agents.workflows } },
    opts,
  );
  scheduledWorkflow(
    name,
    {
      description: `gives a secret a new value every ${everyHours} hours`,
      schedule: everyTenMinutes,
      // a run holds the value while it goes
      source: secret.id.apply((secretId) =>
        JSON.stringify(
          rotationSteps({
            secretId,
            everyHours,
            location: `projects/${project.projectId}/locations/${region}`,
          }),
        ),
      ),
      runner: { ...runsAs, grants: [...runsAs.grants, versions] },
      key,
      region,
      project,
    },
    opts,
  );
}

/** What {@link rotationSteps} is told. */
export interface RotationStepsArgs {
  /** `projects/…/secrets/…`. */
  readonly secretId: string;
  readonly everyHours: number;
  /** `projects/…/locations/…`: whose HSM gives the bytes. */
  readonly location: string;
}

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
