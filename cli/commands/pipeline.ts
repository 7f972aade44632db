import { Command } from "@commander-js/extra-typings";
import { STACKS } from "../../settings/shared/environments";
import { stackOption } from "../../terminal/commandLine";
import type { Session } from "../command";

/** `x0 pipeline`. */
export function pipeline(session: Session) {
    const jobs = () => import("../pipeline/jobs.js");
    const stack = () => stackOption(STACKS, "the stack").makeOptionMandatory();
    const configFile = ["--config-file <file>", "stack file instead of Pulumi.STACK.yaml"] as const;
    const output = ["--output <file>", "also write the report as JSON"] as const;
    const reports = ["--reports <folder>", "folder with the reports"] as const;
    const dryRun = ["--dry-run", "print the text instead"] as const;
    return new Command("pipeline")
        .summary("the jobs of the workflows: previews, findings, comment, drift")
        .description("Runs the jobs of the workflows in .github/workflows/. Each job also runs on your machine.")
        .addCommand(
            new Command("preview")
                .description(
                    "Shows what this checkout would change, and the policy result. Needs no cluster, state or secret. Exits with 1 when a policy would stop the update.",
                )
                .addOption(stack())
                .option("--base <ref>", "compare with that commit")
                .option(...output)
                .action(async (options) => {
                    session.exitCode = await (await jobs()).previewJob(options, session);
                }),
        )
        .addCommand(
            new Command("render")
                .description(
                    "Writes the Kubernetes objects of a stack as YAML files, without secrets, for npm run policy:check.",
                )
                .addOption(stack())
                .requiredOption("--output <folder>", "folder for the files")
                .action(async (options) => {
                    session.exitCode = await (await jobs()).renderJob(options);
                }),
        )
        .addCommand(
            new Command("plan")
                .description(
                    "Previews the stack itself and saves the plan for pulumi up --plan. Exits with 1 when a policy would stop the update.",
                )
                .addOption(stack())
                .requiredOption("--plan <file>", "file for the plan")
                .option(...configFile)
                .action(async (options) => {
                    session.exitCode = await (await jobs()).planJob(options, session);
                }),
        )
        .addCommand(
            new Command("drift")
                .description(
                    "Compares the live objects with the program. Changes nothing. Exits with 1 when they differ.",
                )
                .addOption(stack())
                .option(...output)
                .option(...configFile)
                .action(async (options) => {
                    session.exitCode = await (await jobs()).driftJob(options, session);
                }),
        )
        .addCommand(
            new Command("comment")
                .description("Writes the comment on the pull request whose preview wrote the reports.")
                .requiredOption(...reports)
                .option(...dryRun)
                .action(async (options) => {
                    session.exitCode = await (await jobs()).commentJob(options, session);
                }),
        )
        .addCommand(
            new Command("issue")
                .description("Opens, updates or closes the issue about drift.")
                .requiredOption(...reports)
                .option(...dryRun)
                .action(async (options) => {
                    session.exitCode = await (await jobs()).issueJob(options, session);
                }),
        )
        .addCommand(
            new Command("tools")
                .description("Installs tools at their pinned versions and adds them to the PATH of a GitHub job.")
                .argument("<name...>", "names of tools, e.g. pulumi, kubectl, helm")
                .action(async (names) => {
                    session.exitCode = await (await jobs()).toolsJob(names, session);
                }),
        );
}
