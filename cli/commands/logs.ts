import { Command } from "@commander-js/extra-typings";
import { APP } from "../../components/mesh/names";
import { selectedStackOption, type Session } from "../command";

/** `x0 logs`. */
export function logs(session: Session) {
    return new Command("logs")
        .summary("logs of the mesh pods")
        .description(
            "Prints the logs of the mesh pods, each line prefixed with its pod. Exits with 1 when a pod returned no logs.",
        )
        .argument("[pod]", "name of a pod, or the end of one")
        .addOption(selectedStackOption())
        .option("--follow", "keep printing, new pods included; the default on a terminal")
        .option("--no-follow", "print the current logs, then exit")
        .option("--since <duration>", "how far back, e.g. 30s, 10m, 2h (default: 10m; all with --previous)")
        .option("--previous", "the previous container's logs")
        .option("--container <name>", "container to read", APP)
        .action(async (pod, options) => {
            const { printLogs } = await import("../pods/logs.js");
            session.exitCode = await printLogs(pod, options, session);
        });
}
