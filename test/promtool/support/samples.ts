import { JOBS } from "../../../components/monitoring/jobs";
import type { RuleContext } from "../../../components/monitoring/rules";
import { series } from "../../../components/monitoring/rules/promql";

type Labels = Readonly<Record<string, string>>;

/** Samples that fill the longest case. */
const LENGTH = 240;

/** A constant value. */
export function flat(value: number): string {
    return `${value}x${LENGTH}`;
}

/** A counter that grows by so much in each interval of 30 s. */
export function grows(each: number, samples = LENGTH): string {
    return `0+${each}x${samples}`;
}

/** A pod of the mesh. */
export const POD = "x0tta6bl4-7d9f-abcde";

/** A series of the mesh app, with the labels that the scrape adds. */
export function app({ mesh }: RuleContext, name: string, labels: Labels = {}): string {
    return series(name, {
        job: JOBS.mesh,
        namespace: mesh.namespace,
        pod: POD,
        node: "node-1",
        instance: "10.0.0.1:9090",
        ...labels,
    });
}

/** A series of kube-state-metrics about an object. */
export function object(name: string, labels: Labels): string {
    return series(name, { job: "kube-state-metrics", instance: "10.0.0.9:8080", ...labels });
}

/** Series that shows that kube-state-metrics is up. */
export const STATE_METRICS_UP = { [object("up", { namespace: "monitoring" })]: flat(1) };

/** A mesh pod that receives requests. */
export function ready({ mesh }: RuleContext, values = flat(1)): Record<string, string> {
    return { [object("kube_pod_status_ready", { namespace: mesh.namespace, pod: POD, condition: "true" })]: values };
}

/** A series of a kubelet. */
export function kubelet(path: string, name: string, labels: Labels): string {
    return series(name, { job: "kubelet", metrics_path: path, instance: "10.0.0.2:10250", node: "node-1", ...labels });
}

/** A series of the kubelet about a container. */
export function container(name: string, namespace: string, of: string, pod = POD): string {
    return kubelet("/metrics/cadvisor", name, { namespace, pod, container: of });
}

/** A series of a SPIRE server, agent or controller manager. */
export function spire(job: string, namespace: string, name: string, labels: Labels = {}): string {
    return series(name, { job, namespace, pod: `${job}-0`, node: "node-1", instance: "10.0.0.3:9988", ...labels });
}
