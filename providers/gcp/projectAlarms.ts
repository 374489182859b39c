import type { AlertPolicyArgs, PolicyOptions } from "./alertPolicy";
import { makeAll } from "./storeAlarms";

const anyOf = (names: readonly string[]) => names.map((one) => `"${one}"`).join(" OR ");
const ofLogging = (methods: readonly string[]) =>
  anyOf(methods.map((method) => `google.logging.v2.ConfigServiceV2.${method}`));

/**
 * What somebody does who means no good, or makes a grave mistake: sections 2.4 and 2.5 of the CIS Google Cloud Platform
 * Foundation benchmark 3.0, and what switches off the project's watch. Google records these acts whatever the project's
 * settings are.
 */
const deeds: Readonly<Record<string, AlertPolicyArgs>> = {
  "project-owners": {
    severity: "critical",
    description: "Project: somebody became an owner, or is one no longer.",
    log: 'protoPayload.methodName="SetIamPolicy" AND protoPayload.serviceName="cloudresourcemanager.googleapis.com" AND protoPayload.serviceData.policyDelta.bindingDeltas.role="roles/owner"',
  },
  "project-rights": {
    severity: "warning",
    description:
      "Project: somebody got a role by which one gives oneself any other: of editors, of the project's policy, of acting as service accounts.",
    log: `protoPayload.methodName="SetIamPolicy" AND protoPayload.serviceName="cloudresourcemanager.googleapis.com" AND protoPayload.serviceData.policyDelta.bindingDeltas.action="ADD" AND protoPayload.serviceData.policyDelta.bindingDeltas.role=(${anyOf(["roles/editor", "roles/iam.securityAdmin", "roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountUser", "roles/resourcemanager.projectIamAdmin"])})`,
  },
  "project-service-keys": {
    severity: "warning",
    description: "Project: a key of a service account was made, which lives until somebody deletes it.",
    log: `protoPayload.serviceName="iam.googleapis.com" AND protoPayload.methodName=(${anyOf(["CreateServiceAccountKey", "UploadServiceAccountKey"].map((method) => `google.iam.admin.v1.${method}`))})`,
  },
  "project-record": {
    severity: "critical",
    description: "Project: what is recorded of it was changed: a sink, an exclusion, a log bucket.",
    log: `protoPayload.serviceName="logging.googleapis.com" AND protoPayload.methodName=(${ofLogging(["UpdateSink", "DeleteSink", "CreateExclusion", "UpdateExclusion", "UpdateBucket", "DeleteBucket"])})`,
  },
  "project-audit": {
    severity: "critical",
    description: "Project: what of its use is recorded was changed.",
    log: 'protoPayload.methodName="SetIamPolicy" AND protoPayload.serviceData.policyDelta.auditConfigDeltas:*',
  },
  "project-constraints": {
    severity: "critical",
    description: "Project: a constraint of the organisation was changed or taken away.",
    log: `protoPayload.serviceName="orgpolicy.googleapis.com" AND protoPayload.methodName=(${anyOf(["UpdatePolicy", "DeletePolicy"].map((method) => `google.cloud.orgpolicy.v2.OrgPolicy.${method}`))})`,
  },
  "project-keys": {
    severity: "critical",
    description: "Project: a version of a key is to be destroyed. What it encrypted can't be read then.",
    log: 'protoPayload.serviceName="cloudkms.googleapis.com" AND protoPayload.methodName="DestroyCryptoKeyVersion"',
  },
};

/** Alarms of the whole project, which the one stack has that audits it. */
export function projectAlarms(name: string, opts: PolicyOptions): void {
  makeAll(name, deeds, opts);
}
