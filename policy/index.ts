import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";

new PolicyPack("groundwork", { policies: rules.map(({ policy }) => policy) });
