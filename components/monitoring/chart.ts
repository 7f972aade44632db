import type { MonitoringSettings } from "../../settings/schema";
import { CHART } from "./names";

/** The chart's source in the settings, if this stack installs the chart. */
export type OwnChart = Exclude<MonitoringSettings["chart"], { readonly type: "existing" }>;

/** Arguments of a Helm Release that identify the chart. */
export interface ChartSource {
    readonly chart: string;
    readonly version?: string;
    readonly repositoryOpts?: { readonly repo: string };
}

/** Converts the chart's source to arguments of a Helm Release. */
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
