import { holdsCredential, isSecretName, mustBeOneOf, mustBeSet } from "../check";
import { hasDigest, movingTags, tagOf } from "../imageTag";
import { always, fromStaging, strictInProd } from "../levels";
import { secretMask } from "../malformed";
import type { Props } from "../resource";
import { resourceRule } from "../rule";

const services = ["gcp:cloudrunv2/service:Service"] as const;
const instances = ["gcp:cloudrunv2/service:Service", "gcp:cloudrunv2/job:Job"] as const;

type ServiceTemplate = Props<"gcp:cloudrunv2/service:Service">["template"];
type JobTemplate = Props<"gcp:cloudrunv2/job:Job">["template"];

/** What runs of a service or of a job, which has it one deeper. */
function instanceOf(
  template: ServiceTemplate | JobTemplate,
): ServiceTemplate | NonNullable<JobTemplate>["template"] {
  return isJob(template) ? template.template : template;
}

function isJob(template: ServiceTemplate | JobTemplate): template is NonNullable<JobTemplate> {
  return template !== undefined && "template" in template;
}

export const ingress = resourceRule({
  id: "gcp-run-ingress",
  title: "Cloud Run is reached by the load balancer, or from within",
  severity: "high",
  description: "By its own address a service is reached past the firewall, the CDN and their logs.",
  remedy: "Set ingress to INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER or INGRESS_TRAFFIC_INTERNAL_ONLY.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: services,
  check: ({ props }) =>
    mustBeOneOf(
      props.ingress,
      ["INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", "INGRESS_TRAFFIC_INTERNAL_ONLY"],
      "ingress",
    ),
});

export const account = resourceRule({
  id: "gcp-run-service-account",
  title: "Cloud Run runs as an account of its own",
  severity: "high",
  description: "By default it runs as the project's default account, which may edit everything in it.",
  remedy: "Set template.serviceAccount.",
  controls: { soc2: ["CC6.3"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: instances,
  check: ({ props: { template } }) =>
    mustBeSet(instanceOf(template), "serviceAccount", "template.serviceAccount"),
});

export const key = resourceRule({
  id: "gcp-run-cmek",
  title: "Cloud Run's images are under our key",
  severity: "low",
  description: "What it keeps of an image is enciphered with a key whose use we see and can end.",
  remedy: "Set template.encryptionKey.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: instances,
  check: ({ props: { template } }) =>
    mustBeSet(instanceOf(template), "encryptionKey", "template.encryptionKey"),
});

export const egress = resourceRule({
  id: "gcp-run-vpc-egress",
  title: "What Cloud Run sends goes through the network",
  severity: "medium",
  description:
    "What goes past the network goes past its firewall and its flow logs: data can be sent anywhere, and nobody sees it.",
  remedy: "Set template.vpcAccess.egress to ALL_TRAFFIC.",
  controls: { soc2: ["CC6.6", "CC7.2"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: instances,
  check: ({ props: { template } }) =>
    mustBeOneOf(instanceOf(template)?.vpcAccess?.egress, ["ALL_TRAFFIC"], "template.vpcAccess.egress"),
});

export const environmentSecrets = resourceRule({
  id: "gcp-run-no-secrets-in-environment",
  title: "Environments of Cloud Run hold no secret",
  severity: "critical",
  description: "Whoever may look at a service reads its environment, and so does the state.",
  remedy: "Name the secret in valueSource.secretKeyRef, or have the program read it by its account.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["8.6.2"] },
  levels: always,
  types: instances,
  check: ({ props: { template } }) =>
    (instanceOf(template)?.containers ?? []).flatMap(({ envs = [] }) =>
      envs
        .filter(
          ({ name, value }) =>
            value !== undefined &&
            (isSecretName(name ?? "") || holdsCredential(value) || value === secretMask),
        )
        .map(({ name }) => `template.containers: ${name} holds a secret`),
    ),
});

export const pinned = resourceRule({
  id: "gcp-run-image-pinned",
  title: "Images on Cloud Run are pinned",
  severity: "medium",
  description: "What a tag that moves stands for is another program tomorrow, whatever was tested.",
  remedy: "Name a tag that never moves, or a digest.",
  controls: { soc2: ["CC8.1"] },
  levels: always,
  settings: { moving: movingTags },
  types: instances,
  check: ({ props: { template } }, { moving }) =>
    (instanceOf(template)?.containers ?? []).map(({ image = "" }) => {
      if (hasDigest(image)) return false;
      const tag = tagOf(image) ?? "latest";
      return moving.includes(tag) && `template.containers: an image has the tag ${tag}, which moves`;
    }),
});
