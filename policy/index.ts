import { PolicyPack } from "@pulumi/policy";
import { configuredLevels } from "./crossguard/levels";
import { reporterOptions } from "./crossguard/reporter";
import { EXCEPTIONS } from "./exceptions";
import { PACK_NAME, policyPack } from "./pack";
import { RULES } from "./rules";
import { STACK_RULES } from "./rules/stack";

// Starts a server: only the CLI may load this file, tests load pack.ts.
new PolicyPack(PACK_NAME, policyPack(RULES, EXCEPTIONS, STACK_RULES, reporterOptions(process.env, configuredLevels())));
