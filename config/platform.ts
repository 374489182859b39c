import type { PlatformServiceName, PlatformSpec } from "../components/platform/platformSpec";
import { redactions } from "../components/logging/redaction";
import { meshModes } from "../components/mesh/istioSpec";
import type { Blueprint } from "../blueprints/blueprint";
import { planMesh } from "../components/mesh/istioSpec";
import { slowMilliseconds, tracingDefaults } from "../components/tracing/tracingSpec";
import { isSharded, maxShards } from "../components/platform/monitoringSize";
import { planThanos } from "../components/metrics/thanosSpec";
import { type ConfigProblem, show } from "./errors";
import { z } from "zod";
import { count, text } from "./fields";
import { present } from "./present";

/** Groups of who signs users in; a comma or a line's end would begin another rule of Argo CD's. */
const groups = z
  .array(text(/^[^\s,"]+$/, "a group's name or id without spaces, commas and quotes"), {
    error: "a list of groups",
  })
  .default([]);

const traceDays = count(1, 90)
  .optional()
  .describe(`how long traces are kept, days; ${tracingDefaults.retentionDays} where nothing is said`);
/** A number of days for which something is kept. */
const keptDays = count(1, 3660);

/** A service of the platform as a stack file names it: whether it is there, and what else there is to say of it. */
function service<Fields extends z.ZodRawShape>(what: string, fields: Fields) {
  return z
    .strictObject({
      enabled: z
        .boolean({ error: "true or false" })
        .optional()
        .describe(`whether ${what}; the blueprint decides where it is not given`),
      ...fields,
    })
    .optional();
}

/** Days that logs are kept. */
const days = (what: string) =>
  z
    .int({ error: "a whole number of days" })
    .min(1, { error: "1 day or more" })
    .max(3650, { error: "3650 days at most" })
    .optional()
    .describe(what);

/** Schema of `groundwork:platform`. */
export const platformServices = z.strictObject({
  argoCd: service("Argo CD deploys what a Git repository describes into the system's namespace", {
    repository: z
      .strictObject({
        url: text(
          /^https:\/\/[^\s/@]+\/\S+$/,
          "the URL of a Git repository over HTTPS, without a user or a password",
        ).describe(
          "where the system's applications are described; the secret argoCdRepositoryToken reads it where not everybody may",
        ),
        revision: text(/^[\w./-]+$/, "a branch, a tag or a commit")
          .default("main")
          .describe("branch, tag or commit that is deployed"),
        path: text(/^[\w.*-]+(\/[\w.*-]+)*$/, "a pattern of folders such as applications/*")
          .default("applications/*")
          .describe("pattern of the folders, each a Helm chart and an application of its own"),
      })
      .optional(),
    oidc: z
      .strictObject({
        issuer: z
          .url({ protocol: /^https$/, error: "the provider's issuer, an https URL" })
          .describe("who signs users in; the local administrator is off then"),
        clientId: text(/^\S{1,255}$/, "an OAuth client's id without spaces").describe(
          "Argo CD as the provider knows it, with the redirection https://localhost:8080/auth/callback; the secret argoCdClientSecret goes with it where the provider asks for one beside PKCE",
        ),
        groups: z.strictObject({
          admins: groups.describe("groups that may do all that Argo CD may"),
          deployers: groups.describe(
            "groups that may look at the system's applications, sync them and read their pods' logs",
          ),
          viewers: groups.describe("groups that may look at the system's applications"),
        }),
      })
      .optional(),
  }),
  argoRollouts: service(
    "Argo Rollouts carries out the strategies of services whose new versions go out by canary or blue-green",
    {},
  ),
  elasticStack: service(
    "Elasticsearch keeps what all pods of the cluster say, brought there by Filebeat and Logstash, and Kibana shows it",
    {
      gibPerDay: z
        .number({ error: "a number of GiB" })
        .positive({ error: "more than 0 GiB" })
        .optional()
        .describe(
          "log lines of the whole cluster before they are indexed, GiB a day, from which disks follow",
        ),
      retentionDays: days(
        "how long logs are kept, days; as long as Prometheus keeps metrics where nothing is said",
      ),
      auditRetentionDays: days(
        "how long what is kept for an audit is, days, and no less than the rest; groundwork:logRetentionDays where nothing is said",
      ),
      redact: z
        .array(z.enum(redactions))
        .optional()
        .describe("what is taken out of lines before they are indexed"),
    },
  ),
  externalDns: service(
    "external-dns makes records of names that applications add below the domain, where they ask for it",
    {},
  ),
  externalSecrets: service(
    "External Secrets keeps Kubernetes Secrets as the cloud's secret store has them, of those secrets that the blueprint delivers as variables",
    {},
  ),
  flagd: service("flagd tells services which variant of the blueprint's feature flags somebody gets", {
    defaults: z
      .record(
        z.string(),
        z.string({ error: "a variant's name" }).describe("variant that all get of this flag"),
        { error: "variants by the flags' keys" },
      )
      .optional()
      .describe(
        "variants that all get in this stack, by the flags' keys; the flag's own default and rollout where nothing is said",
      ),
  }),
  keda: service("KEDA scales workloads by what waits for them in queues and logs", {}),
  kyverno: service(
    "Kyverno lets in those of the stack's images alone that the workflows of groundwork:ci have signed; there is none where that names no repository",
    {},
  ),
  vault: service(
    "Vault keeps secrets of services, and makes them users of databases and certificates that live for a day at most",
    {},
  ),
  openTelemetry: service(
    "the system's services send the spans of their traces to collectors of OpenTelemetry, which keep those that had an error, were slow or are of the sample",
    {
      samplePercent: z
        .number({ error: "a number from 0 to 100" })
        .min(0, "a number from 0 to 100")
        .max(100, "a number from 0 to 100")
        .optional()
        .describe(
          `how many of the traces are kept that had no error and took no longer than ${slowMilliseconds} ms, percent; ${tracingDefaults.samplePercent} where nothing is said`,
        ),
    },
  ),
  jaeger: service("Jaeger keeps traces, in Elasticsearch, and shows them", {
    retentionDays: traceDays,
    gibPerDay: z
      .number({ error: "a number above 0" })
      .positive("a number above 0")
      .optional()
      .describe(
        `spans that are kept, in an index, GiB a day: what the disks of Elasticsearch follow from; ${tracingDefaults.gibPerDay} where nothing is said`,
      ),
  }),
  tempo: service("Tempo keeps traces, in a bucket", { retentionDays: traceDays }),
  loki: service("Loki keeps the cluster's logs in a bucket, which Alloy sends it from each node", {
    retentionDays: z
      .int({ error: "a whole number of days" })
      .min(1)
      .max(3650)
      .optional()
      .describe("how long logs are kept, days; as long as Prometheus keeps metrics where nothing is said"),
    auditRetentionDays: z
      .int({ error: "a whole number of days" })
      .min(1)
      .max(3650)
      .optional()
      .describe(
        "how long what is kept for an audit is, days, no less than the rest; `logRetentionDays` where nothing is said",
      ),
    redact: z
      .array(z.enum(redactions), { error: `a list of ${redactions.join(", ")}` })
      .optional()
      .describe("what is taken out of lines before they leave their node"),
  }),
  reloader: service("Reloader rolls workloads whose Secrets or ConfigMaps have changed", {}),
  vpa: service(
    "the Vertical Pod Autoscaler recommends how much CPU and memory workloads should ask for, without changing them",
    {},
  ),
  istio: service("the system's services are in a mesh of Istio", {
    mode: z
      .enum(meshModes)
      .optional()
      .describe(
        "how pods are in the mesh: by a proxy in each (`sidecar`, where nothing is said), or on each node (`ambient`)",
      ),
    egressHosts: z
      .array(z.string())
      .optional()
      .describe(
        "DNS names outside to which services get that call the internet, and to no other; not where the mode is `ambient`",
      ),
  }),
  falco: service(
    "Falco looks on each node at what processes do, and tells when one does what an intruder would",
    {},
  ),
  trivyOperator: service("Trivy looks each day into the images that run, and reports their vulnerabilities", {
    databases: text(
      /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/,
      "a registry and a folder in it, such as registry.example.com/aquasec",
    )
      .optional()
      .describe(
        "registry and folder that hold the databases of vulnerabilities, `trivy-db` and `trivy-java-db`; `mirror.gcr.io/aquasec` where nothing is said",
      ),
  }),
  thanos: service(
    "Thanos keeps samples for years in a bucket, and answers queries over all of Prometheus and of that",
    {
      rawDays: keptDays
        .optional()
        .describe("how long samples are kept as they were scraped, days; 30 where nothing is said"),
      fiveMinuteDays: keptDays
        .optional()
        .describe("how long one of five minutes each is kept, days; 180 where nothing is said"),
      hourDays: keptDays
        .optional()
        .describe("how long one of an hour each is kept, days; 730 where nothing is said"),
    },
  ),
  blackboxExporter: service(
    "each public route is asked for as a client does, and somebody told when one is not served or its certificate runs out",
    {},
  ),
  velero: service("Velero keeps the cluster's objects in a bucket, each hour and each day", {}),
} satisfies Record<PlatformServiceName, unknown>);

type PlatformFile = z.infer<typeof platformServices>;

/** What the stack says of a service takes the place of what the blueprint says: that it is there, and each of its settings. */
export function platformOf(asked: PlatformSpec, said: PlatformFile): PlatformSpec {
  const names = [...new Set([...Object.keys(asked), ...Object.keys(said)])] as readonly PlatformServiceName[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const { enabled = asked[name] !== undefined, ...settings } = said[name] ?? {};
      return enabled ? [[name, { ...asked[name], ...present(settings) }]] : [];
    }),
  );
}

