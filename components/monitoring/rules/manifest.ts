import { EVALUATION_SECONDS } from "./records";
import type { Alert, Group, Recording } from "./types";

/** A recording or alerting rule in Prometheus's format. */
export type ManifestRule =
    | Recording
    | {
          readonly alert: string;
          readonly expr: string;
          readonly for: string;
          readonly labels: Readonly<Record<string, string>>;
          readonly annotations: Readonly<Record<string, string>>;
      };

/** Content of a rule file, and the `spec` of a PrometheusRule. */
export interface RuleFile {
    readonly groups: readonly {
        readonly name: string;
        readonly interval: string;
        readonly rules: readonly ManifestRule[];
    }[];
}

/**
 * Converts groups of rules to Prometheus's format.
 * @param runbookBaseUrl Base URL of the runbooks.
 */
export function ruleFile(groups: readonly Group[], runbookBaseUrl: string): RuleFile {
    return {
        groups: groups.map(({ name, recordings = [], alerts }) => ({
            name: `x0tta6bl4-${name}`,
            interval: `${EVALUATION_SECONDS}s`,
            rules: [...recordings, ...alerts.map((alert) => alertRule(alert, runbookBaseUrl))],
        })),
    };
}

function alertRule(rule: Alert, runbookBaseUrl: string): ManifestRule {
    const { alert, expr, severity, team, labels, summary, description } = rule;
    return {
        alert,
        expr,
        for: rule.for,
        labels: { severity, team, ...labels },
        annotations: { summary, description, runbook_url: `${runbookBaseUrl.replace(/\/+$/, "")}/${alert}.md` },
    };
}
