import { Release } from "@pulumi/kubernetes/helm/v3/release";
import type * as pulumi from "@pulumi/pulumi";
import type { MonitoringArgs } from "./args";
import { chartSource, type OwnChart } from "./chart";
import { RELEASE } from "./names";
import { chartValues } from "./values";

/** Timeout until all pods of the chart are ready, hooks included (s); the provider's default of 300 is too short. */
const TIMEOUT_SECONDS = 900;

/** Number of revisions that Helm keeps; each is a Secret of about 0.4 MB, and without a limit all are kept. */
const MAX_HISTORY = 5;

/** Creates the Helm release of kube-prometheus-stack. Hooks must run: they create the webhook's certificate. */
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
