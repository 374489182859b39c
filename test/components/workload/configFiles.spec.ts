import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { planWorkload } from "../../../components/workload/plan";
import type { WorkloadSpec } from "../../../components/workload/spec";
import { Workload } from "../../../components/workload/workload";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run } from "../../support/run";
import { at } from "../traffic/scene";

const spec: WorkloadSpec = {
  image: { repository: "ghcr.io/acme/api", tag: "1.2.3" },
  port: 3000,
  replicas: 3,
  resources: { cpu: "500m", memory: "512Mi" },
  writablePaths: [{ path: "/var/cache/api", sizeMiB: 64 }],
  configFiles: { "/etc/api/limits.json": '{ "orders": 5 }\n', "/app/motd.txt": "welcome" },
};
const configMapType = "kubernetes:core/v1:ConfigMap";

async function made(own: WorkloadSpec): Promise<readonly PlanResource[]> {
  const { resources } = await run(() => {
    const provider = new k8s.Provider("main", { kubeconfig: "{}" });
    return new Workload(
      "shop-api",
      {
        service: "api",
        spec: own,
        system: "shop",
        namespace: "shop",
        connections: { PGHOST: "db" },
      },
      { provider },
    );
  });
  return resources;
}

const mounted = {
  volumeMounts: [
    {
      name: "config-files",
      mountPath: "/etc/api/limits.json",
      subPath: "etc.api.limits.json",
      readOnly: true,
    },
    { name: "config-files", mountPath: "/app/motd.txt", subPath: "app.motd.txt", readOnly: true },
  ],
};

interface Pod {
  readonly volumes: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[];
  readonly containers: readonly { readonly volumeMounts: readonly { readonly name: string }[] }[];
}

function filesOf(pod: unknown): { volumeMounts: readonly object[]; from: string | undefined } {
  const { volumes, containers } = pod as Pod;
  const ofFiles = ({ name }: { readonly name: string }) => name === "config-files";
  return {
    volumeMounts: containers[0]?.volumeMounts.filter(ofFiles) ?? [],
    from: volumes.find(ofFiles)?.configMap?.name,
  };
}

describe("Files that a service may read", () => {
  it("are in a ConfigMap that never changes, and that Pulumi names anew", async () => {
    const map = find(await made(spec), configMapType, "shop-api-files");
    assert.deepEqual(map.inputs["data"], {
      "etc.api.limits.json": '{ "orders": 5 }\n',
      "app.motd.txt": "welcome",
    });
    assert.equal(map.inputs["immutable"], true);
    assert.equal(at(map, "metadata", "name"), undefined);
    assert.equal(at(map, "metadata", "namespace"), "shop");
  });

  it("are mounted where they are to be read, each alone, by its pods and its tasks", async () => {
    const resources = await made({
      ...spec,
      migration: { command: ["migrate"] },
      cronJobs: { settle: { command: ["settle"], schedule: "0 3 * * *" } },
    });
    const pods = [
      at(find(resources, "kubernetes:apps/v1:Deployment"), "spec", "template", "spec"),
      at(find(resources, "kubernetes:batch/v1:Job"), "spec", "template", "spec"),
      at(find(resources, "kubernetes:batch/v1:CronJob"), "spec", "jobTemplate", "spec", "template", "spec"),
    ];
    for (const pod of pods) {
      const { volumeMounts, from } = filesOf(pod);
      assert.deepEqual({ volumeMounts }, mounted);
      assert.match(from ?? "", /^shop-api-files-/);
    }
  });

  it("are none where it says none", async () => {
    const { configFiles, ...without } = spec;
    assert.ok(configFiles);
    const resources = await made(without);
    assert.deepEqual(
      findAll(resources, configMapType).map(({ name }) => name),
      ["shop-api-connections"],
    );
    const pod = at(find(resources, "kubernetes:apps/v1:Deployment"), "spec", "template", "spec");
    assert.deepEqual(filesOf(pod), { volumeMounts: [], from: undefined });
  });

  const full = "é".repeat(2 ** 19);
  for (const [what, configFiles, message] of [
    [
      "a path that is not whole",
      { "etc/x": "" },
      /^api\.configFiles\.etc\/x: expected the whole path of a file/,
    ],
    ["a folder", { "/etc/x/": "" }, /^api\.configFiles\.\/etc\/x\/: expected the whole path/],
    ["a way up", { "/etc/../x": "" }, /^api\.configFiles\.\/etc\/\.\.\/x: expected the whole path/],
    [
      "a key that would begin with two dots",
      { "/..x": "" },
      /^api\.configFiles\.\/\.\.x: expected the whole path/,
    ],
    ["a path with a space", { "/etc/a b": "" }, /^api\.configFiles\.\/etc\/a b: expected the whole path/],
    ["one that is too long", { [`/${"x".repeat(254)}`]: "" }, /: expected at most 254 characters, got 255$/],
    [
      "one in /tmp",
      { "/tmp/x": "" },
      /^api\.configFiles\.\/tmp\/x: expected a path outside the writable \/tmp, got/,
    ],
    [
      "one where it writes",
      { "/var/cache/api/x": "" },
      /: expected a path outside the writable \/var\/cache\/api, got/,
    ],
    [
      "one above where it writes",
      { "/var/cache": "" },
      /: expected a path outside the writable \/var\/cache\/api, got/,
    ],
    [
      "one of the platform's",
      { "/etc/groundwork/x": "" },
      /: expected a path outside \/etc\/groundwork, got/,
    ],
    [
      "one of Kubernetes'",
      { "/var/run/secrets/x": "" },
      /: expected a path outside \/var\/run\/secrets, got/,
    ],
    [
      "one below another",
      { "/a": "", "/a/b": "" },
      /^api\.configFiles\.\/a: expected no other file above or below it, got "\/a\/b"$/,
    ],
    [
      "two of one key",
      { "/a/b": "", "/a.b": "" },
      /^api\.configFiles\.\/a\.b: expected a path that is not \/a\/b with dots/,
    ],
    [
      "more than 1 MiB",
      { "/a": full, "/b": "x" },
      /^api\.configFiles: expected at most 1048576 bytes in all, got 1048577$/,
    ],
  ] as const) {
    it(`are refused: ${what}`, () => {
      assert.throws(() => planWorkload("api", { ...spec, configFiles }), { name: "RangeError", message });
    });
  }

  it("may be 1 MiB in all, counted in bytes", () => {
    assert.ok(planWorkload("api", { ...spec, configFiles: { "/a": full } }));
  });
});
