import type { AlertCase, AlertCases, FiringCase, Labels } from "../cases";

/** A service that may take longer than others, and how long, seconds; the next bound of its histogram. */
interface Patient {
  readonly service: string;
  readonly seconds: number;
  readonly next: number;
}

/** A system's requests, as they are measured. */
interface Requests {
  readonly namespace: string;
  readonly patient?: Patient;
  /** Counter of those to a service that were answered so. */
  readonly answered: (code: string, service?: string) => string;
  /** Those of them that were answered within a bound, seconds. */
  readonly within: (seconds: number | "+Inf", service?: string, code?: string) => string;
}

function byMesh(namespace: string, patient?: Patient): Requests {
  const of = (service: string, code: string): string =>
    `namespace="${namespace}", pod="${service}-1", reporter="destination", destination_canonical_service="${service}", response_code="${code}"`;
  return {
    namespace,
    ...(patient !== undefined && { patient }),
    answered: (code, service = "api") => `istio_requests_total{${of(service, code)}}`,
    within: (seconds, service = "api", code = "200") =>
      `istio_request_duration_milliseconds_bucket{${of(service, code)}, le="${seconds === "+Inf" ? seconds : seconds * 1000}"}`,
  };
}

function byWorkload(namespace: string, patient?: Patient): Requests {
  const of = (service: string, code: string): string =>
    `namespace="${namespace}", pod="${service}-1", job="${namespace}/${service}", http_route="/orders", http_response_status_code="${code}"`;
  return {
    namespace,
    ...(patient !== undefined && { patient }),
    answered: (code, service = "api") => `http_server_request_duration_seconds_count{${of(service, code)}}`,
    within: (seconds, service = "api", code = "200") =>
      `http_server_request_duration_seconds_bucket{${of(service, code)}, le="${seconds}"}`,
  };
}

const systems: readonly Requests[] = [
  byMesh("suuupra"),
  byMesh("explico", { service: "ai-inference", seconds: 10, next: 25 }),
  byWorkload("seo-platform", { service: "ml-service", seconds: 2.5, next: 5 }),
  byWorkload("gainsly"),
  byWorkload("publishing"),
];

/** Answers of the service that may take longer, of which so many are within what it may take; none of a system without. */
function ofPatient(
  { patient, answered, within }: Requests,
  inTime: string,
): readonly { readonly service: string; readonly series: Readonly<Record<string, string>> }[] {
  if (patient === undefined) return [];
  const { service, seconds, next } = patient;
  const series = {
    [answered("200", service)]: "0+100x40",
    [within(1, service)]: "0x40",
    [within(seconds, service)]: inTime,
    [within(next, service)]: "0+100x40",
    [within("+Inf", service)]: "0+100x40",
  };
  return [{ service, series }];
}

/** A case of each system. */
function ofEach<T extends AlertCase>(one: (requests: Requests) => readonly T[]): readonly T[] {
  return systems.flatMap((requests) =>
    one(requests).map((alertCase) => ({ where: `namespace="${requests.namespace}"`, ...alertCase })),
  );
}

const api = ({ namespace }: Requests): Labels => ({ namespace, service: "api" });

/** A container that is waited for, in a namespace. */
const crashing = (namespace: string, kind = "container", container = "api"): string =>
  `kube_pod_${kind}_status_waiting_reason{namespace="${namespace}", pod="api-1", container="${container}", reason="CrashLoopBackOff"}`;
const crashingFirst = (namespace: string): string => crashing(namespace, "init_container", "migrate");

/** A job that failed, and whose it is: begun at 100 s, where a success counts that is later. */
const failedJob = (namespace: string, job: string, cronJob = ""): Readonly<Record<string, string>> => {
  const of = `namespace="${namespace}", job_name="${job}"`;
  const kind = cronJob === "" ? "" : "CronJob";
  return {
    [`kube_job_failed{${of}, condition="true"}`]: "1x40",
    [`kube_job_failed{${of}, condition="false"}`]: "0x40",
    [`kube_job_created{${of}}`]: "100x40",
    [`kube_job_owner{${of}, owner_kind="${kind}", owner_name="${cronJob}", owner_is_controller="${cronJob === "" ? "" : "true"}"}`]:
      "1x40",
  };
};
const begunBefore = (namespace: string): string =>
  `kube_job_created{namespace="${namespace}", job_name="reports-1"}`;
const succeeded = (namespace: string): string =>
  `kube_cronjob_status_last_successful_time{namespace="${namespace}", cronjob="reports"}`;
const cronJobMade = (namespace: string): string =>
  `kube_cronjob_created{namespace="${namespace}", cronjob="reports"}`;

