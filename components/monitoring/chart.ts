import type { MonitoringSettings } from "../../settings/schema";
import { CHART } from "./names";

/** The chart's source, as the settings have it, where the chart is this stack's. */
export type OwnChart = Exclude<MonitoringSettings["chart"], { readonly type: "existing" }>;

/** What of the Release's arguments says which chart. */
export interface ChartSource {
    readonly chart: string;
    readonly version?: string;
    readonly repositoryOpts?: { readonly repo: string };
}

/** The chart's source as the Release takes it. */
export function chartSource(chart: OwnChart): ChartSource {
    switch (chart.type) {
        case "repository":
            return { chart: CHART, version: chart.version, repositoryOpts: { repo: chart.url } };
        case "oci":
            return { chart: `${chart.reference}@${chart.digest}`, version: chart.version };
        case "file":
            return { chart: chart.path };
    }
}
