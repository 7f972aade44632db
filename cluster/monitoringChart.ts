import { z } from "zod";
import { UserError } from "../errors";
import type { OwnChart } from "../components/monitoring/chart";
import { CHART, WORKLOADS } from "../components/monitoring/names";
import type { Settings } from "../settings";
import { chartRefusals, chartVersion } from "./chart";
import { type LiveMonitoring, refusals } from "./monitoringRules";
import { clusterReader, type Read } from "./read";

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

/**
 * Makes sure that the chart can be had, is the one that was meant and may follow what runs, before anything is created.
 * Without a reachable cluster only the chart is looked at.
 * @throws UserError with every reason at once.
 */
export async function checkMonitoringChart({ cluster, environment, monitoring }: Settings): Promise<void> {
    const { enabled, chart } = monitoring;
    if (!enabled || chart.type === "existing") {
        return;
    }
    const [unfit, live] = await Promise.all([
        chartRefusals(chart),
        cluster.checkReachable ? clusterReader(cluster).then((read) => liveMonitoring(read, monitoring.namespace)) : {},
    ]);
    const version = unfit.length === 0 ? chartVersion(chart) : undefined;
    const reasons =
        version === undefined ? unfit : refusals(wanted(monitoring, chart, version, environment.name), live);
    if (reasons.length > 0) {
        throw new UserError(`Monitoring cannot be updated:\n\n${reasons.map((text) => `  ${text}`).join("\n\n")}\n`);
    }
}

function wanted(settings: Settings["monitoring"], chart: OwnChart, version: string, environment: string) {
    return { settings, version, upgradeCrds: chart.upgradeCrds, environment };
}

/** What runs, as the API server tells it. */
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
        chartVersion: operator?.labels.chart?.replace(`${CHART}-`, ""),
        crdVersion: crd?.annotations[CRD_VERSION],
    };
}
