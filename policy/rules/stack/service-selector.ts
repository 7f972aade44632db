import type { Field } from "../../engine/field";
import { each, violation, type Finding } from "../../engine/finding";
import { flag } from "../../engine/options";
import { about, defineStackRule } from "../../engine/stack-rule";
import { readLabels, selects, selectsAll, type Selector } from "../../kubernetes/selector";
import { namespaceOf } from "../../kubernetes/stack";
import type { Subject } from "../../kubernetes/subject";
import type { Workload } from "../../kubernetes/workload";

/** A Service that selects no pod answers nobody. */
export const serviceSelector = defineStackRule({
    id: "service-selector",
    title: "Services select pods",
    description: "Every Service with a selector must select pods of the stack, by ports that they have.",
    severity: "medium",
    level: "advisory",
    remediation: ["Use labels of the pod template in spec.selector.", "Name a port of a container in targetPort."],
    url: "https://kubernetes.io/docs/concepts/services-networking/service/",
    example: {
        bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0 }
---
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: web }
spec: { selector: { app: other }, ports: [{ port: 80 }] }`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0 }
---
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }`,
    },
    options: {
        assumeExisting: flag(false, "Accept that the object is not in this stack: the cluster may have it."),
    },
    *check(stack, { assumeExisting }) {
        for (const service of stack.ofKind("Service")) {
            yield* about(service, function* () {
                const field = service.object.at("spec", "selector");
                const selector: Selector = { labels: readLabels(field), requirements: [] };
                const namespace = namespaceOf(service);
                if (selectsAll(selector) || namespace === undefined) return;
                const near = [...stack.workloadsIn(namespace), ...stack.workloadsIn(undefined)];
                const chosen = near.filter(({ labels }) => labels !== undefined && selects(selector, labels));
                if (chosen.length > 0) {
                    const workloads = chosen.map(({ workload }) => workload);
                    yield* checkPorts(service, workloads);
                    return;
                }
                // One whose labels are not known yet may be the one.
                const unsure = near.some(({ labels }) => labels === undefined);
                if (!unsure && !assumeExisting)
                    yield violation(field, "selects no pods of this stack", "Use their labels.");
            });
        }
    },
});

function* checkPorts(service: Subject, workloads: readonly Workload[]): Generator<Finding> {
    yield* each(service.object.at("spec", "ports").items(), function* (port) {
        const target = port.at("targetPort");
        const name = target.text();
        // A number needs no declared port.
        if (name === undefined || /^\d+$/.test(name)) return;
        const names = workloads.flatMap(({ pod }) =>
            ["containers", "initContainers"].flatMap((list) => pod.at(list).items()).flatMap(portNames),
        );
        if (!names.includes(name)) yield violation(target, "names no port of the selected pods", "Use one of theirs.");
    });
}

/** Names of the ports of a container. */
function portNames(container: Field): string[] {
    return container
        .at("ports")
        .items()
        .map((port) => port.at("name").string() ?? "");
}
