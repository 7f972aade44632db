import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { dashboards } from "../../components/monitoring/dashboards";
import { build, type GrafanaDashboard } from "../../components/monitoring/dashboards/build";
import type { DashboardSpec } from "../../components/monitoring/dashboards/model";
import type { RuleContext } from "../../components/monitoring/rules";
import { monitoringAlerts } from "../../settings/monitoring/alerts";

/** A stack with SPIRE and the defaults of all thresholds. */
export const CONTEXT: RuleContext = {
    settings: monitoringAlerts.parse({}),
    mesh: {
        namespace: "x0tta6bl4-staging",
        name: "staging-x0tta6bl4",
        scraped: true,
        ownPaths: ["/health", "/metrics"],
        delivery: "rolling",
        longestPauseSeconds: 0,
        startSeconds: 600,
    },
    spire: { serverNamespace: "spire", systemNamespace: "spire-system", caChangeSeconds: 14_400, selfSigned: true },
    monitoringNamespace: "monitoring",
};

/** Address of a runbook. */
export const runbookUrl = (alert: string): string => `https://example.com/runbooks/${alert}.md`;

/** All dashboards as passed to Grafana. */
export const BUILT = dashboards(CONTEXT).map((spec) => ({ spec, built: build(spec, runbookUrl) }));

/** Panels with data: all except row headings. */
export function panelsOf({ panels = [] }: GrafanaDashboard): Panel[] {
    return panels.filter((panel): panel is Panel => panel.type !== "row");
}

/** Every query of a dashboard's panels. */
export function queriesOf({ rows }: DashboardSpec): string[] {
    return rows.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries.map(({ expr }) => expr)));
}
