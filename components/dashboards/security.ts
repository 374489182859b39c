import type { Board, Section } from "./board";
import { anyIsBad, lines, sumIncrease } from "./promql";

/** What guards a stack. */
export interface SecurityFacts {
  readonly falco: boolean;
  readonly trivy: boolean;
  readonly kyverno: boolean;
}

/** What was refused, what was noticed, and what is known to be wrong with what runs. */
export function securityBoard({ falco, trivy, kyverno }: SecurityFacts): Board {
  return {
    uid: "groundwork-security",
    title: "Security",
    description:
      "What the cluster refused, what processes did that an intruder would do, and which images have known holes.",
    folder: "Platform",
    tags: ["security"],
    hours: 24,
    sections: [admission(kyverno), ...(falco ? [watched] : []), ...(trivy ? [scanned] : [])],
  };
}

function admission(kyverno: boolean): Section {
  const checks = "apiserver_validating_admission_policy_check_total";
  return {
    title: "Admission",
    panels: [
      {
        title: "Refused within an hour",
        description:
          "Objects that a guard rail refused, by the rule: somebody's manifest breaks it, or somebody tries.",
        unit: "none",
        min: 0,
        thresholds: anyIsBad,
        queries: lines({
          "{{policy}}": sumIncrease(
            `${checks}{policy=~"groundwork-.+",enforcement_action="deny"}`,
            "1h",
            "policy",
          ),
        }),
      },
      {
        title: "Asked within an hour",
        description: "How often each guard rail was asked, whatever it said.",
        unit: "none",
        min: 0,
        queries: lines({ "{{policy}}": sumIncrease(`${checks}{policy=~"groundwork-.+"}`, "1h", "policy") }),
      },
      ...(kyverno
        ? [
            {
              title: "Signatures within an hour",
              description:
                "Images that were looked at, by what came of it: fail has no signature of our workflows.",
              unit: "none",
              min: 0,
              queries: lines({
                "{{resource_namespace}}: {{result}}": sumIncrease(
                  "kyverno_image_validating_policy_results_total",
                  "1h",
                  "resource_namespace",
                  "result",
                ),
              }),
            } as const,
          ]
        : []),
      {
        title: "Unauthorised requests within an hour",
        description:
          "Requests that the API server answered with 401 or 403: a service account without a right, or somebody who looks around.",
        unit: "none",
        min: 0,
        queries: lines({
          "{{code}} {{resource}}": `topk(10, ${sumIncrease('apiserver_request_total{code=~"401|403"}', "1h", "code", "resource")})`,
        }),
      },
    ],
  };
}

const watched: Section = {
  title: "Falco",
  panels: [
    {
      title: "Noticed within an hour",
      description: "What Falco told of, by rule and priority.",
      unit: "none",
      min: 0,
      thresholds: anyIsBad,
      queries: lines({
        "{{priority}}: {{rule}}": sumIncrease(
          "falcosecurity_falcosidekick_falco_events_total",
          "1h",
          "priority",
          "rule",
        ),
      }),
    },
    {
      title: "Not seen",
      description:
        "The part of system calls that Falco had no time for: what it does not see it can't tell of.",
      unit: "percentunit",
      min: 0,
      thresholds: [{ from: 0.01, color: "red" }],
      queries: lines({
        "{{pod}}":
          "sum by (pod) (rate(falcosecurity_scap_n_drops_total[$__rate_interval])) / sum by (pod) (rate(falcosecurity_scap_n_evts_total[$__rate_interval]))",
      }),
    },
    {
      title: "Handed on within an hour",
      description: "Where what was noticed went, and whether it came there.",
      unit: "none",
      min: 0,
      queries: lines({
        "{{destination}}: {{status}}": sumIncrease(
          "falcosecurity_falcosidekick_outputs_total",
          "1h",
          "destination",
          "status",
        ),
      }),
    },
  ],
};

const image = "namespace, image_registry, image_repository, image_tag";

const scanned: Section = {
  title: "Images",
  panels: [
    {
      title: "Vulnerabilities",
      description: "What is known to be wrong with the images that run, by severity.",
      unit: "none",
      min: 0,
      stacked: true,
      queries: lines({
        "{{severity}}": `sum by (severity) (max by (${image}, severity) (trivy_image_vulnerabilities))`,
      }),
    },
    {
      title: "Secrets in images",
      description:
        "Images with a key or password in them: it is known to whoever pulls one, and has to be changed.",
      unit: "none",
      min: 0,
      thresholds: anyIsBad,
      queries: lines({
        "{{severity}}": `sum by (severity) (max by (${image}, severity) (trivy_image_exposedsecrets))`,
      }),
    },
    {
      title: "Worst images",
      description: "The twenty images with most critical vulnerabilities.",
      unit: "none",
      kind: "table",
      queries: [
        { expr: `topk(20, max by (${image}) (trivy_image_vulnerabilities{severity="Critical"}) > 0)` },
      ],
    },
  ],
};
