import { PolicyPack } from "@pulumi/policy";
import * as server from "@pulumi/policy/server";
import { reporterOptions } from "./crossguard/reporter";
import { EXCEPTIONS } from "./exceptions";
import { PACK_NAME, policyPack } from "./pack";
import { RULES } from "./rules";
import { STACK_RULES } from "./rules/stack";

/** The level that `--policy-pack-config` gives a rule; `build.ts` makes the SDK give it, which shows policies only their options. */
function configuredLevel(rule: string): string | undefined {
    const levelOf: unknown = Reflect.get(server, "configuredLevel");
    const level: unknown = typeof levelOf === "function" ? Reflect.apply(levelOf, undefined, [rule]) : undefined;
    return typeof level === "string" ? level : undefined;
}

// Starts a server: only the CLI may load this file, tests load pack.ts.
new PolicyPack(PACK_NAME, policyPack(RULES, EXCEPTIONS, STACK_RULES, reporterOptions(process.env, configuredLevel)));
