import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type AdmissionRule, admissionRules, type AdmissionRulesArgs } from "./admissionRules";

/** Arguments of {@link AdmissionPolicies}. */
export interface AdmissionPoliciesArgs extends AdmissionRulesArgs {
  /** Refuse what breaks a rule, rather than only warn who sent it and record it in the audit log. */
  readonly enforced: boolean;
}

/**
 * What the policy pack asks of the program, asked of everything that gets into the cluster by another way: by charts,
 * operators and people. The API server itself judges, with no webhook that can be away; nobody has to run for it.
 */
export class AdmissionPolicies extends pulumi.ComponentResource {
  /** What stands before pods with other images than before: what says which images run. */
  public readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: AdmissionPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:guardrails:AdmissionPolicies", name, {}, opts);
    const { enforced } = args;
    const bindings = Object.entries(admissionRules(args)).map(([rule, asked]) => ({
      rule,
      binding: admissionPolicy(`${name}-${rule}`, { rule, asked, enforced }, { parent: this }),
    }));

    this.ready = bindings.filter(({ rule }) => rule === "images").map(({ binding }) => binding);
    this.registerOutputs({});
  }
}

interface PolicyArgs {
  /** Its name in the cluster, after `groundwork-`. */
  readonly rule: string;
  readonly asked: AdmissionRule;
  readonly enforced: boolean;
}

function admissionPolicy(
  name: string,
  { rule, asked, enforced }: PolicyArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const policy = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
    name,
    {
      metadata: { name: `groundwork-${rule}` },
      spec: {
        // an expression that fails refuses: nothing gets in for want of an answer
        failurePolicy: "Fail",
        matchConstraints: {
          resourceRules: asked.matches.map(({ apiGroups, apiVersions, resources }) => ({
            apiGroups: [...apiGroups],
            apiVersions: [...apiVersions],
            operations: ["CREATE", "UPDATE"],
            resources: [...resources],
          })),
        },
        matchConditions: named(asked.conditions),
        variables: named(asked.variables),
        validations: asked.validations.map((validation) => ({ ...validation })),
      },
    },
    opts,
  );
  return new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
    name,
    {
      metadata: { name: `groundwork-${rule}` },
      spec: {
        policyName: policy.metadata.name,
        validationActions: enforced ? ["Deny", "Audit"] : ["Warn", "Audit"],
      },
    },
    opts,
  );
}

function named(expressions: Readonly<Record<string, string>>): { name: string; expression: string }[] {
  return Object.entries(expressions).map(([name, expression]) => ({ name, expression }));
}
