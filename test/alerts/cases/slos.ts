import { blueprints } from "../../../blueprints/catalogue";
import { measuredBy } from "../../../components/mesh/istioSpec";
import { selectorOf, silentQuery } from "../../../components/slo/indicators";
import { planSlos } from "../../../components/slo/plan";
import { type Burn, burns } from "../../../components/slo/rules";
import { budgetOf, type Slo } from "../../../components/slo/slo";
import type { AlertCase, AlertCases, CasesOfAlert, FiringCase } from "../cases";

type Values = NonNullable<AlertCase["series"]>;

/** What is promised of every service of every system, in its own size. */
const slos: readonly Slo[] = Object.values(blueprints).flatMap(({ namespace, services, platform }) =>
  Object.entries(services).flatMap(([service, spec]) =>
    planSlos(service, spec, { namespace, measured: measuredBy(platform.istio) }),
  ),
);

const podOf = ({ service }: Slo) => `pod="${service}-7d9f8b6c5-x2k4p"`;

/** Series of an objective whose part of failures stays the same, of a million a minute. */
function steady(slo: Slo, part: number): Values {
  const { indicator, namespace, service } = slo;
  const all = 1_000_000;
  const bad = Math.round(part * all);
  const grow = (each: number) => `0+${each}x60`;
  const place = `namespace="${namespace}"`;
  const inMesh = `${place},reporter="destination",destination_canonical_service="${service}"`;
  if (indicator.of === "requests") {
    const [of, status] =
      indicator.measured === "mesh"
        ? [`istio_requests_total{${inMesh}`, "response_code"]
        : [workload(slo, "_count"), "http_response_status_code"];
    return { [`${of},${status}="200"}`]: grow(all - bad), [`${of},${status}="500"}`]: grow(bad) };
  }
  if (indicator.of !== "durations") {
    throw new Error(`${service}: expected an objective of requests, got one of ${indicator.of}`);
  }
  const { measured, thresholdMilliseconds: bound } = indicator;
  const seconds = Number.isInteger(bound / 1000) ? `${bound / 1000}.0` : `${bound / 1000}`;
  const [count, bucket, le] =
    measured === "mesh"
      ? [
          `istio_request_duration_milliseconds_count{${inMesh},response_code="200"`,
          `istio_request_duration_milliseconds_bucket{${inMesh},response_code="200"`,
          `${bound}.0`,
        ]
      : [
          `${workload(slo, "_count")},http_response_status_code="200"`,
          `${workload(slo, "_bucket")},http_response_status_code="200"`,
          seconds,
        ];
  return { [`${count}}`]: grow(all), [`${bucket},le="${le}"}`]: grow(all - bad) };
}

function workload({ namespace, service }: Slo, of: "_count" | "_bucket"): string {
  return `http_server_request_duration_seconds${of}{namespace="${namespace}",job="${namespace}/${service}"`;
}

/** Series of an objective of moments that are good for a while, and then bad: fewer pods or more messages than any size has. */
function moments(slo: Slo, good: number, bad: number): Values {
  const { indicator, namespace, service } = slo;
  const then = (well: number, badly: number) => [
    ...(good === 0 ? [] : [`${well}x${good - 1}`]),
    ...(bad === 0 ? [] : [`${badly}x${bad - 1}`]),
  ];
  if (indicator.of === "pods") {
    const pods = Array.from(
      { length: indicator.least },
      (_, index) => `${service}-7d9f8b6c5-${10_000 + index}`,
    );
    return {
      [`kube_namespace_status_phase{namespace="${namespace}",phase="Active"}`]: `1x${good + bad}`,
      ...Object.fromEntries(
        pods.map((pod) => [
          `kube_pod_status_ready{namespace="${namespace}",pod="${pod}",condition="true"}`,
          then(1, 0).join(" "),
        ]),
      ),
    };
  }
  if (indicator.of !== "backlog") throw new Error(`${service}: expected moments, got ${indicator.of}`);
  const { trigger, most } = indicator;
  return {
    [`keda_scaler_metrics_value{exported_namespace="${namespace}",scaledObject="${service}",scaler="${trigger}"}`]:
      then(0, most).join(" "),
  };
}

