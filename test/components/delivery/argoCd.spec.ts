import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ArgoCd, type ArgoCdArgs } from "../../../components/delivery/argoCd";
import { clusterData } from "../../../components/delivery/argoCdObjects";
import type { ClusterFacts } from "../../../components/delivery/clusterFacts";
import { find, findAll, run } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";

const facts: ClusterFacts = {
  cloud: "aws",
  environment: "prod",
  region: "us-east-1",
  account: "111111111111",
  clusterName: "shop-cluster",
  system: "shop",
  domain: "shop.example.com",
  hosts: ["shop.example.com"],
  zoneId: "Z1",
  wayIn: "gateway",
  imageRegistry: "registry.example.com/shop",
  storageClass: "gp3",
  stores: { redis: { REDIS_HOST: "redis.example.com" } },
  identities: { api: "arn:api" },
};
const repository = { url: "https://git.example.com/shop.git", revision: "main", path: "applications/*" };
const oidc = {
  issuer: "https://id.example.com",
  clientId: "argo-cd",
  groups: { admins: ["operators"], deployers: ["developers"], viewers: ["auditors"] },
};

const made = async (args: Partial<ArgoCdArgs> = {}) =>
  (
    await run(
      () =>
        new ArgoCd("shop-argo-cd", {
          highlyAvailable: true,
          nodeSelector: { pool: "system" },
          systemNamespace: "shop-ns",
          standingNamespace: "shop-ns",
          facts,
          credentials: {},
          ...args,
        }),
    )
  ).resources;

const release = "kubernetes:helm.sh/v3:Release";
interface Values {
  readonly createClusterRoles: boolean;
  readonly configs: {
    readonly cm: Readonly<Record<string, unknown>>;
    readonly rbac: Readonly<Record<string, string>>;
  };
  readonly notifications: {
    readonly enabled: boolean;
    readonly templates: Readonly<Record<string, string>>;
    readonly subscriptions: readonly { readonly triggers: readonly string[] }[];
  };
  readonly [part: string]: unknown;
}
const values = async (args: Partial<ArgoCdArgs> = {}) =>
  find(await made(args), release, "shop-argo-cd").inputs["values"] as Values;

const secret = (text: string) => pulumi.secret(text);
const policyKind = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

