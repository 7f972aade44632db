import type { Field } from "../../engine/field";
import { each, violation, type Finding } from "../../engine/finding";
import { flag } from "../../engine/options";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { readLabels, selectsAll, type Selector } from "../../kubernetes/selector";
import { namespaceOf, type StackWorkload } from "../../kubernetes/stack";
import type { Subject } from "../../kubernetes/subject";

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
    check: (stack, { assumeExisting }) =>
        eachObject(stack.ofKind("Service"), function* (service) {
            const field = service.object.at("spec", "selector");
            const selector: Selector = { labels: readLabels(field), requirements: [] };
            const namespace = namespaceOf(service);
            if (selectsAll(selector) || namespace === undefined) {
                return;
            }
            // A workload whose namespace is not known yet may be in this one.
            const near = [namespace, undefined];
            const chosen = near.flatMap((place) => stack.selectedBy(place, selector));
            if (chosen.length > 0) {
                yield* checkPorts(service, chosen);
                return;
            }
            // One whose labels are not known yet, or to an operator only, may be the one.
            const unsure = near.some((place) => stack.workloadsIn(place).some(({ labels }) => labels === undefined));
            if (!unsure && !assumeExisting) {
                yield violation(field, "selects no pods of this stack", "Use their labels.");
            }
        }),
});

function* checkPorts(service: Subject, chosen: readonly StackWorkload[]): Generator<Finding> {
    yield* each(service.object.at("spec", "ports").items(), function* (port) {
        const target = port.at("targetPort");
        const name = target.text();
        // A number needs no declared port.
        if (name === undefined || /^\d+$/.test(name)) {
            return;
        }
        if (chosen.some(({ workload: { pod } }) => hasPort(pod, name))) {
            return;
        }
        yield violation(target, "names no port of the selected pods", "Use one of theirs.");
    });
}

/** Whether a container of a pod has a port of this name. */
function hasPort(pod: Field, name: string): boolean {
    return ["containers", "initContainers"]
        .flatMap((list) => pod.at(list).items())
        .some((container) =>
            container
                .at("ports")
                .items()
                .some((port) => port.at("name").string() === name),
        );
}
