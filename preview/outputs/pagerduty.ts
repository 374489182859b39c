import type { EscalationPolicy } from "@pulumi/pagerduty/escalationPolicy";
import type { Schedule } from "@pulumi/pagerduty/schedule";
import type { Service } from "@pulumi/pagerduty/service";
import type { ServiceIntegration } from "@pulumi/pagerduty/serviceIntegration";
import type { Team } from "@pulumi/pagerduty/team";
import type { TeamMembership } from "@pulumi/pagerduty/teamMembership";
import { createHash } from "node:crypto";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of the resource types that PagerDuty has. */
export const outputs: OutputTable = {
  "pagerduty:index/escalationPolicy:EscalationPolicy": computes<EscalationPolicy>()(identified),
  "pagerduty:index/schedule:Schedule": computes<Schedule>()(identified),
  "pagerduty:index/service:Service": computes<Service>()((r) => ({
    ...identified(r),
    createdAt: "2026-01-05T09:00:00Z",
    htmlUrl: `https://example.pagerduty.com/service-directory/${identified(r).id}`,
    status: "active",
    type: "service",
  })),
  "pagerduty:index/serviceIntegration:ServiceIntegration": computes<ServiceIntegration>()((r) => ({
    ...identified(r),
    htmlUrl: `https://example.pagerduty.com/services/${String(r.inputs["service"])}/integrations/${identified(r).id}`,
    integrationKey: r.hex(32),
  })),
  "pagerduty:index/team:Team": computes<Team>()(identified),
  "pagerduty:index/teamMembership:TeamMembership": computes<TeamMembership>()((r) => ({
    id: `${String(r.inputs["userId"])}:${String(r.inputs["teamId"])}`,
  })),
};

/** Answers of the provider functions they call. */
export const functions: InvokeTable = {
  "pagerduty:index/getUser:getUser": ({ email }) => ({
    email,
    id: `P${createHash("sha256").update(String(email)).digest("hex").slice(0, 6).toUpperCase()}`,
    name: String(email).replace(/@.*$/, ""),
  }),
};

/** PagerDuty's ids are a P and six letters or digits. */
function identified({ hex }: Registered) {
  return { id: `P${hex(6).toUpperCase()}` };
}
