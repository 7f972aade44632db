import type { Field } from "../engine/field";
import { injectedAmounts } from "./injectedProxy";
import { addQuantities, compareQuantities, parseQuantity, ZERO, type Quantity } from "./quantity";
import type { Scaling } from "./autoscaler";
import type { Subject } from "./subject";
import type { Workload } from "./workload";

/** Amounts by resource, e.g. `requests.cpu`. */
type Amounts = Map<string, Quantity>;

/**
 * Effective requests and limits of one pod, as the scheduler computes them, including sidecars, init containers and the
 * proxy that a service mesh injects.
 * @param namespace The object of the pod's namespace; `undefined` where the stack does not have it.
 */
export function podSum(workload: Workload, namespace: Field | undefined): ReadonlyMap<string, Quantity> {
    const { pod } = workload;
    const running: Amounts = injectedAmounts(workload, namespace);
    const peak: Amounts = new Map();
    for (const container of pod.at("initContainers").items()) {
        const own = amountsOf(container);
        if (container.at("restartPolicy").string() === "Always") {
            merge(running, own, addQuantities);
        } else {
            const during = new Map(own);
            merge(during, running, addQuantities);
            merge(peak, during, larger);
        }
    }
    for (const container of pod.at("containers").items()) {
        merge(running, amountsOf(container), addQuantities);
    }
    merge(running, peak, larger);
    // Pod-level resources override the sum.
    for (const [key, quantity] of amountsOf(pod)) {
        running.set(key, quantity);
    }
    return running;
}

/** Maximum number of pods of an object: the maximum of its autoscaler, else its replicas; `nodes` for a DaemonSet. */
export function replicasOf(subject: Subject, scaling: Scaling | undefined, nodes: number): number {
    const spec = subject.object.at("spec");
    const count = (field: Field): number => Math.max(field.number() ?? 1, 0);
    if (scaling !== undefined) {
        return Math.max(scaling.most(), 0);
    }
    switch (subject.kind) {
        case "DaemonSet":
            return nodes;
        case "Job":
            return count(spec.at("parallelism"));
        case "CronJob":
            return count(spec.at("jobTemplate", "spec", "parallelism"));
        case "Pod":
            return 1;
        case "PodTemplate":
            return 0;
        default:
            return subject.group === KNATIVE ? knativeReplicas(spec) : count(spec.at("replicas"));
    }
}

/** Group of Knative Services, which have autoscaler annotations instead of replicas. */
const KNATIVE = "serving.knative.dev";

/** The maximum scale of a Knative Service, else its minimum, else 1. */
function knativeReplicas(spec: Field): number {
    const annotations = spec.at("template", "metadata", "annotations");
    const [most = 0, least = 0] = ["max-scale", "min-scale"].map((name) => {
        // The camelCase name is the old one.
        const old = name.replace("-s", "S");
        const text = annotations.at(`autoscaling.knative.dev/${name}`).text();
        return Number(text ?? annotations.at(`autoscaling.knative.dev/${old}`).text() ?? 0) || 0;
    });
    return Math.max(most, least, 1);
}

function amountsOf(holder: Field): Amounts {
    const amounts: Amounts = new Map();
    for (const list of ["limits", "requests"] as const) {
        for (const [resource, field] of holder.at("resources", list).entries()) {
            const quantity = parseQuantity(field.text() ?? "");
            if (quantity === undefined) {
                continue;
            }
            amounts.set(`${list}.${resource}`, quantity);
            // The API server uses the limit as the request if there is no request.
            if (list === "limits") {
                amounts.set(`requests.${resource}`, quantity);
            }
        }
    }
    return amounts;
}

function merge(into: Amounts, from: Amounts, combine: (a: Quantity, b: Quantity) => Quantity): void {
    for (const [key, quantity] of from) {
        into.set(key, combine(into.get(key) ?? ZERO, quantity));
    }
}

function larger(a: Quantity, b: Quantity): Quantity {
    return compareQuantities(a, b) < 0 ? b : a;
}
