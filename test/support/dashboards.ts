import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { dashboards } from "../../components/monitoring/dashboards";
import { build, type GrafanaDashboard } from "../../components/monitoring/dashboards/build";
import type { DashboardContext } from "../../components/monitoring/dashboards/context";
import type { DashboardSpec } from "../../components/monitoring/dashboards/model";

/** Settings as a stack with SPIRE may have them. */
export const CONTEXT: DashboardContext = {
    ownSpire: true,
    highLatencySeconds: 1,
    highErrorRatio: 0.05,
    caHandOverSeconds: 14_400,
};

/** Address of a runbook. */
export const runbookUrl = (alert: string): string => `https://example.com/runbooks/${alert}.md`;

/** Every dashboard as Grafana gets it. */
export const BUILT = dashboards(CONTEXT).map((spec) => ({ spec, built: build(spec, runbookUrl) }));

/** Panels that show something: all but the headings of rows. */
export function panelsOf({ panels = [] }: GrafanaDashboard): Panel[] {
    return panels.filter((panel): panel is Panel => panel.type !== "row");
}

/** Every query of a dashboard's panels. */
export function queriesOf({ rows }: DashboardSpec): string[] {
    return rows.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries.map(({ expr }) => expr)));
}