/** Jobs of a namespace that failed, and are to be told of. */
const jobsFailing = (namespace: string): readonly FiringCase[] => [
  // one that is done once
  { series: failedJob(namespace, "migrate"), at: "20m", labels: { namespace, job_name: "migrate" } },
  // two runs, of which the last success was before the later
  {
    series: {
      ...failedJob(namespace, "reports-1", "reports"),
      ...failedJob(namespace, "reports-2", "reports"),
      [begunBefore(namespace)]: "50x40",
      [succeeded(namespace)]: "70x40",
      [cronJobMade(namespace)]: "10x40",
    },
    at: "20m",
    labels: { namespace, cronjob: "reports" },
  },
  // none ever succeeded, however late it was made anew
  {
    series: { ...failedJob(namespace, "reports-2", "reports"), [cronJobMade(namespace)]: "900x40" },
    at: "20m",
    labels: { namespace, cronjob: "reports" },
  },
];

/** Such of which nobody is to be told. */
const jobsWell = (namespace: string): readonly AlertCase[] => [
  // a later run succeeded, and what failed is still kept
  {
    series: {
      ...failedJob(namespace, "reports-2", "reports"),
      [succeeded(namespace)]: "70x9 700x30",
      [cronJobMade(namespace)]: "10x40",
    },
    at: "30m",
  },
  // it is being done
  {
    series: { [`kube_job_failed{namespace="${namespace}", job_name="migrate", condition="true"}`]: "0x40" },
    at: "30m",
  },
];

const pool = (namespace: string): string =>
  `namespace="${namespace}", pod="api-1", db_client_connection_pool_name="postgres"`;
const taken = (namespace: string, state = "used"): string =>
  `db_client_connection_count{${pool(namespace)}, db_client_connection_state="${state}"}`;
const most = (namespace: string): string => `db_client_connection_max{${pool(namespace)}}`;
const inVain = (namespace: string): string => `db_client_connection_timeouts_total{${pool(namespace)}}`;
const ofPool = (namespace: string): Labels => ({
  namespace,
  pod: "api-1",
  db_client_connection_pool_name: "postgres",
});

export const workloads: AlertCases = {
  "workload-errors": {
    // 6 of 100 a minute
    fires: ofEach<FiringCase>((requests) => [
      {
        series: { [requests.answered("200")]: "0+94x40", [requests.answered("503")]: "0+6x40" },
        at: "10m",
        labels: api(requests),
      },
      // all of them
      { series: { [requests.answered("500")]: "0+9x40" }, at: "10m", labels: api(requests) },
    ]),
    silent: ofEach<AlertCase>(({ answered }) => [
      { series: { [answered("200")]: "0+95x40", [answered("503")]: "0+5x40" }, at: "30m" },
      { series: { [answered("200")]: "0+90x40", [answered("404")]: "0+10x40" }, at: "30m" },
      // six a minute
      { series: { [answered("500")]: "0+6x40" }, at: "30m" },
      // for three minutes
      { series: { [answered("200")]: "0+94x40", [answered("503")]: "0x9 6+6x2 18x30" }, at: "14m" },
    ]),
  },
  "workload-slow": {
    // 6 of 100 take longer
    fires: ofEach<FiringCase>((requests) => [
      {
        series: {
          [requests.answered("200")]: "0+100x40",
          [requests.within(1)]: "0+94x40",
          [requests.within(2.5)]: "0+100x40",
          [requests.within("+Inf")]: "0+100x40",
        },
        at: "15m",
        labels: api(requests),
      },
      ...ofPatient(requests, "0+94x40").map(({ service, series }) => ({
        series,
        at: "15m",
        labels: { namespace: requests.namespace, service },
      })),
    ]),
    silent: ofEach<AlertCase>(({ answered, within, ...requests }) => [
      // longer than a second, and no longer than it may
      ...ofPatient({ answered, within, ...requests }, "0+95x40").map(({ series }) => ({ series, at: "30m" })),
      {
        series: {
          [answered("200")]: "0+100x40",
          [within(1)]: "0+95x40",
          [within(2.5)]: "0+100x40",
          [within("+Inf")]: "0+100x40",
        },
        at: "30m",
      },
      // for nine minutes
      {
        series: {
          [answered("200")]: "0+100x40",
          [within(1)]: "0+100x4 494+94x3 870+100x30",
          [within(2.5)]: "0+100x40",
          [within("+Inf")]: "0+100x40",
        },
        at: "12m",
      },
      {
        series: {
          [answered("101", "live")]: "0+100x40",
          [within(1, "live", "101")]: "0x40",
          [within(2.5, "live", "101")]: "0x40",
          [within("+Inf", "live", "101")]: "0+100x40",
        },
        at: "30m",
      },
    ]),
  },
  "workload-crash-loop": {
    fires: ofEach<FiringCase>(({ namespace }) => [
      // it is waited for between its starts
      {
        series: { [crashing(namespace)]: "_ 1 _ _ 1 _ _ _ 1 1 _ _ 1 1" },
        at: "7m",
        labels: { namespace, pod: "api-1", container: "api" },
      },
      // one that runs before the others
      {
        series: { [crashingFirst(namespace)]: "_ 1 _ _ 1 _ _ _ 1 1 _ _ 1 1" },
        at: "7m",
        labels: { namespace, pod: "api-1", container: "migrate" },
      },
    ]),
    silent: ofEach<AlertCase>(({ namespace }) => [
      // once, of which the last five minutes know
      { series: { [crashing(namespace)]: "_ 1 stale" }, at: "20m" },
      { series: { [crashing("elsewhere")]: "1x20" }, at: "10m" },
    ]),
  },
  "workload-job-failed": {
    fires: ofEach<FiringCase>(({ namespace }) => jobsFailing(namespace)),
    silent: ofEach<AlertCase>(({ namespace }) => [
      ...jobsWell(namespace),
      { series: failedJob("elsewhere", "migrate"), at: "30m" },
    ]),
  },
  "workload-connections": {
    fires: ofEach<FiringCase>(({ namespace }) => [
      {
        series: { [taken(namespace)]: "96x20", [most(namespace)]: "100x20" },
        at: "5m",
        labels: ofPool(namespace),
      },
      {
        series: {
          [taken(namespace)]: "60x20",
          [most(namespace)]: "100x20",
          [inVain(namespace)]: "0x2 1 1 1 2 2 2 3 3 3",
        },
        at: "9m",
        labels: ofPool(namespace),
      },
    ]),
    silent: ofEach<AlertCase>(({ namespace }) => [
      {
        series: {
          [taken(namespace)]: "95x20",
          [taken(namespace, "idle")]: "5x20",
          [most(namespace)]: "100x20",
          [inVain(namespace)]: "7x20",
        },
        at: "20m",
      },
      { series: { [taken(namespace)]: "50x4 96x4 50x9", [most(namespace)]: "100x20" }, at: "10m" },
    ]),
  },
};

