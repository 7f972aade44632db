import type { Field } from "../../engine/field";
import { each, violation, type Finding } from "../../engine/finding";
import { flag } from "../../engine/options";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { backendsOf, ROUTE_KINDS } from "../../kubernetes/backends";
import { madeElsewhere } from "../../kubernetes/made";
import { hasUnrendered, namespaceOf } from "../../kubernetes/stack";

/** A route to a Service or port that does not exist answers every request with an error. */
export const routeBackend = defineStackRule({
    id: "route-backend",
    title: "Routes lead to Services",
    description: "Every backend of an Ingress or Gateway route must be a Service of the stack, by a port that it has.",
    severity: "medium",
    level: "advisory",
    remediation: ["Correct the name of the Service.", "Use the number or name of one of its ports."],
    url: "https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource",
    example: {
        bad: `
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: web }
spec: { ports: [{ port: 80, name: http }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { namespace: shop, name: web }
spec:
  rules:
    - host: shop.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 8080 } } } }] }`,
        good: `
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: web }
spec: { ports: [{ port: 80, name: http }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { namespace: shop, name: web }
spec:
  rules:
    - host: shop.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }] }`,
    },
    options: {
        assumeExisting: flag(false, "Accept that the Service is not in this stack: the cluster may have it."),
    },
    check(stack, { assumeExisting }) {
        const exists = madeElsewhere(stack);
        return eachObject(stack.ofKind(...ROUTE_KINDS), (route) =>
            each(backendsOf(route), function* ({ name: field, namespace: other, port }) {
                const [name, own] = [field.string() ?? "", namespaceOf(route)];
                const namespace = other?.string() ?? own;
                if (name === "" || namespace === undefined) {
                    return;
                }
                const [service] = stack
                    .inNamespace("Service", namespace)
                    .filter(({ object }) => object.at("metadata", "name").string() === name);
                if (service !== undefined) {
                    yield* checkPort(service.object, port);
                } else if (
                    !assumeExisting &&
                    !hasUnrendered(stack) &&
                    !exists("Service", namespace, name) &&
                    stack.mayBe("Service", namespace, name) === undefined
                ) {
                    yield violation(
                        field,
                        `names a Service that this stack does not have in namespace ${namespace}`,
                        "Correct the name, or add the Service (option assumeExisting).",
                    );
                }
            }),
        );
    },
});

function* checkPort(service: Field, port: Field): Generator<Finding> {
    const wanted = port.text();
    const ports = service.at("spec", "ports").items();
    // Without ports, and with a name outside the cluster, a Service takes any.
    if (wanted === undefined || service.at("spec", "type").string() === "ExternalName") {
        return;
    }
    const byName = !/^\d+$/.test(wanted);
    if (!ports.some((own) => own.at(byName ? "name" : "port").text() === wanted)) {
        yield violation(port, "is no port of the Service", "Use the number or name of a port in its spec.ports.");
    }
}
