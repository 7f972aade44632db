import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { STACKS } from "../settings/shared/environments";
import { type ExitCode, stackOption } from "../terminal/commandLine";

/** Maximum of the rollout timeout (s). */
const MOST_SECONDS = 3600;

/** Command `x0 smoke` or `npm run smoke`. @param name Name of the command in its help. */
export function smokeCommand(session: ExitCode, name: string) {
    return new Command(name)
        .summary("check the live objects of a stack")
        .description(
            "Checks the live objects of a stack against its settings. Changes nothing, unless --deep is given: then it also works in the cluster, with pods of its own that it removes again. Exits with 1 when a check failed. Without --outputs the outputs come from Pulumi (the selected stack or --stack), else from the embedded cluster of npm run local.",
        )
        .addOption(stackOption(STACKS, "stack to check"))
        .option("--outputs <file>", "stack outputs as JSON; - reads standard input", given)
        .option("--kubeconfig <file>", "instead of the one in the outputs", given)
        .option("--context <name>", "instead of the one in the outputs", given)
        .option("--filter <text>", "only checks with this text in their name", given)
        .option("--skip <text>", "skip checks with this text in their name; repeatable", collected)
        .option("--timeout <seconds>", "how long to wait for the rollout (default: 60)", seconds)
        .option("--junit <file>", "also write JUnit XML", given)
        .option("--json", "print JSON instead of text")
        .option("--deep", "also check identity, network, monitoring, rollout, admission and storage from inside")
        .option("--rotation", "deep: wait until an SVID is rotated (half of its lifetime)")
        .option("--receivers", "deep: send a test alert to every receiver")
        .option("--probe-image <image>", "deep: image with Python 3 for the probe pods (default: the app's)", given)
        .option("--prometheus <url>", "deep: address of Prometheus (default: the API server's proxy)", given)
        .option("--alertmanager <url>", "deep: address of Alertmanager (default: the API server's proxy)", given)
        .action(async (options) => {
            const { smoke } = await import("./run.js");
            session.exitCode = await smoke(options);
        });
}

function given(text: string): string {
    if (text === "") {
        throw new InvalidArgumentError("Must not be empty.");
    }
    return text;
}

function collected(text: string, before: readonly string[] = []): string[] {
    return [...before, given(text)];
}

function seconds(text: string): number {
    const number = Number(text);
    if (text === "" || !(number >= 0 && number <= MOST_SECONDS)) {
        throw new InvalidArgumentError(`Must be a number of seconds from 0 to ${MOST_SECONDS}.`);
    }
    return number;
}
