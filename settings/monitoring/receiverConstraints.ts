import * as shared from "../shared/constraints";
import { parseDuration } from "../shared/duration";
import { type Fault, setCommand } from "../shared/faults";
import { shown, shownName } from "../shared/given";
import { type AlertmanagerSettings, NOBODY } from "./alertmanager";

type Constraint = (stack: string, alertmanager: AlertmanagerSettings) => Fault[];

const KEY = "monitoring.alertmanager";

/** Constraints across Alertmanager's receivers and routes; each returns the faults that it finds. */
const CONSTRAINTS: readonly Constraint[] = [
    receiversDiffer,
    teamsDiffer,
    routesAreKnown,
    receiversAreUsed,
    deadManIsCalled,
    repeatsAreRemembered,
];

/** Faults of Alertmanager settings that are individually valid but conflict with each other. */
export function alertmanagerFaults(stack: string, alertmanager: AlertmanagerSettings): Fault[] {
    return CONSTRAINTS.flatMap((constraint) => constraint(stack, alertmanager));
}

function fault(stack: string, key: string, given: unknown, allowed: string, value: string): Fault {
    return shared.fault(stack, `${KEY}.${key}`, given, allowed, value);
}

function receiversDiffer(stack: string, { receivers }: AlertmanagerSettings): Fault[] {
    const names = receivers.map(({ name }) => name);
    const allowed = `a name that no other receiver has; ${NOBODY} is reserved for the one that sends nothing`;
    return shared
        .repeated(names, [NOBODY])
        .map((index) => fault(stack, `receivers[${index}].name`, names[index], allowed, "NAME"));
}

function teamsDiffer(stack: string, { routing: { teams } }: AlertmanagerSettings): Fault[] {
    const names = teams.map(({ team }) => team);
    return shared
        .repeated(names)
        .map((index) =>
            fault(stack, `routing.teams[${index}].team`, names[index], "a team that is not in the list yet", "TEAM"),
        );
}

/** Receivers that routes refer to, with the path of the setting below `monitoring.alertmanager`. */
function namedReceivers({ routing }: AlertmanagerSettings): [string, string][] {
    const { critical, warning, info, deadMan, teams } = routing;
    const named: [string, string | undefined][] = [
        ...Object.entries({ critical, warning, info, deadMan }),
        ...teams.flatMap((team, index) =>
            (["critical", "warning", "info"] as const).map((severity): [string, string | undefined] => [
                `teams[${index}].${severity}`,
                team[severity],
            ]),
        ),
    ];
    return named.flatMap(([key, name]) => (name === undefined ? [] : [[`routing.${key}`, name]]));
}

function routesAreKnown(stack: string, settings: AlertmanagerSettings): Fault[] {
    const known = settings.receivers.map(({ name }) => name);
    return namedReceivers(settings)
        .filter(([, name]) => !known.includes(name))
        .map(([key, name]) =>
            fault(
                stack,
                key,
                name,
                `the name of a receiver in ${KEY}.receivers (${known.map((one) => shownName(one, "…")).join(", ") || "there is none"})`,
                shownName(known[0] ?? "", "RECEIVER"),
            ),
        );
}

function receiversAreUsed(stack: string, settings: AlertmanagerSettings): Fault[] {
    const used = new Set(namedReceivers(settings).map(([, name]) => name));
    return settings.receivers.flatMap(({ name }, index) =>
        used.has(name)
            ? []
            : [
                  {
                      key: `${KEY}.receivers[${index}].name`,
                      given: shown(name),
                      allowed: `a receiver that a route in ${KEY}.routing names; this one would never be notified`,
                      fix: setCommand(stack, `${KEY}.routing.warning`, shownName(name, "RECEIVER")),
                  },
              ],
    );
}

function deadManIsCalled(stack: string, { receivers, routing: { deadMan } }: AlertmanagerSettings): Fault[] {
    const other = receivers.find(({ name, type }) => name === deadMan && type !== "webhook");
    const allowed = "a receiver of type webhook: it is called every 5 minutes";
    return other === undefined ? [] : [fault(stack, "routing.deadMan", deadMan, allowed, "RECEIVER")];
}

function repeatsAreRemembered(stack: string, { retention, routing }: AlertmanagerSettings): Fault[] {
    const remembered = parseDuration(retention) ?? 0;
    return (["repeatCritical", "repeatOthers"] as const)
        .filter((key) => (parseDuration(routing[key]) ?? 0) > remembered)
        .map((key) =>
            fault(
                stack,
                `routing.${key}`,
                routing[key],
                `at most ${KEY}.retention (${retention}), or Alertmanager forgets what it has already sent`,
                retention,
            ),
        );
}
