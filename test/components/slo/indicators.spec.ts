import { evaluationSeconds } from "../../../components/platform/monitoringSize";
import { slowSeconds } from "../../../components/slo/rules";
import type { Slo } from "../../../components/slo/slo";
import { availabilityOf, play, promtool, requests, type Scene } from "./scene";

const burning = { "slo-burning-1h": true, "slo-burning-6h": true };
const quiet = {
  "slo-burning-1h": false,
  "slo-burning-6h": false,
  "slo-burning-1d": false,
  "slo-burning-3d": false,
  "slo-unmeasured": false,
  "slo-silent": false,
};

const api = availabilityOf(99.9);
const up = 'up{namespace="shop",job="shop/api",pod="api-7d9f8b6c5-x2k4p"}';
const pod = 'kube_pod_info{namespace="shop",pod="api-7d9f8b6c5-x2k4p"}';
const called = 'http_client_request_duration_seconds_count{namespace="shop",server_address="api"}';

/** A pod that is there and answers, for so many intervals. */
const alive = (intervals: number) => ({ [up]: `1x${intervals}`, [pod]: `1x${intervals}` });

const ratio = 'namespace_service_slo:failures_per_event:ratio_rate5m{service="api"}';
const remaining = 'namespace_service_slo:error_budget_remaining:ratio{service="api"}';

/** Each scene is a test of its own, so that each says by its title what does not hold. */
function scenes(
  slo: Slo,
  all: readonly (Omit<Scene, "interval"> & Partial<Pick<Scene, "interval">>)[],
): void {
  for (const { title, ...scene } of all) {
    it(title, () => {
      play(slo, [{ title, interval: "30s", ...scene }]);
    });
  }
}