const volume = (what: string): string =>
  `kubelet_volume_stats_${what}_bytes{namespace="monitoring", persistentvolumeclaim="prometheus-0", node="a"}`;
const filesystem = (what: string, mountpoint = "/"): string =>
  `node_filesystem_${what}{job="node-exporter", instance="10.0.0.1:9100", device="/dev/nvme0n1p1", fstype="xfs", mountpoint="${mountpoint}"}`;

export const cluster: AlertCases = {
  "cluster-crash-loop": {
    fires: [
      {
        series: { [crashing("keda")]: "_ 1 _ _ 1 _ _ _ 1 1 _ _ 1 1" },
        at: "7m",
        labels: { namespace: "keda", pod: "api-1", container: "api" },
      },
      {
        series: { [crashingFirst("keda")]: "_ 1 _ _ 1 _ _ _ 1 1 _ _ 1 1" },
        at: "7m",
        labels: { namespace: "keda", pod: "api-1", container: "migrate" },
      },
    ],
    silent: [
      { series: { [crashing("keda")]: "_ 1 stale" }, at: "20m" },
      ...ofEach<AlertCase>(({ namespace }) => [{ series: { [crashing(namespace)]: "1x20" }, at: "10m" }]).map(
        ({ where = "", ...one }) => ({ ...one, where: where.replace("=", "!=") }),
      ),
    ],
  },
  "cluster-job-failed": {
    fires: jobsFailing("vault"),
    silent: [
      ...jobsWell("vault"),
      ...ofEach<AlertCase>(({ namespace }) => [{ series: failedJob(namespace, "migrate"), at: "30m" }]).map(
        ({ where = "", ...one }) => ({ ...one, where: where.replace("=", "!=") }),
      ),
    ],
  },
  "volume-disk": {
    fires: {
      series: { [volume("used")]: "80x4 81x20", [volume("capacity")]: "100x30" },
      at: "20m",
      labels: { namespace: "monitoring", persistentvolumeclaim: "prometheus-0" },
    },
    silent: [
      { series: { [volume("used")]: "80x40", [volume("capacity")]: "100x40" }, at: "30m" },
      { series: { [volume("used")]: "80x4 81x13 80x9", [volume("capacity")]: "100x40" }, at: "20m" },
    ],
  },
  "node-disk": {
    fires: {
      series: {
        [filesystem("avail_bytes")]: "20x4 19x20",
        [filesystem("size_bytes")]: "100x30",
        [filesystem("readonly")]: "0x30",
        // the same disk in a second place
        [filesystem("avail_bytes", "/var")]: "20x4 19x20",
        [filesystem("size_bytes", "/var")]: "100x30",
        [filesystem("readonly", "/var")]: "0x30",
      },
      at: "20m",
      labels: { instance: "10.0.0.1:9100", device: "/dev/nvme0n1p1" },
    },
    silent: [
      {
        series: {
          [filesystem("avail_bytes")]: "20x40",
          [filesystem("size_bytes")]: "100x40",
          [filesystem("readonly")]: "0x40",
        },
        at: "30m",
      },
      // an image's own
      {
        series: {
          [filesystem("avail_bytes")]: "0x40",
          [filesystem("size_bytes")]: "100x40",
          [filesystem("readonly")]: "1x40",
        },
        at: "30m",
      },
    ],
  },
};
