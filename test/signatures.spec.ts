import assert from "node:assert/strict";
import { clouds } from "../components/cloud";
import {
  imageSignaturesSpec,
  type ImageValidatingPolicySpec,
  signerOf,
} from "../components/guardrails/imageSignatures";
import type { PlanResource } from "../preview/plan";
import { find, findAll } from "./support/run";
import { waitsFor } from "./support/waitsFor";
import { planOf } from "./support/plans";

const policyType = "kubernetes:policies.kyverno.io/v1:ImageValidatingPolicy";
const releaseType = "kubernetes:helm.sh/v3:Release";

async function plan(stack: string, ...set: readonly string[]): Promise<readonly PlanResource[]> {
  return await planOf(stack, ...set);
}

/** What makes pods of suuupra's services. */
function makersOf(resources: readonly PlanResource[]): readonly PlanResource[] {
  return ["kubernetes:apps/v1:Deployment", "kubernetes:argoproj.io/v1alpha1:Rollout"].flatMap((type) => {
    const makers = findAll(resources, type).filter(
      ({ inputs }) => (inputs["metadata"] as { namespace: string }).namespace === "suuupra",
    );
    assert.notEqual(makers.length, 0, `no ${type} in the system's namespace`);
    return makers;
  });
}

const asked = {
  registry: "registry.example.com/shop",
  systemNamespace: "shop",
  repository: "example/shop.api",
  branch: "release/1.x",
  enforced: true,
} as const;

/** Images of a pod, by where it names them. */
type PodImages = Readonly<Record<"containers" | "initContainers" | "ephemeralContainers", readonly string[]>>;

const digest = `@sha256:${"0".repeat(64)}`;

