import { SERVICES } from "../../../components/monitoring/names";
import type { Read } from "../../../kube/read";
import { queryPath, type Sample, samplesOf } from "../../../smoke/deep/prometheus";

/** Namespace of the monitoring chart in staging. */
const NAMESPACE = "monitoring";

/** Namespace of node-exporter. */
const NODE_NAMESPACE = "monitoring-node";

/** Asks the stack's Prometheus through the API server. @throws Error where it gives no samples. */
export async function ask(read: Read, expression: string): Promise<Sample[]> {
    const { name, port } = SERVICES.prometheus;
    const service = `/api/v1/namespaces/${NAMESPACE}/services/${name}:${port}/proxy`;
    const answer = await read(`${service}${queryPath(expression)}`);
    const samples = answer.seen ? samplesOf(answer.object) : undefined;
    if (samples === undefined) {
        throw new Error("Prometheus does not answer");
    }
    return samples;
}

/** Names of the alerts that fired at any evaluation of the last minutes, with the namespace that they name. */
export async function firedWithin(read: Read, minutes: number): Promise<string[]> {
    const fired = await ask(read, `count_over_time(ALERTS{alertstate="firing"}[${minutes}m])`);
    return [
        ...new Set(fired.map(({ labels: { alertname = "?", namespace = "" } }) => `${alertname} ${namespace}`.trim())),
    ].sort();
}

/**
 * Whether an alert is about the machine that the node shares with all else that runs there, which no stack can help:
 * those of the chart's group node-exporter, such as a clock that follows no other, a full disk or more processes than
 * cores, and the one that mutes those of them which only inform.
 * @param alert Its name, and whatever follows after a blank; the last word is its namespace.
 */
export function isOfMachine(alert: string): boolean {
    return /^Node[A-Z]/.test(alert) || (alert.startsWith("InfoInhibitor ") && alert.endsWith(` ${NODE_NAMESPACE}`));
}
