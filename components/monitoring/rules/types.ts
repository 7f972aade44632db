import type { DeliverySettings } from "../../../settings/mesh/delivery";
import type { AlertSettings } from "../../../settings/monitoring/alerts";

/**
 * How soon a person must react: immediately, during working hours, or when there is time. Alertmanager routes by it.
 */
export type AlertSeverity = "critical" | "warning" | "info";

/** Team that is responsible. Alertmanager can route by it. */
export type Team = "mesh" | "platform";

/** Path of a setting of alerts. */
export type ThresholdSetting =
    | Exclude<keyof AlertSettings, "slo" | "spire" | "runbookBaseUrl">
    | `slo.${keyof AlertSettings["slo"]}`
    | `spire.${keyof AlertSettings["spire"]}`;

/** A recording rule: a series that Prometheus computes and stores. */
export interface Recording {
    /** Name as `level:metric:operation`. */
    readonly record: string;
    /** PromQL. */
    readonly expr: string;
}

/** An alerting rule. */
export interface Alert {
    /** Name; also the runbook's file name. Several rules may have one name, e.g. with two severities. */
    readonly alert: string;
    /** PromQL: each series of the result is one alert. */
    readonly expr: string;
    /** How long the expression must hold before the alert fires, in Prometheus notation. */
    readonly for: string;
    /** How soon a person must react. */
    readonly severity: AlertSeverity;
    /** Team that is responsible. */
    readonly team: Team;
    /** Further labels. */
    readonly labels?: Readonly<Record<string, string>>;
    /** One-line summary of the problem. */
    readonly summary: string;
    /** Description of the problem and its location, with the alert's labels and value as Go templates. */
    readonly description: string;
    /** The expression in words, for the documentation. */
    readonly condition: string;
    /** Settings that the alert depends on. */
    readonly settings: readonly ThresholdSetting[];
}

/** Rules that are evaluated together, one after another. */
export interface Group {
    /** Name; unique in a stack. */
    readonly name: string;
    /** Series to compute first. */
    readonly recordings?: readonly Recording[];
    /** Alerts. */
    readonly alerts: readonly Alert[];
}

/** Context that rules depend on. */
export interface RuleContext {
    /** Thresholds. */
    readonly settings: AlertSettings;
    /** The mesh. */
    readonly mesh: {
        readonly namespace: string;
        /** Deployment or Rollout, and autoscaler. */
        readonly name: string;
        /** How new versions are delivered: by a Deployment, or by a Rollout with canaries or blue/green. */
        readonly delivery: DeliverySettings["type"];
        /** Namespace of this stack's own controller of Rollouts; `undefined` without one. */
        readonly controllerNamespace?: string;
        /** Longest pause of a step that ends by itself (s); 0 without canaries. */
        readonly longestPauseSeconds: number;
        /** Whether its metrics are scraped. */
        readonly scraped: boolean;
        /** Paths that kubelets and Prometheus request; these are not requests of users. */
        readonly ownPaths: readonly string[];
        /** Time within which a pod of a rollout must be available (s). */
        readonly startSeconds: number;
    };
    /** SPIRE; `undefined` if this stack does not create it. */
    readonly spire?: {
        readonly serverNamespace: string;
        readonly systemNamespace: string;
        /** Remaining lifetime of a CA at which SPIRE activates the next one (s). */
        readonly caChangeSeconds: number;
        /** Whether each new CA changes the trust bundle; false if the root belongs to an upstream authority. */
        readonly selfSigned: boolean;
    };
    /** Namespace of Prometheus. */
    readonly monitoringNamespace: string;
}
