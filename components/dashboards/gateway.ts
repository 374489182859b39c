import { namespaces } from "../platform/names";
import type { WayInKind } from "../traffic/wayIn";
import type { Board, Panel, Section } from "./board";
import { fullness, lines, sumIncrease, sumRate } from "./promql";

/** The way into the cluster: what comes in, and whether there are enough pods for it. */
export function wayInBoard(kind: WayInKind): Board {
  const { title, sections } = kind === "gateway" ? gateway : ingress;
  return {
    uid: "groundwork-way-in",
    title,
    description:
      "Requests and connections from outside, and the pods that take them: is it us, or what is before us?",
    folder: "Platform",
    tags: ["traffic"],
    sections: [...sections, podsOf(kind)],
  };
}

const inGateway = `namespace="${namespaces.gateway}",job="${namespaces.gateway}/nginx"`;
const controller = `namespace="${namespaces.gateway}",job="${namespaces.gateway}/controller"`;

const gateway: Pick<Board, "title" | "sections"> = {
  title: "Gateway",
  sections: [
    {
      title: "Traffic",
      panels: [
        {
          title: "Requests",
          description: "Requests a second, pod by pod: evenly spread, or the load balancer prefers one.",
          unit: "reqps",
          min: 0,
          stacked: true,
          queries: lines({ "{{pod}}": sumRate(`nginx_http_requests_total{${inGateway}}`, "pod") }),
        },
        {
          title: "New connections",
          description:
            "Connections a second that were accepted and handled: fewer handled than accepted were dropped for want of room.",
          unit: "cps",
          min: 0,
          queries: lines({
            "{{nginx_connections_outcome}}": sumRate(
              `nginx_http_connections_total{${inGateway}}`,
              "nginx_connections_outcome",
            ),
          }),
        },
        {
          title: "Open connections",
          description:
            "Connections by what they do: reading a request, writing an answer, or waiting for the next one.",
          unit: "none",
          min: 0,
          queries: lines({
            "{{nginx_connections_outcome}}": `sum by (nginx_connections_outcome) (nginx_http_connection_count_connections{${inGateway}})`,
          }),
        },
        {
          title: "Changes of routes",
          description: "Events a second that the control plane works on: routes, Services, endpoints.",
          unit: "ops",
          min: 0,
          queries: lines({
            batches: sumRate(`nginx_gateway_fabric_event_batch_processing_milliseconds_count{${controller}}`),
          }),
        },
      ],
    },
  ],
};

const inIngress = `namespace="${namespaces.ingress}"`;

const ingress: Pick<Board, "title" | "sections"> = {
  title: "Ingress",
  sections: [
    {
      title: "Traffic",
      panels: [
        {
          title: "Requests",
          description: "Requests a second, pod by pod: evenly spread, or the load balancer prefers one.",
          unit: "reqps",
          min: 0,
          stacked: true,
          queries: lines({
            "{{pod}}": sumRate(`nginx_ingress_nginx_http_requests_total{${inIngress}}`, "pod"),
          }),
        },
        {
          title: "Open connections",
          description: "Connections that are open, and those of them that wait for the next request.",
          unit: "none",
          min: 0,
          queries: lines({
            open: `sum(nginx_ingress_nginx_connections_active{${inIngress}})`,
            waiting: `sum(nginx_ingress_nginx_connections_waiting{${inIngress}})`,
          }),
        },
        {
          title: "Dropped connections",
          description: "Connections a second that were accepted and not handled.",
          unit: "cps",
          min: 0,
          queries: lines({
            dropped: `${sumRate(`nginx_ingress_nginx_connections_accepted{${inIngress}}`)} - ${sumRate(`nginx_ingress_nginx_connections_handled{${inIngress}}`)}`,
          }),
        },
        {
          title: "Reloads that failed",
          description:
            "Configurations that NGINX did not take within an hour; it goes on with the one before.",
          unit: "none",
          min: 0,
          thresholds: [{ from: 1, color: "red" }],
          queries: lines({
            failed: sumIncrease(`nginx_ingress_controller_nginx_reload_errors_total{${inIngress}}`, "1h"),
          }),
        },
      ],
    },
  ],
};

function podsOf(kind: WayInKind): Section {
  const namespace = kind === "gateway" ? namespaces.gateway : namespaces.ingress;
  const here = `namespace="${namespace}"`;
  const room: Panel = {
    title: "Of the most that it may have",
    description: "Pods as a part of the autoscaler's highest count.",
    unit: "percentunit",
    min: 0,
    max: 1,
    thresholds: fullness,
    queries: lines({
      "{{horizontalpodautoscaler}}": `kube_horizontalpodautoscaler_status_current_replicas{${here}} / kube_horizontalpodautoscaler_spec_max_replicas{${here}}`,
    }),
  };
  return {
    title: "Pods",
    panels: [
      {
        title: "Available",
        description: "Pods that take connections, by their Deployment.",
        unit: "none",
        min: 0,
        queries: lines({ "{{deployment}}": `kube_deployment_status_replicas_available{${here}}` }),
      },
      room,
      {
        title: "CPU",
        description: "CPU that each pod uses.",
        unit: "cores",
        min: 0,
        queries: lines({
          "{{pod}}": sumRate(`container_cpu_usage_seconds_total{${here},container!=""}`, "pod"),
        }),
      },
      {
        title: "Memory",
        description: "Memory that each pod can't give up.",
        unit: "bytes",
        min: 0,
        queries: lines({
          "{{pod}}": `sum by (pod) (container_memory_working_set_bytes{${here},container!=""})`,
        }),
      },
    ],
  };
}
