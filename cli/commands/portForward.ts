import { Argument, Command } from "@commander-js/extra-typings";
import { selectedStackOption, type Session } from "../command";
import { MESH_PORTS } from "../ports/names";

/** `x0 port-forward`. */
export function portForward(session: Session) {
    return new Command("port-forward")
        .summary("the mesh's ports on this machine")
        .description(
            "Forwards the mesh's ports to this machine and prints their addresses, until Ctrl-C. A connection that breaks, for example during a rollout, is reopened.",
        )
        .addArgument(new Argument("[port]", "which port (default: both)").choices(MESH_PORTS))
        .addOption(selectedStackOption())
        .option("--port <number>", "local port of one of them (default: the same as in the cluster, or a free one)")
        .action(async (name, options) => {
            const { forwardMesh } = await import("../ports/portForward.js");
            session.exitCode = await forwardMesh(name, options, session);
        });
}
