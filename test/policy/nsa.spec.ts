import assert from "node:assert/strict";
import { type NsaHeading, nsaHeadings } from "../../policy/nsa";
import { controlTags } from "../../policy/rule";
import { rules } from "../../policy/rules";

const rootless = '"Non-root" containers and "rootless" container engines';
const upgrading = "Upgrading and application security practices";

/** What the guide asks for in so many words, with a rule that asks the same, and the heading it stands under. */
const asked: Readonly<Record<string, NsaHeading>> = {
  "k8s-pod-run-as-non-root": rootless,
  "k8s-pod-read-only-root-fs": "Immutable container file systems",
  "k8s-pod-image-registry": "Building secure container images",
  "gcp-binauthz-default-deny": "Building secure container images",
  "aws-ecr-scanned": "Building secure container images",
  "gcp-artifact-scanned": "Building secure container images",
  "gcp-gke-binary-authorization": "Building secure container images",
  "k8s-pod-no-privileged": "Pod security enforcement",
  "k8s-pod-no-host-namespaces": "Pod security enforcement",
  "k8s-namespace-pod-security": "Pod security enforcement",
  "k8s-pod-no-token-automount": "Protecting Pod service account tokens",
  "k8s-pod-seccomp": "Hardening container environments",
  "k8s-namespace-not-the-clusters": "Namespaces",
  "k8s-namespace-default-deny": "Network policies",
  "aws-eks-network-policy-enforced": "Network policies",
  "k8s-namespace-limit-range": "Resource policies",
  "k8s-namespace-quota": "Resource policies",
  "aws-eks-endpoint-public-restricted": "Control plane hardening",
  "gcp-gke-private-endpoint": "Control plane hardening",
  "gcp-gke-private-nodes": "Worker node segmentation",
  "istio-mtls-mesh-wide": "Encryption",
  "k8s-configmap-no-secrets": "Secrets",
  "aws-eks-secrets-cmk": "Secrets",
  "k8s-karpenter-imdsv2": "Protecting sensitive cloud infrastructure",
  "k8s-netpol-no-metadata-egress": "Protecting sensitive cloud infrastructure",
  "gcp-gke-no-anonymous-bindings": "Authentication",
  "k8s-rbac-no-wildcards": "Role-based access control",
  "aws-eks-control-plane-logs": "Kubernetes native audit logging configuration",
  "gcp-gke-logging": "Worker node and container logging",
  "istio-mtls-strict": "Service meshes",
  "gcp-gke-release-channel": upgrading,
};

/** Headings that no rule names. */
const unnamed: Readonly<Partial<Record<NsaHeading, string>>> = {
  Etcd: "the clouds keep it, and no property of a cluster says how; what lies in it stands under Secrets",
  "Kubeconfig Files": "files on machines, which no program registers",
  "Seccomp: audit mode": "k8s-pod-seccomp asks for the runtime's profile, which bars calls and records none",
  Syslog: "the clouds' nodes come with their own way to the logs, which other headings ask about",
  "SIEM platforms": "software outside of the cluster, and how it is run",
  "Fault tolerance": "what an agent does while nobody takes its logs stands in its own file of settings",
  "Threat Detection":
    "asked of the account, not of a cluster: aws-guardduty-features has it read EKS' audit logs",
  Alerting: "which events somebody is told of is said in rules of Prometheus, whose text no rule reads",
  Tools: "a list of programs to choose from",
};

describe("headings of the NSA/CISA Kubernetes Hardening Guide", () => {
  const named = rules.map(({ id, controls }) => ({ id, headings: controls.nsa ?? [] }));

  it("are the guide's own, each once in a rule, wherever one names them", () => {
    for (const { id, headings } of named) {
      assert.deepEqual(
        headings.filter((heading) => !nsaHeadings.includes(heading)),
        [],
        id,
      );
      assert.equal(new Set(headings).size, headings.length, id);
    }
  });

  it("stand in a rule in the guide's order", () => {
    for (const { id, headings } of named) {
      assert.deepEqual(
        headings,
        nsaHeadings.filter((heading) => headings.includes(heading)),
        id,
      );
    }
  });

  it("are named by rules about clusters, and about the images that run there, alone", () => {
    assert.deepEqual(
      named
        .filter(({ headings }) => headings.length > 0)
        .map(({ id }) => id)
        .filter(
          (id) =>
            !/^(k8s|istio|strimzi|aws-eks|gcp-gke|gcp-binauthz)-|^(aws-ecr|gcp-artifact)-scanned$/.test(id),
        ),
      [],
    );
  });

  for (const [rule, heading] of Object.entries(asked)) {
    it(`have ${rule} under them: ${heading}`, () => {
      const found = named.find(({ id }) => id === rule) ?? assert.fail(`no rule ${rule}`);
      assert.ok(found.headings.includes(heading), found.headings.join(", "));
    });
  }

  it("are each named by a rule, or left out for a reason", () => {
    const used = new Set(named.flatMap(({ headings }) => headings));
    assert.deepEqual(
      nsaHeadings.filter((heading) => !used.has(heading)),
      nsaHeadings.filter((heading) => heading in unnamed),
    );
    for (const reason of Object.values(unnamed)) assert.ok(reason.length >= 12, reason);
  });

  it("don't compile where one is mistyped", () => {
    // @ts-expect-error the guide writes "policies" small
    assert.equal(controlTags({ nsa: ["Network Policies"] }).length, 1);
  });

  it("are tags as the guide writes them", () => {
    assert.deepEqual(controlTags({ nsa: [rootless], soc2: ["CC6.8"] }), [`nsa:${rootless}`, "soc2:CC6.8"]);
  });
});
