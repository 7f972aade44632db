import { violation } from "../../engine/finding";
import { amount, textMap } from "../../engine/options";
import { defineStackRule, eachStackWorkload } from "../../evaluation/stackRule";
import {
    addQuantities,
    compareQuantities,
    formatQuantity,
    parseQuantity,
    scaleQuantity,
    ZERO,
    type Quantity,
} from "../../kubernetes/quantity";
import { scalingByTarget } from "../../kubernetes/autoscaler";
import { podSum, replicasOf } from "../../kubernetes/podSum";
import type { Subject } from "../../kubernetes/subject";

/** Format of the budgets. */
const ALLOWED = "a map from requests.cpu, limits.memory and the like to quantity, e.g. limits.memory: 16Gi";

/** Whether a budget is a quantity of a request or limit. */
function isBudget(text: string, key: string): boolean {
    return /^(?:requests|limits)\../.test(key) && parseQuantity(text) !== undefined;
}

/** A stack that requests more than is available, or was agreed, takes resources from others. */
export const resourceBudget = defineStackRule({
    id: "resource-budget",
    title: "The stack stays within its budget",
    description:
        "The total requests and limits of all workloads must stay within the budget, including the proxies that Istio and Linkerd inject: by the pod's annotations, else Istio's defaults.",
    severity: "medium",
    level: "mandatory",
    remediation: [
        "Lower replicas, requests or limits, or raise the budget in the configuration.",
        "Of an injected proxy: sidecar.istio.io/proxyCPU, config.linkerd.io/proxy-cpu-request and the like on the pod template.",
    ],
    url: "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
    example: {
        bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  replicas: 3
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0, resources: { requests: { cpu: 500m } } }`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  replicas: 2
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0, resources: { requests: { cpu: 500m } } }`,
        options: { stack: { "requests.cpu": "1" } },
    },
    options: {
        stack: textMap("Budget of the whole stack, e.g. requests.cpu: 8 and limits.memory: 16Gi.", ALLOWED, isBudget),
        namespace: textMap("Budget of every namespace, in the same form.", ALLOWED, isBudget),
        namespaces: textMap(
            "Budgets of single namespaces instead of that, e.g. shop/requests.cpu: 4.",
            "a map from namespace/requests.cpu and the like to quantity",
            (text, key) => key.indexOf("/") > 0 && isBudget(text, key.slice(key.indexOf("/") + 1)),
        ),
        nodes: amount(1, "Number of nodes, on each of which a DaemonSet runs a pod."),
    },
    *check(stack, options) {
        const budgets = [options.stack, options.namespace, options.namespaces];
        if (budgets.every((budget) => Object.keys(budget).length === 0)) {
            return;
        }
        const autoscalers = scalingByTarget(stack);
        const sums = new Map<string, Sum>();
        yield* eachStackWorkload(stack.workloads, ({ subject, workload, namespace }) => {
            const replicas = replicasOf(subject, autoscalers.get(subject), options.nodes);
            const space = namespace === undefined ? undefined : stack.find("Namespace", "default", namespace)?.object;
            for (const [resource, quantity] of podSum(workload, space)) {
                for (const place of new Set(["", namespace ?? ""])) {
                    add(sums, `${place}/${resource}`, scaleQuantity(quantity, replicas), subject);
                }
            }
            return [];
        });
        for (const [key, { total, subject }] of sums) {
            const slash = key.indexOf("/");
            const [place, resource] = [key.slice(0, slash), key.slice(slash + 1)];
            const own = options.namespaces[key] ?? options.namespace[resource];
            const budget = place === "" ? options.stack[resource] : own;
            const most = parseQuantity(budget ?? "");
            if (most === undefined || compareQuantities(total, most) <= 0) {
                continue;
            }
            const finding = violation(
                subject.object.at("spec"),
                `is part of ${place === "" ? "a stack" : `namespace ${place}`} whose ${resource} add up to ` +
                    `${formatQuantity(total)}, above the budget of ${budget ?? ""}`,
                "Lower replicas, requests or limits, or raise the budget.",
            );
            yield { subject, finding };
        }
    },
});

/** The running total, and the first object that contributes to it. */
interface Sum {
    /** Total. */
    readonly total: Quantity;
    /** First object, on which a violation is reported. */
    readonly subject: Subject;
}

function add(sums: Map<string, Sum>, key: string, more: Quantity, subject: Subject): void {
    const known = sums.get(key);
    sums.set(key, { total: addQuantities(known?.total ?? ZERO, more), subject: known?.subject ?? subject });
}
