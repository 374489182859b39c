import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { publishedAuthority } from "../platform/publishedAuthority";
import { authoritySecret, elasticsearchPorts, podsOf } from "../data/elasticsearchNodes";
import { userSecret } from "../data/elasticsearchUsers";
import type { ComputeQuantity, NamespaceQuota } from "../platform/namespace";
import { namespaces, prometheusPods } from "../platform/names";
import { allowTraffic, type Destination, type Peer, podsHere, tcp } from "../platform/networkPolicy";
import { platformPriority } from "../platform/priorities";
import { podMonitor } from "../platform/podMonitor";
import { closedContainer } from "../platform/securityContext";
import { spreadOver } from "../platform/spread";
import { trustBundle, trustInternalAuthority } from "../traffic/internalAuthority";
import { elasticObject } from "./elasticKinds";
import { elasticUsers, telemetryCluster } from "./elasticSpec";
import {
  deadLettersPipeline,
  healthPipeline,
  linesPipeline,
  logstashFolders,
  logstashPorts,
  type PipelineArgs,
} from "./logstashPipelines";
import { elasticVersion, type TelemetryElasticsearch } from "./telemetryElasticsearch";

/** Name of the Logstash object. */
const logstashName = "logs";

/** Where shippers bring lines. */
const beatsService = `${logstashName}-ls-beats`;
export const beatsHost = `${beatsService}.${namespaces.logging}.svc`;

/** Labels that the operator gives its pods (cloud-on-k8s, pkg/apis/logstash/v1alpha1/labels.go). */
const logstashPods = {
  "common.k8s.elastic.co/type": "logstash",
  "logstash.k8s.elastic.co/name": logstashName,
} as const;

/** What makes metrics of what Logstash counts. */
export const statsdImage = "docker.io/prom/statsd-exporter:v0.30.0";

/** A heap of half the memory, as Elastic has it for Logstash. */
const requests: ComputeQuantity = { cpu: "500m", memory: "2Gi" };
const limits: ComputeQuantity = { cpu: "2", memory: "2Gi" };
const heap = "1g";

const metricsRequests: ComputeQuantity = { cpu: "20m", memory: "64Mi" };
const metricsLimits: ComputeQuantity = { cpu: "200m", memory: "64Mi" };

/** What its pods ask for, container by container. */
export const logstashRequests: readonly ComputeQuantity[] = [requests, metricsRequests];

/** Disk of each Logstash, GiB: its queue, what was refused, and a part that stays free. */
const diskGiB = 20;

/** Most that waits for Elasticsearch, GiB: in production, of three, some hours of lines. */
const queueGiB = 12;
const deadLettersGiB = 2;

/** Logstashes in production: one may go, and two have the work. */
export function logstashes(highlyAvailable: boolean): number {
  return highlyAvailable ? 3 : 1;
}

/** Room for them, and for what is beside each. */
export function logstashQuota(highlyAvailable: boolean): NamespaceQuota {
  const pods = logstashes(highlyAvailable);
  return {
    requests: { cpu: `${pods * 620}m`, memory: `${pods * 2176}Mi` },
    limits: { cpu: `${pods * 2300}m`, memory: `${pods * 2176}Mi` },
    pods: pods + 1,
    storageGiB: pods * diskGiB,
  };
}

/** Arguments of {@link logstash}. */
export interface LogstashArgs extends PipelineArgs {
  readonly elasticsearch: TelemetryElasticsearch;
  readonly highlyAvailable: boolean;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly storageClassName: string;
  /** Certificate of the authority inside the cluster, which signs the shippers', PEM. */
  readonly internalAuthority: pulumi.Input<string>;
  /** Who brings lines. */
  readonly shippers: Peer;
}

/** What lines are brought to. */
export interface LogstashMade {
  readonly ready: pulumi.Resource;
  /** Who signed its certificate, PEM. */
  readonly authority: pulumi.Output<string>;
  readonly destination: Destination;
}

