import { z } from "zod";
import { SERVICES } from "../../../components/monitoring/names";
import type { Read } from "../../../kube/read";

/** Namespace of the monitoring chart in staging. */
const NAMESPACE = "monitoring";

/** Namespace of node-exporter. */
const NODE_NAMESPACE = "monitoring-node";

const vectorSchema = z.object({
    data: z.object({
        result: z.array(
            z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
        ),
    }),
});

/** One result of a query: its labels and its value. */
export interface Sample {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
}

/** Asks the stack's Prometheus through the API server. @throws Error where it gives no answer. */
export async function ask(read: Read, expression: string): Promise<Sample[]> {
    const { name, port } = SERVICES.prometheus;
    const service = `/api/v1/namespaces/${NAMESPACE}/services/${name}:${port}/proxy`;
    const answer = await read(`${service}/api/v1/query?query=${encodeURIComponent(expression)}`);
    if (!answer.seen || answer.object === undefined) {
        throw new Error("Prometheus does not answer");
    }
    return vectorSchema
        .parse(answer.object)
        .data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
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
