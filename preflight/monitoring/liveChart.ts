import { coerce } from "semver";
import { z } from "zod";
import type { OwnChart } from "../../components/monitoring/chart";
import { CHART, WORKLOADS } from "../../components/monitoring/names";
import { chartRefusals, chartVersion } from "./chart";
import { chartSteps, type LiveMonitoring } from "./upgrade";
import type { Read } from "../../kube/read";

/** The smallest of the operator's CRDs; all carry the same version. */
const CRD = "prometheusrules.monitoring.coreos.com";

/** Annotation of the operator's CRDs with its version. */
const CRD_VERSION = "operator.prometheus.io/version";

const objectSchema = z.object({
    metadata: z.object({
        labels: z.record(z.string(), z.string()).default({}),
        annotations: z.record(z.string(), z.string()).default({}),
    }),
});

/** Why the chart is not available, is not the one that was meant, or may not follow what runs; empty when it may. */
export async function unfitChart(chart: OwnChart, live: LiveMonitoring): Promise<string[]> {
    const unfit = await chartRefusals(chart);
    const version = unfit.length === 0 ? chartVersion(chart) : undefined;
    return version === undefined ? unfit : chartSteps({ version, upgradeCrds: chart.upgradeCrds }, live);
}

/** Running versions, read from the API server. */
export async function liveMonitoring(read: Read, namespace: string): Promise<LiveMonitoring> {
    const metadata = async (path: string) => {
        const answer = await read(path);
        return answer.seen ? objectSchema.safeParse(answer.object).data?.metadata : undefined;
    };
    const [home, operator, crd] = await Promise.all([
        metadata(`/api/v1/namespaces/${namespace}`),
        metadata(`/apis/apps/v1/namespaces/${namespace}/deployments/${WORKLOADS.operator}`),
        metadata(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${CRD}`),
    ]);
    return {
        environment: home?.labels.environment,
        chartVersion: coerce(operator?.labels.chart?.replace(`${CHART}-`, ""))?.version,
        crdVersion: coerce(crd?.annotations[CRD_VERSION])?.version,
    };
}
