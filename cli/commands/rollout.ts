import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { confirmOption, dryRunOption } from "../removalOptions";
import { JSON_OPTION, selectedStackOption, type Session } from "../command";

/** Longest time that a Rollout is watched by default (s). */
const WATCH_SECONDS = 3_600;

/** Most seconds to watch: a day. */
const MOST_SECONDS = 86_400;

function seconds(text: string): number {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number > MOST_SECONDS) {
        throw new InvalidArgumentError(`Must be a whole number of seconds from 0 to ${MOST_SECONDS}.`);
    }
    return number;
}

/** Least age of configuration that is removed by default (min): longer than an update takes to make what uses it. */
const YOUNG_MINUTES = 60;

function minutes(text: string): number {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number > MOST_SECONDS) {
        throw new InvalidArgumentError(`Must be a whole number of minutes from 0 to ${MOST_SECONDS}.`);
    }
    return number;
}

/** `x0 rollout`. */
export function rollout(session: Session) {
    const load = () => import("../rollout/rollout.js");
    const subcommand = (name: string, description: string) =>
        new Command(name)
            .description(description)
            .addOption(selectedStackOption())
            .option(...JSON_OPTION);
    return new Command("rollout")
        .summary("canaries and blue/green: status, watch, promote, abort, retry, prune")
        .description("Shows and steers the new version of a stack whose mesh.delivery.type is canary or blueGreen.")
        .addCommand(
            subcommand(
                "status",
                "Shows the Rollout. Exits with 1 when the newest version was aborted, or goes no further.",
            ).action(async (options) => {
                session.exitCode = await (await load()).showRollout(options, session);
            }),
        )
        .addCommand(
            subcommand(
                "watch",
                "Follows the Rollout until the newest version is delivered. Exits with 1 when it was aborted, waits for a person, or time is up.",
            )
                .option("--timeout <seconds>", "longest time (default: 3600)", seconds)
                .option(
                    "--if-rollout",
                    "exit with 0 at once where the stack delivers by a Deployment, e.g. in a pipeline",
                )
                .action(async ({ timeout, ...options }) => {
                    session.exitCode = await (
                        await load()
                    ).watchRollout({ ...options, timeoutSeconds: timeout ?? WATCH_SECONDS }, session);
                }),
        )
        .addCommand(
            subcommand("promote", "Goes on to the next step; with blue/green to the switch of the Service.")
                .option("--full", "past all steps and the analysis")
                .action(async (options) => {
                    session.exitCode = await (await load()).changeRollout("promote", options, session);
                }),
        )
        .addCommand(
            subcommand("abort", "Goes back to the old version. The settings still ask for the new one.").action(
                async (options) => {
                    session.exitCode = await (await load()).changeRollout("abort", options, session);
                },
            ),
        )
        .addCommand(
            subcommand("retry", "Tries the aborted version again, from the first step.").action(async (options) => {
                session.exitCode = await (await load()).changeRollout("retry", options, session);
            }),
        )
        .addCommand(
            new Command("prune")
                .description(
                    "Removes ConfigMaps and Secrets of earlier versions that no pod, no version of the history and no update uses.",
                )
                .addOption(selectedStackOption())
                .addOption(confirmOption())
                .addOption(dryRunOption("show what would be removed"))
                .option("--older-than <minutes>", "least age of what is removed (default: 60)", minutes)
                .action(async ({ olderThan, ...options }) => {
                    const { pruneConfiguration } = await import("../rollout/prune.js");
                    session.exitCode = await pruneConfiguration(
                        { ...options, olderThan: olderThan ?? YOUNG_MINUTES },
                        session,
                    );
                }),
        );
}
