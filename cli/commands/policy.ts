import { Command } from "@commander-js/extra-typings";
import { STACKS } from "../../settings/shared/environments";
import { stackOption } from "../../terminal/commandLine";
import { JSON_OPTION, type Session } from "../command";

/** `x0 policy`. */
export function policy(session: Session) {
    return new Command("policy")
        .summary("check manifests against the policy pack")
        .description("Works with the rules of the policy pack; docs/policies.md lists them.")
        .addCommand(
            new Command("check")
                .description(
                    "Checks Kubernetes manifests (YAML or JSON). Exits with 1 when a mandatory rule is violated.",
                )
                .argument("<input...>", "files, folders, or - for standard input")
                .option("--format <form>", "text (default), json, sarif or junit")
                .option("--preset <name>", "only the rules of a preset; docs/policy-guide.md lists them")
                .option("--rules <a,b>", "only these rules")
                .option("--config <file>", "levels and options, as for pulumi --policy-pack-config")
                .option("--stack-rules", "also check all objects together, as one stack")
                .action(async (inputs, options) => {
                    const { checkManifests } = await import("../policy/check.js");
                    session.exitCode = checkManifests(inputs, options);
                }),
        )
        .addCommand(
            new Command("exceptions")
                .description(
                    "Lists the exceptions of the policy pack that a stack of this checkout uses. Needs no cluster, state or secret.",
                )
                .addOption(stackOption(STACKS, "the stack").makeOptionMandatory())
                .option(...JSON_OPTION)
                .action(async (options) => {
                    const { listExceptions } = await import("../policy/exceptions.js");
                    session.exitCode = await listExceptions(options, session);
                }),
        );
}
