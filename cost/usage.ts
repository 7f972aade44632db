import { z } from "zod";
import type { SizedContainer } from "./targets";

/** Seconds between two samples that are asked for: the interval that the recorded rates average over. */
export const STEP_SECONDS = 300;

/** Samples that Prometheus gives of one series at most; `MaxPointsPerTs` of web/api/v1 is 11,000. */
const MOST_SAMPLES = 10_000;

/** How to ask Prometheus. Paths start with `/api/v1/`. */
export interface PrometheusApi {
    get(path: string): Promise<unknown>;
}

/** What a container used, and what happened to it. */
export interface ContainerUsage {
    /** Cores of the pod that used most, one sample for each {@link stepOf}. */
    readonly cpu: readonly number[];
    /** Largest number of bytes of any pod within each step. */
    readonly memory: readonly number[];
    /** Most restarts of one pod's container within the window. */
    readonly restarts: number;
    /** Whether one ended for want of memory within the window. */
    readonly outOfMemory: boolean;
}

const matrix = z.object({
    status: z.literal("success"),
    data: z.object({ result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })) }),
});

const vector = z.object({
    status: z.literal("success"),
    data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

/** Seconds between two samples of a window: as few as Prometheus gives at once. */
export function stepOf(windowSeconds: number): number {
    return Math.max(STEP_SECONDS, Math.ceil(windowSeconds / MOST_SAMPLES / STEP_SECONDS) * STEP_SECONDS);
}

/**
 * Reads what a container used. Each sample is the largest of all its pods (`max`): after a restart the kubelet reports the old
 * and the new container of a pod for some minutes, which a sum would count twice.
 * @param until End of the window (seconds since 1970).
 * @throws what the request throws; Error when the answer has another shape.
 */
export async function readUsage(
    api: PrometheusApi,
    { namespace, pods, container }: Pick<SizedContainer, "namespace" | "pods" | "container">,
    windowSeconds: number,
    until: number,
): Promise<ContainerUsage> {
    const labels = `namespace="${namespace}",pod=~"${pods}",container="${container}"`;
    const step = stepOf(windowSeconds);
    const range = async (query: string) => {
        const parts = { query, start: `${until - windowSeconds}`, end: `${until}`, step: `${step}` };
        const answer = matrix.safeParse(await api.get(`/api/v1/query_range?${new URLSearchParams(parts).toString()}`));
        if (!answer.success) {
            throw new Error(`Prometheus answers in another shape to: ${query}`);
        }
        const [series] = answer.data.data.result;
        return (series?.values ?? []).map(([, value]) => Number(value)).filter(Number.isFinite);
    };
    const instant = async (query: string) => {
        const path = `/api/v1/query?${new URLSearchParams({ query, time: `${until}` }).toString()}`;
        const answer = vector.safeParse(await api.get(path));
        return Math.max(0, ...(answer.data?.data.result.map(({ value: [, value] }) => Number(value)) ?? []));
    };
    const over = (metric: string, duration: number) => `${metric}{${labels}}[${duration}s]`;
    const largest = (text: string) => `max by (namespace, container) (${text})`;
    return {
        cpu: await range(largest(`max_over_time(${over(CPU, step)})`)),
        memory: await range(largest(`max_over_time(${over(MEMORY, step)})`)),
        restarts: Math.round(await instant(largest(`increase(${over(RESTARTS, windowSeconds)})`))),
        outOfMemory: (await instant(largest(`max_over_time(${terminated(labels)}[${windowSeconds}s])`))) > 0,
    };
}

/** Recorded by the rules of kube-prometheus-stack: cores, as a rate over five minutes. */
const CPU = "node_namespace_pod_container:container_cpu_usage_seconds_total:sum_rate5m";

/** Recorded by the same: bytes that the kernel cannot take back, by which it decides whom to kill. */
const MEMORY = "node_namespace_pod_container:container_memory_working_set_bytes";

/** Of kube-state-metrics. */
const RESTARTS = "kube_pod_container_status_restarts_total";

function terminated(labels: string): string {
    return `kube_pod_container_status_last_terminated_reason{${labels},reason="OOMKilled"}`;
}