describe("Signatures of images", () => {
  let refused: (images: Partial<PodImages>, signed: readonly string[]) => readonly string[];
  before(async () => {
    const { Environment } = await import("@marcbachmann/cel-js");
    refused = (images, signed) => {
      const environment = new Environment({ unlistedVariablesAreDyn: true });
      environment.registerFunction(
        "verifyImageSignatures(dyn, list): int",
        (image: string, by: readonly string[]) => BigInt(by.includes("ci") && signed.includes(image) ? 1 : 0),
      );
      const none = { containers: [], initContainers: [], ephemeralContainers: [] };
      const context = { images: { ...none, ...images }, attestors: { ci: "ci" } };
      return imageSignaturesSpec(asked)
        .validations.filter(({ expression }) => environment.evaluate(expression, context) !== true)
        .map(({ message }) => message);
    };
  });

  for (const kind of ["containers", "initContainers", "ephemeralContainers"] as const) {
    it(`are asked of a pod's ${kind}, and a digest`, () => {
      const [good, bad] = [
        `registry.example.com/shop/a:1${digest}`,
        `registry.example.com/shop/b:1${digest}`,
      ];
      assert.deepEqual(refused({ [kind]: [good] }, [good]), []);
      assert.deepEqual(refused({ [kind]: [good, bad] }, [good]), [
        "images are signed by a workflow of example/shop.api on release/1.x",
      ]);
      const tagged = "registry.example.com/shop/a:1";
      assert.deepEqual(refused({ [kind]: [tagged] }, [tagged]), ["images go by their digests"]);
    });
  }

  it("are those of workflows of the one repository on the one branch", () => {
    const signer = new RegExp(signerOf(asked));
    const of = (repository: string, rest: string) =>
      `https://github.com/${repository}/.github/workflows/${rest}`;
    assert.match(of("example/shop.api", "images.yaml@refs/heads/release/1.x"), signer);
    for (const stranger of [
      of("example/shop-api", "images.yaml@refs/heads/release/1.x"),
      of("example/shop.api", "images.yaml@refs/heads/release/1-x"),
      of("example/shop.api", "images.yaml@refs/heads/release/1.x-2"),
      of("example/shop.api", "images.yaml@refs/tags/release/1.x"),
      of("example/shop.api", "images.yaml@refs/pull/1/merge"),
      `${of("stranger/fork", "a")}?${of("example/shop.api", "images.yaml@refs/heads/release/1.x")}`,
    ]) {
      assert.doesNotMatch(stranger, signer);
    }
  });

  it("are asked of nobody else's images and namespaces, and of pods that run only where they change", () => {
    const { matchImageReferences, matchConstraints, matchConditions, autogen } = imageSignaturesSpec(asked);
    assert.deepEqual(matchImageReferences, [{ glob: "registry.example.com/shop/*" }]);
    assert.deepEqual(matchConstraints.namespaceSelector.matchLabels, {
      "kubernetes.io/metadata.name": "shop",
    });
    assert.deepEqual(
      matchConstraints.resourceRules.flatMap(({ resources, operations }) =>
        resources.map((resource) => [resource, ...operations]),
      ),
      [
        ["pods", "CREATE", "UPDATE"],
        ["pods/ephemeralcontainers", "UPDATE"],
      ],
    );
    assert.match(matchConditions[0]?.expression ?? "", /object\.spec != oldObject\.spec/);
    assert.deepEqual(autogen.podControllers.controllers, []);
  });

  it("are only missed where nothing is enforced, also by who can't be asked", () => {
    const of = (enforced: boolean) => {
      const { failurePolicy, validationActions } = imageSignaturesSpec({ ...asked, enforced });
      return [failurePolicy, ...validationActions];
    };
    assert.deepEqual(of(true), ["Fail", "Deny"]);
    assert.deepEqual(of(false), ["Ignore", "Warn", "Audit"]);
  });

  for (const cloud of clouds) {
    describe(`of suuupra on ${cloud}`, () => {
      let resources: readonly PlanResource[];
      before(async () => {
        resources = await plan("prod", "blueprint=suuupra", `cloud=${cloud}`);
      });

      it("are those of the workflows that push to the stack's own registry", () => {
        const { spec } = find(resources, policyType, "suuupra-prod-guardrails-signatures-policy")
          .inputs as unknown as { readonly spec: ImageValidatingPolicySpec };
        const [{ glob } = { glob: "" }] = spec.matchImageReferences;
        const images = makersOf(resources).flatMap(({ inputs }) => {
          const { spec: maker } = inputs as unknown as {
            spec: { template: { spec: { containers: { image: string }[] } } };
          };
          return maker.template.spec.containers;
        });
        assert.ok(images.length > 5, `only ${images.length} containers`);
        assert.ok(glob.endsWith("/*"));
        assert.deepEqual(
          images.filter(({ image }) => !image.startsWith(glob.slice(0, -1))),
          [],
        );
      });

      it("can be asked for before the system's pods are made, and are read by an identity of its own", () => {
        const policy = find(resources, policyType, "suuupra-prod-guardrails-signatures-policy");
        const makers = makersOf(resources);
        assert.ok(makers.length > 5, `only ${makers.length} workloads`);
        const early = makers.filter((maker) => !waitsFor(resources, maker, (urn) => urn === policy.urn));
        assert.deepEqual(
          early.map(({ urn }) => urn),
          [],
        );
        const release = find(resources, releaseType, "suuupra-prod-guardrails-signatures");
        const access = resources.find(
          ({ name }) => name === "suuupra-prod-guardrails-signatures-identity-registry",
        );
        assert.ok(access !== undefined && waitsFor(resources, release, (urn) => urn === access.urn));
        if (cloud === "gcp") {
          assert.equal(access.inputs["role"], "roles/artifactregistry.reader");
          return;
        }
        const { policy: document } = access.inputs as unknown as { readonly policy: string };
        const { Statement } = JSON.parse(document) as {
          Statement: { Action: string | string[]; Resource: string | string[] }[];
        };
        const [signIn, read] = Statement;
        assert.equal(signIn?.Action, "ecr:GetAuthorizationToken");
        assert.deepEqual(read?.Action, [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:GetDownloadUrlForLayer",
        ]);
        assert.ok([read.Resource].flat().every((arn) => /^arn:aws:ecr:[^*]+$/.test(arn)));
      });

      it("are asked for by three pods, of the system's namespace alone", () => {
        const { values } = find(resources, releaseType, "suuupra-prod-guardrails-signatures")
          .inputs as unknown as {
          values: {
            admissionController: { replicas: number; podDisruptionBudget: { minAvailable: number } };
            config: { webhooks: { namespaceSelector: { matchExpressions: unknown } } };
            features: { registryClient: { credentialHelpers: string[] } };
          };
        };
        assert.equal(values.admissionController.replicas, 3);
        assert.equal(values.admissionController.podDisruptionBudget.minAvailable, 2);
        assert.deepEqual(values.config.webhooks.namespaceSelector.matchExpressions, [
          { key: "kubernetes.io/metadata.name", operator: "In", values: ["suuupra"] },
        ]);
        assert.deepEqual(values.features.registryClient.credentialHelpers, [
          "default",
          cloud === "aws" ? "amazon" : "google",
        ]);
      });

      it("are not asked for where nobody pushes from CI", async () => {
        const others = await plan("staging", "blueprint=suuupra", `cloud=${cloud}`);
        assert.deepEqual(findAll(others, policyType), []);
        assert.ok(!findAll(others, releaseType).some(({ inputs }) => inputs["chart"] === "kyverno"));
      });
    });
  }
});
