import type { Values } from "../values/types";
import { NOBODY, type RoutingSettings } from "../../../settings/monitoring/alertmanager";

/** A node of Alertmanager's routing tree; what it leaves out it has from its parent. */
export interface Route extends Values {
    readonly receiver: string;
    readonly matchers?: readonly string[];
    readonly group_by?: readonly string[];
    readonly group_wait?: string;
    readonly group_interval?: string;
    readonly repeat_interval?: string;
    readonly routes?: readonly Route[];
}

/** Receivers by severity, every one known. */
type BySeverity = Readonly<Record<"critical" | "warning" | "info", string>>;

/** Time between two calls of the dead man's webhook. */
const HEARTBEAT = "5m";

/**
 * Time after which a call is due again. It is evaluated at each flush of the group, and counted from the end of the
 * last call: at exactly the time between two flushes every second call would be left out.
 */
const HEARTBEAT_DUE = "4m";

/**
 * The routing tree: the always firing Watchdog, then teams, then severities. The first match decides; what matches
 * nothing, such as an alert without a severity, goes where warnings go.
 */
export function routeTree(routing: RoutingSettings): Route {
    const everybody = receiversBySeverity(routing);
    const teams = routing.teams.map(({ team, ...own }) => ({
        matchers: [`team = "${team}"`],
        ...severities(resolve(own, everybody), routing),
    }));
    const { receiver, routes } = severities(everybody, routing);
    return {
        receiver,
        group_by: ["namespace", "alertname"],
        group_wait: routing.groupWait,
        group_interval: routing.groupInterval,
        repeat_interval: routing.repeatOthers,
        routes: [
            watchdog(routing.deadMan),
            // It only mutes informational alerts, by an inhibit rule.
            { matchers: ['alertname = "InfoInhibitor"'], receiver: NOBODY },
            ...teams,
            ...routes,
        ],
    };
}

/** Receivers of alerts for which no team has routes. */
export function receiversBySeverity(routing: RoutingSettings): BySeverity {
    return resolve(routing);
}

/** Fills in who gets alerts of a severity that has no receiver of its own. */
function resolve(own: Partial<BySeverity>, others?: BySeverity): BySeverity {
    return {
        critical: own.critical ?? own.warning ?? others?.critical ?? NOBODY,
        warning: own.warning ?? others?.warning ?? NOBODY,
        info: own.info ?? others?.info ?? NOBODY,
    };
}

/** A node for warnings and everything unknown, with children for the other severities. */
function severities(to: BySeverity, { repeatCritical }: RoutingSettings) {
    return {
        receiver: to.warning,
        routes: [
            { matchers: ['severity = "critical"'], receiver: to.critical, repeat_interval: repeatCritical },
            { matchers: ['severity = "info"'], receiver: to.info },
        ],
    };
}

/** The dead man's switch: who is called hears that the whole chain works, and that it does not when calls stop. */
function watchdog(deadMan: string | undefined): Route {
    const matchers = ['alertname = "Watchdog"'];
    return deadMan === undefined
        ? { matchers, receiver: NOBODY }
        : { matchers, receiver: deadMan, group_wait: "0s", group_interval: HEARTBEAT, repeat_interval: HEARTBEAT_DUE };
}

/** What a louder alert mutes; the three rules that every kube-prometheus-stack has. */
export const INHIBIT_RULES = [
    {
        source_matchers: ['severity = "critical"'],
        target_matchers: ['severity =~ "warning|info"'],
        equal: ["namespace", "alertname"],
    },
    {
        source_matchers: ['severity = "warning"'],
        target_matchers: ['severity = "info"'],
        equal: ["namespace", "alertname"],
    },
    {
        source_matchers: ['alertname = "InfoInhibitor"'],
        target_matchers: ['severity = "info"'],
        equal: ["namespace"],
    },
] as const;
