import { Release } from "@pulumi/kubernetes/helm/v3";
import type * as pulumi from "@pulumi/pulumi";
import type { MonitoringArgs } from "./args";
import { CHART, RELEASE } from "./names";
import { chartValues } from "./values";

/** Time for all of the chart's pods to be ready, hooks included (s); the provider's own 300 are too few here. */
const TIMEOUT_SECONDS = 900;

/** Revisions that Helm keeps; each is a Secret of about 0.4 MB, and without a limit they all stay. */
const MAX_HISTORY = 5;

/** The chart's source, as the settings have it, where the chart is this stack's. */
export type OwnChart = Exclude<MonitoringArgs["settings"]["chart"], { readonly type: "existing" }>;

/** The Helm release of kube-prometheus-stack. Hooks must run: they make the webhook's certificate. */
export function deployRelease(
    args: MonitoringArgs,
    chart: OwnChart,
    name: string,
    opts: pulumi.CustomResourceOptions,
): Release {
    return new Release(
        `${name}-chart`,
        {
            ...chartSource(chart),
            name: RELEASE,
            namespace: args.settings.namespace,
            timeout: TIMEOUT_SECONDS,
            maxHistory: MAX_HISTORY,
            cleanupOnFail: true,
            values: chartValues(args, chart),
        },
        opts,
    );
}

/** What of the Release's arguments says which chart. */
export function chartSource(chart: OwnChart) {
    switch (chart.type) {
        case "repository":
            return { chart: CHART, version: chart.version, repositoryOpts: { repo: chart.url } };
        case "oci":
            return { chart: `${chart.reference}@${chart.digest}`, version: chart.version };
        case "file":
            return { chart: chart.path };
    }
}
