import { isSet } from "../check";
import { onlyWarns } from "../levels";
import { stackRule } from "../rule";
import type { PlacedResource, Stack } from "../stack";

const types = [
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/networkAcl:NetworkAcl",
  "aws:ec2/eip:Eip",
] as const;

/** What says something about a group or ACL by this property, and is no use of it. */
const partOf: Readonly<Record<string, string>> = {
  "aws:ec2/networkAclRule:NetworkAclRule": "networkAclId",
  "aws:ec2/securityGroupRule:SecurityGroupRule": "securityGroupId",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "securityGroupId",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "securityGroupId",
};

/** True where something else of the stack takes a property from it. */
function isTaken(resource: PlacedResource<(typeof types)[number]>, stack: Stack): boolean {
  return stack
    .takersOf(resource)
    .some(({ type, propertyDependencies }) =>
      Object.entries(propertyDependencies).some(
        ([property, sources]) => partOf[type] !== property && sources.some(({ urn }) => urn === resource.urn),
      ),
    );
}

export const noOrphans = stackRule({
  id: "aws-vpc-no-orphans",
  title: "Security groups, network ACLs and addresses are of use to something",
  severity: "low",
  description:
    "What nothing wears is put on by mistake one day, with all that it was once allowed; an address that nothing has is paid for.",
  remedy: "Take it out, or name it where it is needed.",
  controls: { soc2: ["CC8.1"] },
  levels: onlyWarns,
  types,
  check: (resource, stack) => {
    if (isTaken(resource, stack)) return;
    switch (resource.type) {
      case "aws:ec2/securityGroup:SecurityGroup":
        return "nothing wears this group, and no rule names it";
      case "aws:ec2/networkAcl:NetworkAcl":
        return !isSet(resource.props, "subnetIds") && "no subnet is behind it";
      case "aws:ec2/eip:Eip":
        return (
          !isSet(resource.props, "instance") && !isSet(resource.props, "networkInterface") && "nothing has it"
        );
    }
  },
});
