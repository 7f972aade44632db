import { Command, Option } from "@commander-js/extra-typings";
import { STACKS } from "../settings/shared/environments";
import { type ExitCode, stackOption } from "../terminal/commandLine";

/** `npm run local`. */
export function localCommand(session: ExitCode) {
    return new Command("npm run local --")
        .description("Runs a stack on a Kubernetes control plane on this machine, without Docker.")
        .addCommand(
            new Command("up")
                .summary("bring the stack up, then check it (default; up --help has its options)")
                .description(
                    "Brings the stack up on a cluster on this machine, then runs the smoke tests. Exits with 1 when a check failed.",
                )
                .addOption(stackOption(STACKS, "stack to bring up").default("staging"))
                .option(
                    "--chart <file>",
                    "packed chart (.tgz) to install monitoring from, in later runs too; 'default': the stack's own source again, or no chart where that does not answer",
                )
                .addOption(
                    new Option(
                        "--delivery <type>",
                        "canary: show two canaries, one that goes through and one that its analysis aborts, instead of the smoke tests",
                    ).choices(["canary"] as const),
                )
                .action(async ({ delivery, ...options }) => {
                    if (delivery === "canary") {
                        const { showCanaries } = await import("./delivery/showCanaries.js");
                        session.exitCode = await showCanaries(options);
                        return;
                    }
                    const { upAndCheck } = await import("./upAndCheck.js");
                    session.exitCode = await upAndCheck(options);
                }),
            { isDefault: true },
        )
        .addCommand(
            new Command("status").description("Shows what runs.").action(async () => {
                const { status } = await import("./status.js");
                console.log(await status());
            }),
        )
        .addCommand(
            new Command("down").description("Removes the cluster, its state and its logs.").action(async () => {
                const [{ down }, { createProgress }] = await Promise.all([
                    import("./down.js"),
                    import("../terminal/progress/index.js"),
                ]);
                await down(createProgress());
            }),
        );
}
