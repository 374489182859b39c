import type { Board, Section } from "./board";
import { anyIsBad, lines } from "./promql";

/** What services prove themselves with, sign in with and are found by. */
export interface CertificateFacts {
  readonly externalSecrets: boolean;
  readonly externalDns: boolean;
}

/** Certificates, secrets and names: what runs out, and what is not as it should be. */
export function certificatesBoard({ externalSecrets, externalDns }: CertificateFacts): Board {
  return {
    uid: "groundwork-certificates",
    title: "Certificates and secrets",
    description:
      "Which certificates run out, which secrets were not delivered, and whether names are kept: what breaks on a date.",
    folder: "Platform",
    tags: ["security", "certificates"],
    runbook: "docs/runbooks/secrets.md",
    hours: 24,
    sections: [certificates, ...(externalSecrets ? [secrets] : []), ...(externalDns ? [names] : [])],
  };
}

const certificates: Section = {
  title: "Certificates",
  panels: [
    {
      title: "Valid yet",
      description: "How long each certificate is valid yet: it is renewed when a third of its time is left.",
      unit: "dtdurations",
      queries: lines({
        "{{exported_namespace}}/{{name}}":
          "min by (exported_namespace, name) (certmanager_certificate_expiration_timestamp_seconds - time())",
      }),
    },
    {
      title: "Not ready",
      description: "Certificates that are not there or not valid: who serves with one does not start.",
      unit: "none",
      min: 0,
      thresholds: anyIsBad,
      queries: lines({
        "{{exported_namespace}}/{{name}}":
          'max by (exported_namespace, name) (certmanager_certificate_ready_status{condition!="True"}) > 0',
      }),
    },
  ],
};

const secrets: Section = {
  title: "Secrets",
  panels: [
    {
      title: "Secrets not delivered",
      description: "Secrets that are not as the cloud's secret store has them.",
      unit: "none",
      min: 0,
      thresholds: anyIsBad,
      queries: lines({
        "{{exported_namespace}}/{{name}}":
          'max by (exported_namespace, name) (externalsecret_status_condition{condition="Ready",status="False"}) > 0',
      }),
    },
  ],
};

const names: Section = {
  title: "Names",
  panels: [
    {
      title: "Since DNS records were looked at",
      description:
        "How long ago External DNS last brought the zone's records in line with what is asked for.",
      unit: "dtdurations",
      min: 0,
      thresholds: [{ from: 600, color: "red" }],
      queries: lines({ "since then": "time() - max(external_dns_controller_last_sync_timestamp_seconds)" }),
    },
  ],
};
