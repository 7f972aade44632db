import { PolicyPack } from "@pulumi/policy";
import { exceptions } from "./exceptions";
import { PACK_NAME, policyPack } from "./pack";
import { rules } from "./rules";
import { stackRules } from "./rules/stack";

// Starts a server: only the CLI may load this file, tests load pack.ts.
new PolicyPack(PACK_NAME, policyPack(rules, exceptions, stackRules));
