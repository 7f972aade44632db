import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type { MonitoringArgs, MonitoringPlace } from "../args";
import { partLabels } from "../labels";
import { ruleContext } from "../rules";
import { dashboards } from "./all";
import { build } from "./build";
import { type RunbookUrl, runbooksIn } from "./links";
import { configMapName } from "./names";
import type { DashboardSpec } from "./model";

/** Grafana folder of the dashboards. */
const FOLDER = "x0tta6bl4";

export { dashboards } from "./all";

/** Compact JSON of a dashboard: deterministic, so that an unchanged dashboard causes no diff. */
export function dashboardJson(spec: DashboardSpec, runbookUrl: RunbookUrl): string {
    return JSON.stringify(sorted(JSON.parse(JSON.stringify(build(spec, runbookUrl)))));
}

/** The same value with the keys of every object sorted. */
function sorted(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(sorted);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, child]) => [key, sorted(child)]),
    );
}

/** Creates a ConfigMap for each dashboard; a sidecar of Grafana loads ConfigMaps with this label. */
export function deployDashboards(args: MonitoringArgs, { name, namespace, opts }: MonitoringPlace): ConfigMap[] {
    const context = ruleContext(args);
    const runbookUrl = runbooksIn(context.settings.runbookBaseUrl);
    return dashboards(context).map((spec) => {
        const objectName = configMapName(spec.uid);
        return new ConfigMap(
            `${name}-${objectName}`,
            {
                metadata: {
                    name: objectName,
                    namespace,
                    labels: { ...partLabels(args, objectName), grafana_dashboard: "1" },
                    annotations: { grafana_folder: FOLDER },
                },
                data: { [`${spec.uid}.json`]: dashboardJson(spec, runbookUrl) },
            },
            opts,
        );
    });
}