/** Settings of all its pipelines: a line is in the queue's file before its shipper is told that it arrived. */
export const logstashConfig = {
  "queue.type": "persisted",
  "queue.max_bytes": `${queueGiB}gb`,
  // the file outlives the process; of a machine that goes down as many lines may go with it
  "queue.checkpoint.writes": 128,
  "dead_letter_queue.enable": true,
  "dead_letter_queue.max_bytes": `${deadLettersGiB}gb`,
  "dead_letter_queue.storage_policy": "drop_older",
  "log.format": "json",
  "pipeline.ecs_compatibility": "v8",
} as const;

/** Logstash's pipelines. */
export function logstashPipelines(args: PipelineArgs): readonly Readonly<Record<string, unknown>>[] {
  const small = { "queue.type": "memory", "dead_letter_queue.enable": false, "pipeline.workers": 1 };
  return [
    { "pipeline.id": "lines", "config.string": linesPipeline(args) },
    { "pipeline.id": "deadletters", "config.string": deadLettersPipeline(args), ...small },
    { "pipeline.id": "health", "config.string": healthPipeline(), ...small },
  ];
}

/**
 * Logstash by Elastic's operator, between the shippers and Elasticsearch: lines wait on its disk while Elasticsearch is away, are
 * rid of personal data before they are indexed, and are counted, of which alerts are made. Shippers and it know each other by
 * certificates.
 */
export function logstash(name: string, args: LogstashArgs, opts: pulumi.CustomResourceOptions): LogstashMade {
  const { elasticsearch, highlyAvailable, nodeSelector, storageClassName, shippers } = args;
  const { namespaceName: namespace } = elasticsearch;
  const nodes = podsHere(podsOf(telemetryCluster));
  const traffic = [
    allowTraffic(
      `${name}-traffic`,
      {
        namespace,
        policy: "logstash",
        podLabels: logstashPods,
        ingress: [
          { from: [shippers], ports: tcp(logstashPorts.beats) },
          { from: [prometheusPods], ports: tcp(logstashPorts.metrics) },
        ],
        egress: [{ to: [nodes], ports: tcp(elasticsearchPorts.http) }],
      },
      opts,
    ),
    allowTraffic(
      `${name}-nodes`,
      {
        namespace,
        policy: "from-logstash",
        podLabels: podsOf(telemetryCluster),
        ingress: [{ from: [podsHere(logstashPods)], ports: tcp(elasticsearchPorts.http) }],
      },
      opts,
    ),
  ];
  const trust = trustInternalAuthority(`${name}-trust`, { namespace, pem: args.internalAuthority }, opts);
  const made = elasticObject(
    name,
    {
      kind: "Logstash",
      object: logstashName,
      namespace,
      spec: {
        version: elasticVersion,
        count: logstashes(highlyAvailable),
        config: logstashConfig,
        pipelines: logstashPipelines(args),
        services: [
          {
            // its certificate is also that of the input, and names both
            name: "api",
            service: { spec: { clusterIP: "None" } },
            tls: {
              selfSignedCertificate: { subjectAltNames: [{ dns: beatsHost }, { dns: "localhost" }] },
            },
          },
          {
            name: "beats",
            service: {
              spec: { ports: [{ name: "beats", port: logstashPorts.beats, protocol: "TCP" }] },
            },
          },
        ],
        podTemplate: podTemplate(nodeSelector),
        volumeClaimTemplates: [
          {
            metadata: { name: "logstash-data" },
            spec: {
              accessModes: ["ReadWriteOnce"],
              storageClassName,
              resources: { requests: { storage: `${diskGiB}Gi` } },
            },
          },
        ],
      },
    },
    {
      ...opts,
      dependsOn: [...traffic, trust, ...elasticsearch.ready],
      customTimeouts: { create: "20m", update: "30m" },
    },
  );
  if (highlyAvailable) {
    new k8s.policy.v1.PodDisruptionBudget(
      name,
      {
        metadata: { name: "logstash", namespace },
        spec: { maxUnavailable: 1, selector: { matchLabels: { ...logstashPods } } },
      },
      opts,
    );
  }
  podMonitor(
    `${name}-monitor`,
    { namespace, monitor: "logstash", podLabels: logstashPods, port: "metrics" },
    { ...opts, dependsOn: made },
  );
  return {
    ready: made,
    authority: publishedAuthority(
      `${name}-authority`,
      { namespace: namespaces.logging, secret: `${logstashName}-ls-http-certs-public`, owner: made },
      opts,
    ),
    destination: {
      namespace: namespaces.logging,
      podLabels: logstashPods,
      ports: [logstashPorts.beats],
    },
  };
}