const isOfRequests = ({ indicator: { of } }: Slo) => of === "requests" || of === "durations";

/** Minutes of the windows that are short; of the others a part does. */
const minutesOf: Readonly<Partial<Record<Burn["long"], number>>> = { "1h": 60, "6h": 360 };

function burnCases(
  slo: Slo,
  { factor, long }: Burn,
): { readonly fires: FiringCase; readonly silent: AlertCase } {
  const part = factor * budgetOf(slo);
  const where = selectorOf(slo);
  if (isOfRequests(slo)) {
    return {
      fires: { where, series: steady(slo, part * 1.001), at: "20m" },
      silent: { where, series: steady(slo, part * 0.999), at: "20m" },
    };
  }
  // a fifth less than the long window may have, which is two minutes or more, at its end: the short one has too much of it
  const minutes = Math.min(minutesOf[long] ?? Infinity, Math.max(60, Math.ceil(2 / (0.8 * part))));
  const bad = Math.floor(0.8 * part * minutes);
  return {
    fires: { where, series: moments(slo, 0, 30), at: "25m" },
    silent: { where, series: moments(slo, minutes - bad, bad), at: `${minutes - 1}m` },
  };
}

const podInfo = (slo: Slo): Values => ({
  [`kube_pod_info{namespace="${slo.namespace}",${podOf(slo)}}`]: "1x90",
});

/** Whether the service's pods answer Prometheus, by whom it asks. */
function upOf(slo: Slo): string {
  const { indicator, namespace, service } = slo;
  const job = "measured" in indicator && indicator.measured === "mesh" ? "sidecars" : service;
  return `up{namespace="${namespace}",job="${namespace}/${job}",${podOf(slo)}}`;
}

/** Requests to the service, as its callers count them. */
function sentOf({ indicator, namespace, service }: Slo): string {
  const inMesh = "measured" in indicator && indicator.measured === "mesh";
  return inMesh
    ? `istio_requests_total{reporter="source",destination_service_name="${service}",destination_service_namespace="${namespace}",response_code="200",response_flags="-"}`
    : `http_client_request_duration_seconds_count{namespace="${namespace}",server_address="${service}"}`;
}

function unmeasuredCases(slo: Slo): { readonly fires: FiringCase; readonly silent: AlertCase } {
  const where = selectorOf(slo);
  const at = "45m";
  if (isOfRequests(slo)) {
    const called = { [upOf(slo)]: "1x90", [sentOf(slo)]: "0+60x90" };
    return {
      fires: { where, series: called, at },
      silent: { where, series: { ...called, ...steady(slo, 0.001) }, at },
    };
  }
  const there = slo.indicator.of === "backlog" ? podInfo(slo) : {};
  // whether there are pods is not what is asked here
  const told = Object.entries(moments(slo, 90, 0)).filter(
    ([one]) => !one.startsWith("kube_pod_status_ready"),
  );
  return {
    fires: { where, series: there, at },
    silent: { where, series: { ...there, ...Object.fromEntries(told) }, at },
  };
}

function silentCases(slo: Slo): readonly { readonly fires: FiringCase; readonly silent: AlertCase }[] {
  const where = silentQuery(slo);
  if (where === undefined) return [];
  const away = { ...podInfo(slo), [upOf(slo)]: "0x90" };
  return [
    {
      fires: { where, series: away, at: "10m" },
      silent: { where, series: { ...away, [upOf(slo)]: "1x3 0x86" }, at: "7m" },
    },
  ];
}

function all(cases: readonly { readonly fires: FiringCase; readonly silent: AlertCase }[]): CasesOfAlert {
  return { fires: cases.map(({ fires }) => fires), silent: cases.map(({ silent }) => silent) };
}

/** Of each objective of each service its own. */
export const slosOfServices: AlertCases = {
  ...Object.fromEntries(burns.map((burn) => [burn.alert, all(slos.map((slo) => burnCases(slo, burn)))])),
  "slo-unmeasured": all(slos.map(unmeasuredCases)),
  "slo-silent": all(slos.flatMap(silentCases)),
};
