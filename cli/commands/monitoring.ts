import { Argument, Command } from "@commander-js/extra-typings";
import { selectedStackOption, type Session } from "../command";
import { MONITORING_SERVICES } from "../ports/names";

/** `x0 monitoring`. */
export function monitoring(session: Session) {
    return new Command("monitoring")
        .summary("Grafana, Prometheus or Alertmanager on this machine")
        .description(
            "Forwards Grafana, Prometheus or Alertmanager to this machine and prints address and login, until Ctrl-C.",
        )
        .addArgument(new Argument("<service>", "which one").choices(MONITORING_SERVICES))
        .addOption(selectedStackOption())
        .option("--port <number>", "local port (default: the service's usual one, or a free one)")
        .option("--show-password", "with grafana: print the password")
        .action(async (service, options) => {
            const { forwardMonitoring } = await import("../ports/monitoring.js");
            session.exitCode = await forwardMonitoring(service, options, session);
        });
}
