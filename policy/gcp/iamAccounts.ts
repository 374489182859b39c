import { show } from "../check";
import { always } from "../levels";
import { everyTypeRule } from "../rule";

export const corporateAccounts = everyTypeRule({
  id: "gcp-iam-no-consumer-accounts",
  title: "IAM knows accounts of the organization alone",
  severity: "high",
  description:
    "An address of Gmail is a person's own: nobody sees whether it has a second factor, and it stays when the person goes.",
  remedy: "Name an account of Cloud Identity or Workspace, or a group.",
  controls: { cisGcp: ["1.1"], soc2: ["CC6.2", "CC6.3"], gdpr: ["32(1)(b)"] },
  levels: always,
  concerns: (type) => /^gcp:.*I[Aa][Mm](Member|Binding)$/.test(type),
  check: ({ props }) => {
    const members: readonly unknown[] = [
      props["member"],
      ...(Array.isArray(props["members"]) ? (props["members"] as unknown[]) : []),
    ];
    return members
      .filter((member) => typeof member === "string" && /@(gmail|googlemail)\.com$/i.test(member))
      .map((member) => `${String(member)} is granted ${show(props["role"])}`);
  },
});
