import type { Field } from "../../engine/field";
import { each, violation, type Finding } from "../../engine/finding";
import { globMatches } from "../../engine/glob";
import { flag, texts } from "../../engine/options";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { readLabels, selectsAll, type Selector } from "../../kubernetes/selector";
import { hasUnrendered, namespaceOf, type StackWorkload } from "../../kubernetes/stack";
import type { Subject } from "../../kubernetes/subject";
import { runningContainers } from "../../kubernetes/workload";
import { selectsNoPods } from "./selectsNoPods";

/** A Service that selects no pods has no endpoints. */
export const serviceSelector = defineStackRule({
    id: "service-selector",
    title: "Services select pods",
    description: "Every Service with a selector must select pods of the stack and use ports that they have.",
    severity: "medium",
    level: "advisory",
    remediation: ["Use labels of the pod template in spec.selector.", "Set targetPort to a port of a container."],
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
        assumeExisting: flag(false, "Accept an object that is not in this stack but may exist in the cluster."),
        exemptNamespaces: texts(["kube-*"], "Patterns of namespaces whose pods the cluster itself creates."),
    },
    check: (stack, { assumeExisting, exemptNamespaces }) =>
        eachObject(stack.ofKind("Service"), function* (service) {
            const field = service.object.at("spec", "selector");
            const selector: Selector = { labels: readLabels(field), requirements: [] };
            const namespace = namespaceOf(service);
            // An ExternalName Service has no pods.
            const external = service.object.at("spec", "type").string() === "ExternalName";
            if (selectsAll(selector) || namespace === undefined || external) {
                return;
            }
            // A workload whose namespace is not known yet may be in this namespace.
            const near = [namespace, undefined];
            const chosen = near.flatMap((place) => stack.selectable(place, selector));
            if (chosen.length > 0) {
                yield* checkPorts(service, chosen);
                return;
            }
            const exempt = exemptNamespaces.some((pattern) => globMatches(pattern, namespace));
            // The objects of a chart that could not be rendered are not known.
            if (!assumeExisting && !hasUnrendered(stack) && !exempt) {
                yield* selectsNoPods(stack, namespace, field, selector);
            }
        }),
});

function* checkPorts(service: Subject, chosen: readonly StackWorkload[]): Generator<Finding> {
    yield* each(service.object.at("spec", "ports").items(), function* (port) {
        const target = port.at("targetPort");
        const name = target.text();
        // A numeric targetPort needs no declared port.
        if (name === undefined || /^\d+$/.test(name)) {
            return;
        }
        // An operator may add containers and ports.
        if (chosen.some(({ workload: { pod, partial } }) => partial || hasPort(pod, name, protocolOf(port)))) {
            return;
        }
        yield violation(
            target,
            `names no ${protocolOf(port)} port of the selected pods`,
            "Use the name of a port of a long-running container.",
        );
    });
}

/**
 * Whether a container that runs as long as the pod has a port with this name and protocol, as Kubernetes resolves it.
 */
function hasPort(pod: Field, name: string, protocol: string): boolean {
    return runningContainers(pod).some((container) =>
        container
            .at("ports")
            .items()
            .some((port) => port.at("name").string() === name && protocolOf(port) === protocol),
    );
}

function protocolOf(port: Field): string {
    return port.at("protocol").string() ?? "TCP";
}
