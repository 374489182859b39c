import { PolicyPack } from "@pulumi/policy";
import { policiesOf } from "./ledger";
import { rules } from "./rules";

new PolicyPack("groundwork", { policies: policiesOf(rules) });