/** Why a service of the platform can't be where the blueprint's pods run without nodes of ours. */
const needNodes: Partial<Readonly<Record<PlatformServiceName, string>>> = {
  elasticStack: "Filebeat reads what pods say from the files of their nodes, by a pod on each",
  istio: "Istio redirects pods' traffic by a plugin on each node",
  loki: "Alloy reads the files of each node, by a pod on each; the cloud keeps the pods' logs there",
  falco: "Falco looks at what processes ask of their node's kernel, by a pod on each node",
  trivyOperator:
    "each image is read every day by a job, which would have a machine of its own made for it; the registry scans images as they are pushed",
  vault:
    "each of Vault's servers has volumes on a node in a zone of its own, and the security group of pods on Fargate lets them to none",
};

/** How large Prometheus is, beyond what the preset says. */
export const monitoring = z
  .strictObject({
    shards: count(1, maxShards)
      .optional()
      .describe(
        "parts that what Prometheus scrapes is divided into, each with the preset's replicas, disk and memory; more than 1 only with platform.thanos, whose querier then answers for all parts and whose ruler evaluates the rules; 1 where nothing is said",
      ),
  })
  .default({})
  .describe("how Prometheus is divided");

/** What of the platform's services does not fit the blueprint's pods, or each other. */
export function checkPlatform(blueprint: Blueprint): ConfigProblem[] {
  const { platform, podRuntime } = blueprint;
  const unfit =
    podRuntime === "serverless" ? checkNodes(blueprint) : [...checkMesh(platform), ...checkLogs(blueprint)];
  return [...checkThanos(platform), ...checkShards(blueprint), ...unfit];
}

