import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";
import { labels } from "../../labels";
import { APP } from "../../mesh/names";
import type { Environment } from "../../../settings/environments";
import { build } from "./build";
import type { DashboardContext } from "./context";
import { errors } from "./errors";
import type { RunbookUrl } from "./links";
import type { DashboardSpec } from "./model";
import { performance } from "./performance";
import { pods } from "./pods";
import { security } from "./security";
import { spire } from "./spire";
import { topology } from "./topology";

/** Folder in Grafana. */
export const FOLDER = "x0tta6bl4";

/** All dashboards in the order of the documentation; SPIRE's only where this stack makes SPIRE. */
export function dashboards(context: DashboardContext): DashboardSpec[] {
    return [security, topology, performance, errors, pods, ...(context.ownSpire ? [spire] : [])].map((dashboard) =>
        dashboard(context),
    );
}

/** Grafana's JSON of a dashboard: the same text for the same dashboard, and no longer than it must be. */
export function dashboardJson(spec: DashboardSpec, runbookUrl: RunbookUrl): string {
    return JSON.stringify(sorted(JSON.parse(JSON.stringify(build(spec, runbookUrl)))));
}

/** The same value with the keys of every object in order. */
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

/** Where the dashboards go. */
export interface DashboardArgs {
    /** What the stack's name decides. */
    readonly environment: Environment;
    /** Namespace in which Grafana looks for dashboards. */
    readonly namespace: pulumi.Input<string>;
    /** What the settings decide of them. */
    readonly context: DashboardContext;
    /** Where runbooks are. */
    readonly runbookUrl: RunbookUrl;
}

/**
 * One ConfigMap for each dashboard; a sidecar of Grafana reads those with this label.
 * @param name Logical name that the resources start with.
 */
export function deployDashboards(name: string, args: DashboardArgs, opts: pulumi.CustomResourceOptions): ConfigMap[] {
    return dashboards(args.context).map(
        (spec) =>
            new ConfigMap(
                `${name}-dashboard-${spec.uid.replace(`${APP}-`, "")}`,
                {
                    metadata: {
                        name: `dashboard-${spec.uid}`,
                        namespace: args.namespace,
                        labels: { ...labels(APP, "monitoring", args.environment), grafana_dashboard: "1" },
                        annotations: { grafana_folder: FOLDER },
                    },
                    data: { [`${spec.uid}.json`]: dashboardJson(spec, args.runbookUrl) },
                },
                opts,
            ),
    );
}