describe("Argo CD", () => {
  for (const [highlyAvailable, replicas, pdb] of [
    [true, 2, { enabled: true, maxUnavailable: 1 }],
    [false, 1, { enabled: false }],
  ] as const) {
    it(`is ${replicas} of each part that can be more than one`, async () => {
      const all = await values({ highlyAvailable });
      for (const part of ["repoServer", "server", "applicationSet"]) {
        const of = all[part] as { readonly replicas: number; readonly pdb: unknown };
        assert.deepEqual([of.replicas, of.pdb], [replicas, pdb], part);
      }
      assert.equal("redis-ha" in all, highlyAvailable);
    });
  }

  it("may do nothing outside of the namespaces of its own and of the system", async () => {
    assert.equal((await values()).createClusterRoles, false);
    const resources = await made();
    assert.deepEqual(findAll(resources, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"), []);
    for (const part of ["application-controller", "server"]) {
      const { inputs } = find(
        resources,
        "kubernetes:rbac.authorization.k8s.io/v1:Role",
        `shop-argo-cd-rights-${part}`,
      );
      assert.equal((inputs["metadata"] as { readonly namespace: string }).namespace, "shop-ns");
      const named = (inputs["rules"] as { readonly resources: readonly string[] }[]).flatMap(
        (rule) => rule.resources,
      );
      const refused = ["secrets", "pods/exec", "roles", "rolebindings", "resourcequotas", "limitranges", "*"];
      assert.deepEqual(
        named.filter((resource) => refused.includes(resource)),
        [],
      );
    }
    const { namespaces, clusterResources, config } = clusterData("shop-ns");
    assert.deepEqual([namespaces, clusterResources], ["shop-ns", "false"]);
    assert.deepEqual(JSON.parse(config ?? ""), { tlsClientConfig: { insecure: false } });
  });

  it("has a project that takes from the system's repository into its namespace, and from nowhere without one", async () => {
    const spec = async (args: Partial<ArgoCdArgs>) =>
      find(await made(args), "kubernetes:argoproj.io/v1alpha1:AppProject", "shop-argo-cd-project").inputs[
        "spec"
      ] as Record<string, unknown>;
    const { sourceRepos, destinations, clusterResourceWhitelist } = await spec({ repository });
    assert.deepEqual(sourceRepos, [repository.url]);
    assert.deepEqual(destinations, [{ server: "https://kubernetes.default.svc", namespace: "shop-ns" }]);
    assert.deepEqual(clusterResourceWhitelist, []);
    assert.deepEqual((await spec({}))["sourceRepos"], []);
  });

  it("makes an application of each folder of the repository, and none without a repository", async () => {
    const kind = "kubernetes:argoproj.io/v1alpha1:ApplicationSet";
    assert.deepEqual(findAll(await made(), kind), []);
    const { spec } = find(await made({ repository }), kind, "shop-argo-cd-applications").inputs as {
      spec: {
        syncPolicy: unknown;
        template: { spec: { project: string; destination: unknown; source: { helm: { values: string } } } };
      };
    };
    assert.deepEqual(spec.syncPolicy, { preserveResourcesOnDeletion: true });
    assert.equal(spec.template.spec.project, "shop");
    assert.deepEqual(spec.template.spec.destination, { server: "{{ .server }}", namespace: "shop-ns" });
    const { values: text, ...files } = spec.template.spec.source.helm;
    assert.deepEqual(files, {
      valueFiles: ['values-{{ index .metadata.annotations "groundwork.dev/environment" }}.yaml'],
      ignoreMissingValueFiles: true,
    });
    assert.match(
      text,
      /\n {2}zoneId: \{\{ index \.metadata\.annotations "groundwork\.dev\/zone-id" \| toJson \}\}\n/,
    );
    assert.match(
      text,
      /\n {4}"redis": \{\{ index \.metadata\.annotations "groundwork\.dev\/store-redis" \}\}\n/,
    );
  });

  it("makes what is of its kinds after the release that installs them", async () => {
    const resources = await made({ repository });
    const installed = find(resources, release, "shop-argo-cd");
    for (const kind of ["AppProject", "ApplicationSet"]) {
      const [object] = findAll(resources, `kubernetes:argoproj.io/v1alpha1:${kind}`);
      assert.ok(object !== undefined && waitsFor(resources, object, (urn) => urn === installed.urn), kind);
    }
  });

  it("knows one local administrator, or, where a provider signs users in, none", async () => {
    assert.equal((await values()).configs.cm["admin.enabled"], true);
    const { cm } = (await values({ oidc })).configs;
    assert.equal(cm["admin.enabled"], false);
    const sent = JSON.parse(String(cm["oidc.config"])) as Record<string, unknown>;
    assert.deepEqual([sent["issuer"], sent["clientID"]], [oidc.issuer, oidc.clientId]);
    assert.equal(sent["enablePKCEAuthentication"], true);
    assert.ok(!("clientSecret" in sent));
  });

  it("lets whoever is in no group do nothing", async () => {
    const { rbac } = (await values({ oidc })).configs;
    assert.equal(rbac["policy.default"], "");
    assert.deepEqual(rbac["policy.csv"]?.trim().split("\n"), [
      "p, role:viewer, applications, get, shop/*, allow",
      "p, role:deployer, applications, get, shop/*, allow",
      "p, role:deployer, applications, sync, shop/*, allow",
      "p, role:deployer, logs, get, shop/*, allow",
      "g, operators, role:admin",
      "g, developers, role:deployer",
      "g, auditors, role:viewer",
    ]);
  });

  it("reads what it signs in with from Secrets, and its values hold none of it", async () => {
    const credentials = {
      repositoryToken: secret("token-of-git"),
      signInSecret: secret("secret-of-client"),
      slackWebhookUrl: secret("https://hooks.example.com/abc"),
    };
    const resources = await made({ repository, oidc, credentials });
    const names = findAll(resources, "kubernetes:core/v1:Secret").map(
      ({ inputs }) => (inputs["metadata"] as { name: string }).name,
    );
    assert.deepEqual(names.sort(), ["applications", "argocd-notifications", "argocd-sign-in", "in-cluster"]);
    const text = JSON.stringify(find(resources, release, "shop-argo-cd").inputs["values"]);
    assert.doesNotMatch(text, /token-of-git|secret-of-client|hooks\.example\.com/);
    assert.match(text, /\$argocd-sign-in:clientSecret/);
  });

  it("says in Slack what became of an application, where there is a channel to say it in", async () => {
    assert.equal((await values()).notifications.enabled, false);
    const { notifications } = await values({ credentials: { slackWebhookUrl: secret("https://x.example") } });
    assert.equal(notifications.enabled, true);
    assert.deepEqual(notifications.subscriptions[0]?.triggers, [
      "sync-failed",
      "health-degraded",
      "sync-succeeded",
    ]);
    const template = JSON.parse(notifications.templates["template.sync-failed"] ?? "") as {
      webhook: { slack: { body: string } };
    };
    assert.equal(
      template.webhook.slack.body,
      '{"text": {{ printf "%v could not be synced: %v" .app.metadata.name .app.status.operationState.message | toJson }}}',
    );
  });

  it("lets nobody of the cluster in to its API but Prometheus, to its figures", async () => {
    const { inputs } = find(await made(), policyKind, "shop-argo-cd-server");
    const { ingress } = inputs["spec"] as { ingress: { ports: { port: number }[] }[] };
    assert.deepEqual(
      ingress.map(({ ports }) => ports.map(({ port }) => port)),
      [[8083]],
    );
  });

  for (const highlyAvailable of [true, false]) {
    it(`lets its cache be reached by its own parts alone, with ${highlyAvailable ? "three of it" : "one"}`, async () => {
      const cache = highlyAvailable ? "redis-proxy" : "redis";
      const { inputs } = find(await made({ highlyAvailable }), policyKind, `shop-argo-cd-${cache}`);
      const { ingress } = inputs["spec"] as {
        ingress: {
          from: { podSelector: { matchLabels: Record<string, string> } }[];
          ports: { port: number }[];
        }[];
      };
      const [callers, ...scrapers] = ingress.map(({ from, ports }) => ({
        who: from.map((peer) => peer.podSelector.matchLabels["app.kubernetes.io/name"]),
        ports: ports.map(({ port }) => port),
      }));
      assert.deepEqual(callers, {
        who: ["argocd-application-controller", "argocd-server", "argocd-repo-server"],
        ports: [6379],
      });
      // the proxies' figures tell of each Redis whether it answers
      assert.deepEqual(scrapers, highlyAvailable ? [{ who: ["prometheus"], ports: [9101] }] : []);
    });
  }
});