/** Whoever the images' processes run as. */
const imageUser = 1000;

function podTemplate(nodeSelector: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const fromUser = (key: string) => ({ secretKeyRef: { name: userSecret(elasticUsers.writer), key } });
  const keys = { name: "keys", mountPath: logstashFolders.key };
  return {
    spec: {
      automountServiceAccountToken: false,
      priorityClassName: platformPriority,
      ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
      topologySpreadConstraints: spreadOver(logstashPods, "preferred", "controller-revision-hash"),
      // what it has read is written to its queue
      terminationGracePeriodSeconds: 120,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: imageUser,
        fsGroup: imageUser,
        seccompProfile: { type: "RuntimeDefault" },
      },
      initContainers: [
        // the operator's own, which it puts first: it takes from here what it leaves open (cloud-on-k8s, pkg/controller/logstash)
        { name: "logstash-internal-init-config", securityContext: closedContainer() },
        {
          // the operator writes keys as PKCS #1, and the input reads PKCS #8 alone
          name: "key",
          command: [
            "/usr/bin/env",
            "bash",
            "-ec",
            `umask 077 && openssl pkcs8 -topk8 -nocrypt -in ${logstashFolders.server}/tls.key -out ${logstashFolders.key}/tls.key`,
          ],
          securityContext: closedContainer(),
          resources: {
            requests: { cpu: "20m", memory: "32Mi" },
            limits: { cpu: "200m", memory: "32Mi" },
          },
          volumeMounts: [
            keys,
            {
              name: "elastic-internal-http-certificates",
              mountPath: logstashFolders.server,
              readOnly: true,
            },
          ],
        },
      ],
      containers: [
        {
          name: "logstash",
          securityContext: closedContainer(),
          resources: { requests: { ...requests }, limits: { ...limits } },
          env: [
            { name: "LS_JAVA_OPTS", value: `-Xms${heap} -Xmx${heap}` },
            { name: "ELASTICSEARCH_USER", valueFrom: fromUser("username") },
            { name: "ELASTICSEARCH_PASSWORD", valueFrom: fromUser("password") },
          ],
          ports: [{ name: "beats", containerPort: logstashPorts.beats }],
          volumeMounts: [
            { ...keys, readOnly: true },
            { name: "temporary", mountPath: "/tmp" },
            { name: "shippers", mountPath: logstashFolders.shippers, readOnly: true },
            { name: "elasticsearch", mountPath: logstashFolders.elasticsearch, readOnly: true },
          ],
        },
        {
          name: "metrics",
          image: statsdImage,
          args: [
            `--statsd.listen-udp=127.0.0.1:${logstashPorts.statsd}`,
            "--statsd.listen-tcp=",
            `--web.listen-address=:${logstashPorts.metrics}`,
          ],
          securityContext: { ...closedContainer(), runAsUser: 65_534 },
          resources: { requests: { ...metricsRequests }, limits: { ...metricsLimits } },
          ports: [{ name: "metrics", containerPort: logstashPorts.metrics }],
          readinessProbe: { httpGet: { path: "/-/ready", port: "metrics" } },
          livenessProbe: { httpGet: { path: "/-/healthy", port: "metrics" } },
        },
      ],
      volumes: [
        { name: "keys", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
        { name: "temporary", emptyDir: { sizeLimit: "256Mi" } },
        { name: "shippers", configMap: { name: trustBundle.configMap } },
        { name: "elasticsearch", secret: { secretName: authoritySecret(telemetryCluster) } },
      ],
    },
  };
}
