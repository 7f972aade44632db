import { Release } from "@pulumi/kubernetes/helm/v3/release";
import type * as pulumi from "@pulumi/pulumi";
import type { MonitoringArgs } from "./args";
import { chartSource, type OwnChart } from "./chart";
import { RELEASE } from "./names";
import { chartValues } from "./values";

/** Time for all of the chart's pods to be ready, hooks included (s); the provider's own 300 are too few here. */
const TIMEOUT_SECONDS = 900;

/** Revisions that Helm keeps; each is a Secret of about 0.4 MB, and without a limit they all stay. */
const MAX_HISTORY = 5;

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