describe("the indicators of objectives", function () {
  before(function () {
    if (promtool === undefined) this.skip();
  });

  describe("of requests", () => {
    scenes(api, [
      {
        title: "are good where none failed, though nobody counts those that did, and leave the budget whole",
        series: { ...alive(60), [requests(200)]: "0+600x60" },
        alerts: { "30m": quiet },
        values: { "30m": { [ratio]: 0, [remaining]: 1 } },
      },
      {
        title: "are not known where nobody calls, and nobody is told",
        series: { ...alive(240), [requests(200)]: "42x240" },
        alerts: { "2h": quiet },
        values: { "2h": { [ratio]: undefined, [remaining]: undefined } },
      },
      {
        title: "are not known of a service that was never called, and nobody is told",
        series: alive(240),
        alerts: { "2h": quiet },
      },
      {
        title: "do not blame the service for what its callers do wrong",
        series: { ...alive(60), [requests(200)]: "0+600x60", [requests(404)]: "0+300x60" },
        alerts: { "30m": quiet },
        values: { "30m": { [ratio]: 0 } },
      },
      {
        title: "do not take the kubelet's questions for requests",
        series: {
          ...alive(60),
          [requests(500)]: "0+60x60",
          [requests(200).replace("}", ',http_route="/livez"}')]: "0+100000x60",
        },
        alerts: { "30m": burning },
        values: { "30m": { [ratio]: 1 } },
      },
      {
        title: "are another service's where its name begins with this one's",
        series: {
          [up.replaceAll("api", "api-gateway")]: "1x60",
          [pod.replaceAll("api", "api-gateway")]: "1x60",
        },
        alerts: { "30m": quiet },
      },
      {
        title: "say what is left of the budget: half of it, where half as much failed as may",
        series: { ...alive(120), [requests(200)]: "0+19990x120", [requests(500)]: "0+10x120" },
        // 10 of 20,000 where 20 may
        values: { "1h": { [`round(${remaining}, 0.0001)`]: 0.5 } },
      },
      {
        title: "are not known of a service scaled to nothing, and nobody is told",
        series: { [requests(200)]: "0+600x60 _x120", [up]: "1x60 _x120", [pod]: "1x60 _x120" },
        alerts: { "1h20m": quiet },
      },
    ]);
  });

  describe("of few requests", () => {
    // how often the rules that can wait are evaluated, as their guard counts by it
    const interval = `${slowSeconds}s`;
    const few = "0x20 1x5 2x5 3x5 4x60";
    const more = "0x20 1x5 2x5 3x5 4x5 5x5 6x5 7x5 8x5 9x60";
    const often = `${evaluationSeconds}s`;
    // a failure each minute
    const minute = 60 / evaluationSeconds - 1;
    const each = (failures: number) =>
      Array.from({ length: failures }, (_, index) => `${index + 1}x${minute}`);
    const fewNow = `0x60 ${each(4).join(" ")} 4x300`;
    const moreNow = `0x60 ${each(12).join(" ")}`;
    const page = { "slo-burning-1h": false, "slo-burning-6h": false };
    const ticket = { "slo-burning-1d": false, "slo-burning-3d": false };
    scenes(api, [
      {
        title: "wake nobody by four failures, though those are all that there was",
        interval: often,
        series: { ...alive(400), [requests(500)]: fewNow },
        alerts: { "15m": page, "17m": page, "20m": page, "40m": page },
      },
      {
        title: "wake somebody by the fifth of an outage, and not minutes later",
        interval: often,
        // one each ten seconds, of which none succeeds
        series: { ...alive(400), [requests(500)]: "0x60 1+1x300" },
        alerts: {
          [`${64 * evaluationSeconds}s`]: page,
          [`${66 * evaluationSeconds}s`]: { "slo-burning-1h": true },
        },
      },
      {
        title: "are no ticket by four failures either",
        interval,
        series: { ...alive(120), [requests(500)]: few },
        alerts: { "1h": ticket, "90m": ticket, "2h": ticket },
      },
      {
        title: "wake somebody by more",
        interval: often,
        series: { ...alive(400), [requests(500)]: moreNow },
        alerts: { [`${60 * evaluationSeconds + 11 * 60}s`]: burning },
      },
      {
        title: "are a ticket by more",
        interval,
        series: { ...alive(120), [requests(500)]: more },
        alerts: { "150m": { "slo-burning-1d": true, "slo-burning-3d": true } },
      },
    ]);
  });

  describe("that are missing", () => {
    scenes(api, [
      {
        title: "are noticed where callers say that the service is called",
        series: { ...alive(160), [called]: "0+60x160" },
        alerts: { "20m": { "slo-unmeasured": false }, "1h": { ...quiet, "slo-unmeasured": true } },
      },
      {
        title:
          "are noticed where every pod is away from Prometheus, and page: nobody is served, or nobody knows",
        series: { [pod]: "1x60", [up]: "1x19 0x40", [requests(200)]: "0+600x19 _x40" },
        alerts: {
          "10m": { "slo-silent": false },
          "14m": { "slo-silent": false },
          "15m30s": { "slo-silent": true, "slo-unmeasured": false },
        },
      },
      {
        title: "are no matter while one pod of two answers",
        series: {
          ...alive(60),
          'kube_pod_info{namespace="shop",pod="api-7d9f8b6c5-aaaaa"}': "1x60",
          'up{namespace="shop",job="shop/api",pod="api-7d9f8b6c5-aaaaa"}': "0x60",
        },
        alerts: { "30m": quiet },
      },
    ]);

    it("are noticed of a service that was called for a day, and whose new version tells nothing", () => {
      const minutes = 36 * 60;
      play(api, [
        {
          title: "a version without metrics",
          interval: "4m",
          series: {
            [pod]: `1x${minutes / 4}`,
            [up]: `1x${minutes / 4}`,
            [requests(200)]: `0+600x${(30 * 60) / 4} _x90`,
          },
          alerts: { "30h": quiet, "35h": { ...quiet, "slo-unmeasured": true } },
        },
      ]);
    });
  });

  const mesh = availabilityOf(99.9, { indicator: { of: "requests", measured: "mesh" } });
  const arrived = (code: number) =>
    `istio_requests_total{reporter="destination",namespace="shop",destination_canonical_service="api",response_code="${code}",pod="api-7d9f8b6c5-x2k4p"}`;
  const sent = (code: number, flags: string) =>
    `istio_requests_total{reporter="source",namespace="shop",destination_service_name="api",destination_service_namespace="shop",response_code="${code}",response_flags="${flags}"}`;

  describe("of requests in a mesh", () => {
    scenes(mesh, [
      {
        title: "are those of the pods that were called, once each",
        series: {
          [arrived(200)]: "0+900x60",
          [arrived(503)]: "0+100x60",
          [sent(200, "-")]: "0+900x60",
          [sent(503, "-")]: "0+100x60",
        },
        values: { "30m": { [`round(${ratio}, 0.0001)`]: 0.1 } },
      },
      {
        title: "are failures where they came to no pod, which those tell who sent them",
        series: {
          [arrived(200)]: "0+900x60",
          [sent(200, "-")]: "0+900x60",
          [sent(503, "UF,URX")]: "0+100x60",
        },
        values: { "30m": { [`round(${ratio}, 0.0001)`]: 0.1 } },
      },
      {
        title: "all fail where there is no pod at all, and page",
        series: { [sent(503, "UH")]: "0+100x60" },
        alerts: { "20m": burning },
        values: { "20m": { [ratio]: 1 } },
      },
      {
        title: "are missing where pods without a sidecar are called",
        series: {
          'up{namespace="shop",job="shop/sidecars",pod="api-7d9f8b6c5-x2k4p"}': "1x160",
          [pod]: "1x160",
          [sent(200, "-")]: "0+60x160",
        },
        alerts: { "1h": { ...quiet, "slo-unmeasured": true } },
      },
    ]);
  });

  const slow = availabilityOf(95, {
    kind: "latency",
    indicator: { of: "durations", measured: "workload", thresholdMilliseconds: 1000 },
  });
  const bucket = (le: string, status = 200) => requests(status).replace("_count{", `_bucket{le="${le}",`);

  describe("of durations", () => {
    for (const le of ["1", "1.0"]) {
      scenes(slow, [
        {
          title: `are the answers that took longer than the bound, as Prometheus writes it: ${le}`,
          series: {
            ...alive(60),
            [requests(200)]: "0+1000x60",
            [bucket(le)]: "0+750x60",
            [bucket("10.0")]: "0+1000x60",
          },
          alerts: { "30m": { "slo-burning-1h": false, "slo-burning-1d": true, "slo-unmeasured": false } },
          values: { "30m": { [`round(${ratio}, 0.0001)`]: 0.25 } },
        },
      ]);
    }
    scenes(slow, [
      {
        title: "leave what failed to the other objective, and connections that last as they are used alone",
        series: {
          ...alive(60),
          [requests(200)]: "0+1000x60",
          [bucket("1")]: "0+1000x60",
          [requests(500)]: "0+1000x60",
          [bucket("1", 500)]: "0x60",
          [requests(101)]: "0+1000x60",
          [bucket("1", 101)]: "0x60",
        },
        values: { "30m": { [ratio]: 0 } },
      },
      {
        title: "are not known where the histogram has no such bound, and somebody is told",
        series: { ...alive(160), [requests(200)]: "0+1000x160", [bucket("2.5")]: "0+10x160" },
        alerts: { "1h": { ...quiet, "slo-unmeasured": true } },
        values: { "1h": { [ratio]: undefined } },
      },
    ]);
  });

  const pods = availabilityOf(99, { indicator: { of: "pods", least: 2 } });
  const ready = (name: string) =>
    `kube_pod_status_ready{namespace="shop",pod="api-7d9f8b6c5-${name}",condition="true"}`;
  const active = 'kube_namespace_status_phase{namespace="shop",phase="Active"}';

  describe("of pods", () => {
    scenes(pods, [
      {
        title: "are good while as many are ready, and bad with fewer",
        series: { [active]: "1x120", [ready("aaaaa")]: "1x120", [ready("bbbbb")]: "1x59 0x60" },
        alerts: { "29m": quiet, "45m": burning },
        values: { "29m": { [ratio]: 0 }, "45m": { [ratio]: 1 } },
      },
      {
        title: "are bad where there is none at all",
        series: { [active]: "1x60" },
        alerts: { "20m": burning },
      },
      {
        title: "are not known without kube-state-metrics, and somebody is told",
        series: { [active]: "1x20 _x140", [ready("aaaaa")]: "1x20 _x140", [ready("bbbbb")]: "1x20 _x140" },
        alerts: { "1h": { ...quiet, "slo-unmeasured": true } },
      },
    ]);
  });

  const backlog = availabilityOf(99, {
    kind: "freshness",
    indicator: { of: "backlog", trigger: "queue-depth", most: 500 },
  });
  const waiting =
    'keda_scaler_metrics_value{exported_namespace="shop",scaledObject="api",scaler="queue-depth",pod="keda-operator-1"}';

  describe("of what waits", () => {
    scenes(backlog, [
      {
        title: "are good while less waits, and bad with as much",
        series: { [pod]: "1x120", [waiting]: "499x59 500x60" },
        alerts: { "29m": quiet, "45m": burning },
        values: { "29m": { [ratio]: 0 }, "45m": { [ratio]: 1 } },
      },
      {
        title: "are not known where KEDA counts nothing, and somebody is told",
        series: { [pod]: "1x160", [waiting]: "0x20 _x140" },
        alerts: { "1h": { ...quiet, "slo-unmeasured": true } },
      },
      {
        title: "are not known where it counts nothing for no pod, and nobody is told",
        series: { [waiting]: "0x20 _x140" },
        alerts: { "1h": quiet },
      },
    ]);
  });
});
