import assert from "node:assert/strict";
import { BlackboxExporter } from "../../../components/metrics/blackboxExporter";
import type { RouteCheck } from "../../../components/metrics/routeChecks";
import { wayInKinds } from "../../../components/traffic/wayIn";
import { find, findAll, run } from "../../support/run";
import { at } from "../traffic/scene";

const release = "kubernetes:helm.sh/v3:Release";
const probe = "kubernetes:monitoring.coreos.com/v1:Probe";

const checks: readonly RouteCheck[] = [
  { service: "shop", host: "shop.example.com", path: "/", expect: "success" },
  { service: "shop", host: "shop.example.com", path: "/api", expect: "answer" },
  { service: "shop", host: "admin.shop.example.com", path: "/", expect: "success" },
];

const make = (overrides: Partial<ConstructorParameters<typeof BlackboxExporter>[1]> = {}) =>
  run(
    () =>
      new BlackboxExporter("shop-blackbox", {
        checks,
        wayIn: "gateway",
        team: "shop-team",
        highlyAvailable: true,
        nodeSelector: { pool: "system" },
        ...overrides,
      }),
  );

describe("BlackboxExporter", () => {
  it("is asked by Prometheus for each route, by the module of what it wants to hear", async () => {
    const { resources } = await make();
    const targets = findAll(resources, probe).map((one) => [
      at(one, "spec", "module"),
      at(one, "spec", "targets", "staticConfig", "static"),
    ]);
    assert.deepEqual(
      new Map(targets as [string, string[]][]),
      new Map([
        ["http_2xx", ["https://shop.example.com/", "https://admin.shop.example.com/"]],
        ["http_answer", ["https://shop.example.com/api"]],
      ]),
    );
    const modules = at(find(resources, release), "values", "config", "modules");
    assert.ok(targets.every(([module]) => String(module) in (modules as object)));
    for (const one of findAll(resources, probe)) {
      assert.equal(at(one, "spec", "jobName"), "routes");
      assert.equal(
        at(one, "spec", "prober", "url"),
        "prometheus-blackbox-exporter.blackbox-exporter.svc:9115",
      );
      assert.ok(one.dependencies.includes(find(resources, release).urn));
    }
  });

  it("makes no check where there is no route", async () => {
    assert.deepEqual(findAll((await make({ checks: [] })).resources, probe), []);
  });

  it("takes neither an error nor the way in's own pages for an answer, and follows no redirection", async () => {
    const chart = find((await make()).resources, release);
    const statuses = (module: string) =>
      at(chart, "values", "config", "modules", module, "http", "valid_status_codes") as readonly number[];
    for (const refused of [403, 429, 500, 502, 503, 504]) {
      assert.ok(!statuses("http_answer").includes(refused), `${refused}`);
    }
    assert.ok(statuses("http_answer").includes(404) && statuses("http_answer").includes(401));
    assert.deepEqual(
      statuses("http_2xx").filter((status) => status >= 400),
      [],
    );
    for (const module of ["http_2xx", "http_answer"]) {
      const http = at(chart, "values", "config", "modules", module, "http") as Record<string, unknown>;
      assert.deepEqual([http["follow_redirects"], http["fail_if_not_ssl"]], [false, true]);
    }
    const pages = at(
      chart,
      "values",
      "config",
      "modules",
      "http_answer",
      "http",
      "fail_if_body_matches_regexp",
    );
    const notFound =
      "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>\r\n";
    assert.ok((pages as readonly string[]).some((page) => new RegExp(page).test(notFound)));
  });

  for (const wayIn of wayInKinds) {
    it(`reaches the internet and the way in by ${wayIn}, on 443 alone, and hears Prometheus alone`, async () => {
      const { resources } = await make({ wayIn });
      const policy = find(
        resources,
        "kubernetes:networking.k8s.io/v1:NetworkPolicy",
        "shop-blackbox-exporter",
      );
      const egress = at(policy, "spec", "egress") as readonly {
        to: readonly { ipBlock?: { cidr: string; except: string[] }; namespaceSelector?: object }[];
        ports: readonly { port: number }[];
      }[];
      assert.deepEqual(
        egress.flatMap(({ ports }) => ports.map(({ port }) => port)),
        [443, 443],
      );
      const [out, front] = egress.flatMap(({ to }) => to);
      assert.equal(out?.ipBlock?.cidr, "0.0.0.0/0");
      assert.ok(out.ipBlock.except.includes("10.0.0.0/8"));
      const namespace = { gateway: "nginx-gateway", ingress: "ingress-nginx" }[wayIn];
      assert.deepEqual(front?.namespaceSelector, {
        matchLabels: { "kubernetes.io/metadata.name": namespace },
      });
      const ingress = JSON.stringify(at(policy, "spec", "ingress"));
      assert.match(ingress, /"port":9115/);
      assert.match(ingress, /"app.kubernetes.io\/name":"prometheus"/);
    });
  }

  it("has two replicas and a budget where it is to be highly available, and one otherwise", async () => {
    const values = async (highlyAvailable: boolean) => {
      const chart = find((await make({ highlyAvailable })).resources, release);
      return [at(chart, "values", "replicas"), at(chart, "values", "podDisruptionBudget")];
    };
    assert.deepEqual(await values(true), [2, { maxUnavailable: 1 }]);
    assert.deepEqual(await values(false), [1, undefined]);
  });

  it("wakes whose route is down, and the platform's for a certificate a week before it ends", async () => {
    const alerts = find((await make()).resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule");
    const groups = at(alerts, "spec", "groups") as readonly {
      rules: readonly { alert: string; labels: { severity: string; team: string }; for: string }[];
    }[];
    assert.deepEqual(
      groups.flatMap(({ rules }) =>
        rules.map(({ alert, labels, for: lasting }) => [alert, labels.severity, labels.team, lasting]),
      ),
      [
        ["route-down", "critical", "shop-team", "1m"],
        ["route-certificate-soon", "warning", "platform", "15m"],
        ["route-certificate", "critical", "platform", "15m"],
        ["route-unchecked", "warning", "platform", "15m"],
      ],
    );
  });
});
