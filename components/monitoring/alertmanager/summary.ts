import { type AlertmanagerSettings, NOBODY } from "../../../settings/monitoring/alertmanager";
import { receiversBySeverity } from "./routes";

/** Note that alerts are not sent to any receiver; `undefined` if critical alerts have a receiver. */
export function silence({ routing }: AlertmanagerSettings): string | undefined {
    return receiversBySeverity(routing).critical === NOBODY
        ? "No receiver is set for critical alerts: set monitoring.alertmanager.receivers and routing (docs/monitoring.md)"
        : undefined;
}

/** Receivers by severity in one line, e.g. `critical: pager, warning: chat, info: nobody, dead man's switch: none`. */
export function alertingSummary(settings: AlertmanagerSettings): string {
    const { routing } = settings;
    const told = Object.entries(receiversBySeverity(routing)).map(
        ([severity, receiver]) => `${severity}: ${receiver === NOBODY ? "nobody" : receiver}`,
    );
    const teams =
        routing.teams.length === 0 ? [] : [`teams of their own: ${routing.teams.map(({ team }) => team).join(" ")}`];
    return silence(settings) ?? [...told, ...teams, `dead man's switch: ${routing.deadMan ?? "none"}`].join(", ");
}