/** Of Prometheus in shards none has every series: what answers for all of them is Thanos. */
function checkShards({ platform: { thanos }, monitoring: size }: Blueprint): ConfigProblem[] {
  if (thanos !== undefined || !isSharded(size)) return [];
  const expected = "1 without platform.thanos, whose querier and ruler all shards are asked by";
  return [{ key: "monitoring.shards", expected, got: show(size.shards) }];
}

/** What of the platform's services can't be where pods run without nodes. */
function checkNodes({ name, platform }: Blueprint): ConfigProblem[] {
  const without = `false where groundwork:blueprint is ${name}, whose pods run without nodes of ours`;
  return Object.keys(platform).flatMap((service) => {
    const why = isPlatformService(service) ? needNodes[service] : undefined;
    return why === undefined
      ? []
      : [{ key: `platform.${service}.enabled`, expected: `${without}: ${why}`, got: "true" }];
  });
}

function isPlatformService(key: string): key is PlatformServiceName {
  return key in platformServices.shape;
}

function checkThanos({ thanos }: PlatformSpec): ConfigProblem[] {
  if (thanos === undefined) return [];
  try {
    planThanos(thanos);
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const [, key = "thanos", expected = error.message, got = ""] =
      /^(\S+): expected (.*), got (.*)/.exec(error.message) ?? [];
    return [{ key: `platform.${key}`, expected, got }];
  }
}

function checkMesh({ istio }: PlatformSpec): ConfigProblem[] {
  if (istio === undefined) return [];
  try {
    planMesh(istio);
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const [, key = "istio", expected = error.message] =
      /^(\S+): expected (.*), got /.exec(error.message) ?? [];
    return [{ key: `platform.${key}`, expected, got: show(istio.egressHosts) }];
  }
}

/** What is kept for an audit is not forgotten before the rest. */
function checkLogs({ platform: { loki }, monitoring }: Blueprint): ConfigProblem[] {
  const { retentionDays = monitoring.retentionDays, auditRetentionDays = retentionDays } = loki ?? {};
  if (auditRetentionDays >= retentionDays) return [];
  return [
    {
      key: "platform.loki.auditRetentionDays",
      expected: `no less than how long other logs are kept, ${retentionDays} days`,
      got: show(auditRetentionDays),
    },
  ];
}
