import type { Values } from "../values/types";
import { NOBODY, type RoutingSettings } from "../../../settings/monitoring/alertmanager";

/** A node of Alertmanager's routing tree; unset fields are inherited from its parent. */
export interface Route extends Values {
    readonly receiver: string;
    readonly matchers?: readonly string[];
    readonly group_by?: readonly string[];
    readonly group_wait?: string;
    readonly group_interval?: string;
    readonly repeat_interval?: string;
    readonly routes?: readonly Route[];
}

/** Receivers by severity, with all fallbacks resolved. */
type BySeverity = Readonly<Record<"critical" | "warning" | "info", string>>;

/** Interval between calls of the dead man's switch. */
const HEARTBEAT = "5m";

/**
 * Repeat interval of the dead man's switch. It is evaluated at each flush of the group, and counted from the end of the
 * last call: if it were equal to the group interval, every second call would be skipped.
 */
const HEARTBEAT_DUE = "4m";

/**
 * The routing tree: the always-firing Watchdog, then teams, then severities. The first match wins; an alert that
 * matches nothing, e.g. one without a severity, is routed like a warning.
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
            // This alert only mutes informational alerts through an inhibition rule.
            { matchers: ['alertname = "InfoInhibitor"'], receiver: NOBODY },
            ...teams,
            ...routes,
        ],
    };
}

/** Receivers of alerts that no team's routes match. */
export function receiversBySeverity(routing: RoutingSettings): BySeverity {
    return resolve(routing);
}

/** Resolves the receiver of each severity that has none of its own. */
function resolve(own: Partial<BySeverity>, others?: BySeverity): BySeverity {
    return {
        critical: own.critical ?? own.warning ?? others?.critical ?? NOBODY,
        warning: own.warning ?? others?.warning ?? NOBODY,
        info: own.info ?? others?.info ?? NOBODY,
    };
}

/** A node for warnings and unknown severities, with children for the other severities. */
function severities(to: BySeverity, { repeatCritical }: RoutingSettings) {
    return {
        receiver: to.warning,
        routes: [
            { matchers: ['severity = "critical"'], receiver: to.critical, repeat_interval: repeatCritical },
            { matchers: ['severity = "info"'], receiver: to.info },
        ],
    };
}

/** Route of the dead man's switch: calls prove that the whole alerting chain works; when they stop, it does not. */
function watchdog(deadMan: string | undefined): Route {
    const matchers = ['alertname = "Watchdog"'];
    return deadMan === undefined
        ? { matchers, receiver: NOBODY }
        : { matchers, receiver: deadMan, group_wait: "0s", group_interval: HEARTBEAT, repeat_interval: HEARTBEAT_DUE };
}

/**
 * Inhibition rules: a more severe alert mutes less severe ones. These are the three default rules of
 * kube-prometheus-stack.
 */
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
