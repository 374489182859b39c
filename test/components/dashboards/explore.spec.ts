import assert from "node:assert/strict";
import { exploreLinks } from "../../../components/dashboards/explore";

/** What Explore opens with, once Grafana has put services into the address. */
function opened(url: string, services: string): unknown {
  const [path, query = ""] = url.replace(/\$\{service:\w+\}/g, services).split("?");
  assert.equal(path, "/explore");
  const panes = new URLSearchParams(query).get("panes") ?? "";
  return (JSON.parse(panes) as { a: { datasource: string; queries: unknown[] } }).a.queries[0];
}

describe("links to Explore", () => {
  it("lead to the lines of the chosen services in Loki", () => {
    const [link, ...others] = exploreLinks({ namespace: "shop", platform: { loki: {} } });
    assert.deepEqual(others, []);
    assert.deepEqual(opened(link?.url ?? "", "(web|api)"), {
      refId: "A",
      datasource: { type: "loki", uid: "loki" },
      expr: '{namespace="shop", app=~"(web|api)"}',
    });
  });

  it("lead to their lines in Elasticsearch", () => {
    const [link] = exploreLinks({ namespace: "shop", platform: { elasticStack: {} } });
    assert.deepEqual(opened(link?.url ?? "", "web"), {
      refId: "A",
      datasource: { type: "elasticsearch", uid: "elasticsearch" },
      query: "service.name:web",
      metrics: [{ id: "1", type: "logs" }],
    });
  });

  it("lead to their traces, where somebody keeps them", () => {
    const [tempo] = exploreLinks({ namespace: "shop", platform: {}, traces: "tempo" });
    assert.deepEqual(opened(tempo?.url ?? "", "web"), {
      refId: "A",
      datasource: { type: "tempo", uid: "tempo" },
      queryType: "traceql",
      query: '{resource.service.name=~"web"}',
    });
    const [jaeger] = exploreLinks({ namespace: "shop", platform: {}, traces: "jaeger" });
    assert.match(jaeger?.url ?? "", /jaeger/);
  });

  it("are none where there is nothing to lead to", () => {
    assert.deepEqual(exploreLinks({ namespace: "shop", platform: {} }), []);
  });
});
