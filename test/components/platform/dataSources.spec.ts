import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { dataSource, type DataSourceArgs } from "../../../components/platform/dataSources";
import { find, findAll, isSecretInput, run } from "../../support/run";

const loki: DataSourceArgs = {
  uid: "loki",
  title: "Loki",
  url: "http://loki.loki:3100",
  destinations: [{ namespace: "loki", podLabels: { app: "loki" }, ports: [3100] }],
};
const signIn = { user: "grafana", password: pulumi.secret("hush-hush") };

const make = (args: DataSourceArgs) =>
  run(() =>
    dataSource("logs", args, {
      provider: new k8s.Provider("main", { kubeconfig: "{}" }),
    }),
  );

/** The source as Grafana reads it. */
async function sourceOf(args: DataSourceArgs): Promise<Readonly<Record<string, unknown>>> {
  const { resources } = await make(args);
  const { data } = find(resources, "kubernetes:core/v1:ConfigMap", "logs").inputs as {
    readonly data: Readonly<Record<string, string>>;
  };
  const { datasources } = JSON.parse(data[`${args.uid}.json`] ?? "") as {
    readonly datasources: readonly [Readonly<Record<string, unknown>>];
  };
  return datasources[0];
}

describe("a data source of Grafana", () => {
  it("is where Grafana's sidecar looks, under its fixed uid, and nobody changes it by hand", async () => {
    const { resources } = await make(loki);
    const { metadata } = find(resources, "kubernetes:core/v1:ConfigMap").inputs as { metadata: object };
    assert.deepEqual(metadata, {
      name: "data-source-loki",
      namespace: "monitoring",
      labels: { grafana_datasource: "1" },
    });
    assert.deepEqual(await sourceOf(loki), {
      name: "Loki",
      uid: "loki",
      type: "loki",
      access: "proxy",
      url: "http://loki.loki:3100",
      editable: false,
      jsonData: {},
    });
  });

  it("lets Grafana out to it and to nobody else", async () => {
    const { resources } = await make(loki);
    const { spec } = find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs as {
      spec: unknown;
    };
    assert.deepEqual(spec, {
      podSelector: { matchLabels: { "app.kubernetes.io/name": "grafana" } },
      policyTypes: ["Egress"],
      ingress: [],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "loki" } },
              podSelector: { matchLabels: { app: "loki" } },
            },
          ],
          ports: [{ protocol: "TCP", port: 3100 }],
        },
      ],
    });
  });

  it("sends its headers, and trusts the authority that it is told", async () => {
    const source = await sourceOf({
      ...loki,
      settings: { maxLines: 1000 },
      headers: { "X-Scope-OrgID": "platform", "X-Other": "b" },
      authority: "PEM",
    });
    assert.deepEqual(source["jsonData"], {
      maxLines: 1000,
      httpHeaderName1: "X-Scope-OrgID",
      httpHeaderName2: "X-Other",
      tlsAuthWithCACert: true,
    });
    assert.deepEqual(source["secureJsonData"], {
      httpHeaderValue1: "platform",
      httpHeaderValue2: "b",
      tlsCACert: "PEM",
    });
  });

  it("has its password in a Secret, of which the source only says where Grafana finds it", async () => {
    const elasticsearch: DataSourceArgs = { ...loki, uid: "elasticsearch", signIn };
    const { resources } = await make(elasticsearch);
    const secret = find(resources, "kubernetes:core/v1:Secret");
    assert.ok(isSecretInput(secret, "stringData"));
    assert.deepEqual((secret.inputs["metadata"] as { name: string }).name, "grafana-elasticsearch");
    const source = await sourceOf(elasticsearch);
    assert.equal(source["basicAuth"], true);
    assert.equal(source["basicAuthUser"], "grafana");
    assert.deepEqual(source["secureJsonData"], {
      basicAuthPassword: "$__file{/etc/secrets/elasticsearch/password}",
    });
    assert.ok(!JSON.stringify(findAll(resources, "kubernetes:core/v1:ConfigMap")).includes("hush-hush"));
  });

  it("comes after its password, for Grafana reads no source while a file that one names is missing", async () => {
    const { resources } = await make({ ...loki, uid: "elasticsearch", signIn });
    const secret = find(resources, "kubernetes:core/v1:Secret");
    const source = find(resources, "kubernetes:core/v1:ConfigMap");
    assert.ok(source.dependencies.includes(secret.urn));
  });

  it("signs in only where Grafana has a place for the password", async () => {
    await assert.rejects(make({ ...loki, signIn }), /signIn: expected one of elasticsearch, got loki/);
  });
});
