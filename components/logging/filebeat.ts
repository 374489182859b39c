import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { SecureNamespace } from "../platform/namespace";
import { namespaces } from "../platform/names";
import { allowTraffic, egressTo, type Peer, podsIn } from "../platform/networkPolicy";
import { platformPriority } from "../platform/priorities";
import { nodesByTenths } from "../platform/release";
import { closedContainer } from "../platform/securityContext";
import { internalCertificate } from "../traffic/internalAuthority";
import { podLogs } from "./alloyConfig";
import { elasticObject } from "./elasticKinds";
import { beatsHost, type LogstashMade } from "./logstash";
import { logstashPorts } from "./logstashPipelines";
import { elasticVersion } from "./telemetryElasticsearch";

/** Name of the Beat object. */
const beatName = "logs";

/** Labels that the operator gives its pods (cloud-on-k8s, pkg/apis/beat/v1beta1/labels.go). */
const filebeatPods = {
  "common.k8s.elastic.co/type": "beat",
  "beat.k8s.elastic.co/name": beatName,
} as const;

/** Shippers, as who hears them names them. */
export const shippers: Peer = podsIn(namespaces.filebeat, filebeatPods);

/** Secret with what a shipper shows, and the ConfigMap with who signed what it is shown. */
const clientSecret = "filebeat-client";
const authorityMap = "logstash-authority";

const folders = { client: "/etc/filebeat/client", authority: "/etc/filebeat/authority" } as const;

/** Namespace of the shippers, whose pods see files of their nodes. */
export function filebeatNamespace(name: string, opts: pulumi.ComponentResourceOptions): SecureNamespace {
  return new SecureNamespace(
    name,
    {
      namespace: namespaces.filebeat,
      podSecurity: {
        level: "privileged",
        reason:
          "Filebeat reads what containers wrote, files of the node that root alone may read (/var/log/pods, read-only), and keeps in /var/lib how far it has read",
      },
      // a pod for each node
      quota: {
        requests: { cpu: "100", memory: "256Gi" },
        limits: { cpu: "1000", memory: "1024Gi" },
        pods: 1000,
      },
    },
    opts,
  );
}

/** Arguments of {@link filebeat}. */
export interface FilebeatArgs {
  readonly place: SecureNamespace;
  readonly logstash: LogstashMade;
  /** What certificates wait for. */
  readonly issuer: pulumi.CustomResourceOptions["dependsOn"];
}

/**
 * What Filebeat does. It forgets no line that Logstash has not acknowledged, and holds few of them: how far it has read stands on
 * the node, and while Logstash is away lines stay in the containers' own files. Of those the kubelet keeps five of each container: the
 * one that is written to, the one before, and three more, compressed.
 * https://www.elastic.co/docs/reference/beats/filebeat/running-on-kubernetes (log rotation)
 */
export const filebeatConfig = {
  // as lines name the node
  name: "${NODE_NAME}",
  "filebeat.inputs": [
    {
      type: "filestream",
      id: "containers",
      // the files themselves: what /var/log/containers links to is the one that is written to alone
      paths: [`${podLogs}/*/*/*.log*`],
      // a file is the same after it is compressed: its fingerprint is of what is in it
      compression: "auto",
      parsers: [{ container: { stream: "all", format: "cri" } }],
      prospector: {
        scanner: {
          // what is being compressed
          exclude_files: ["\\.tmp$"],
          // a file is known by its first line's time, to the nanosecond, from the first line on and not from 1 KiB
          fingerprint: { enabled: true, offset: 0, length: 64 },
        },
      },
      file_identity: { fingerprint: {} },
    },
  ],
  "queue.mem": { events: 4096, "flush.min_events": 1024, "flush.timeout": "1s" },
  "output.logstash": {
    hosts: [`${beatsHost}:${logstashPorts.beats}`],
    bulk_max_size: 1024,
    // to another Logstash after a minute, so that a new one gets its part; that goes with no second batch on the way alone
    ttl: "60s",
    pipelining: 0,
    ssl: {
      certificate_authorities: [`${folders.authority}/ca.crt`],
      certificate: `${folders.client}/tls.crt`,
      key: `${folders.client}/tls.key`,
      restart_on_cert_change: { enabled: true, period: "1h" },
    },
  },
  logging: { level: "info", to_stderr: true, metrics: { enabled: true, period: "60s" } },
} as const;

/**
 * Filebeat by Elastic's operator, on each node. Of what ships to Logstash it is the one whose protocol acknowledges lines and slows
 * down with who reads them. It asks nobody's API: whose a line is stands in the file's name.
 */
export function filebeat(
  name: string,
  { place, logstash, issuer }: FilebeatArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const namespace = place.namespaceName;
  const traffic = allowTraffic(
    `${name}-traffic`,
    { namespace, policy: "filebeat", podLabels: filebeatPods, egress: [egressTo(logstash.destination)] },
    opts,
  );
  const certificate = internalCertificate(
    `${name}-certificate`,
    {
      secretName: clientSecret,
      namespace,
      dnsNames: [`filebeat.${namespaces.filebeat}.svc`],
      usages: ["client auth"],
    },
    { ...opts, dependsOn: issuer ?? [] },
  );
  const authority = new k8s.core.v1.ConfigMap(
    `${name}-authority`,
    { metadata: { name: authorityMap, namespace }, data: { "ca.crt": logstash.authority } },
    opts,
  );
  return elasticObject(
    name,
    {
      kind: "Beat",
      object: beatName,
      namespace,
      spec: {
        type: "filebeat",
        version: elasticVersion,
        config: filebeatConfig,
        daemonSet: { updateStrategy: nodesByTenths, podTemplate: podTemplate() },
      },
    },
    { ...opts, dependsOn: [traffic, certificate, authority, logstash.ready] },
  );
}

function podTemplate(): Readonly<Record<string, unknown>> {
  return {
    spec: {
      automountServiceAccountToken: false,
      priorityClassName: platformPriority,
      // a node that takes no other pod has lines all the same
      tolerations: [{ operator: "Exists" }],
      terminationGracePeriodSeconds: 30,
      securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "filebeat",
          // root by its number alone, without any right of root's: it is who the files belong to
          securityContext: { ...closedContainer(), runAsUser: 0 },
          resources: {
            requests: { cpu: "50m", memory: "160Mi" },
            limits: { cpu: "500m", memory: "320Mi" },
          },
          env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
          volumeMounts: [
            { name: "pods", mountPath: podLogs, readOnly: true },
            { name: "client", mountPath: folders.client, readOnly: true },
            { name: "authority", mountPath: folders.authority, readOnly: true },
          ],
        },
      ],
      volumes: [
        { name: "pods", hostPath: { path: podLogs, type: "Directory" } },
        { name: "client", secret: { secretName: clientSecret } },
        { name: "authority", configMap: { name: authorityMap } },
      ],
    },
  };
}
