import type { Field } from "../../engine/field";
import { each, violation, type Finding } from "../../engine/finding";
import { flag } from "../../engine/options";
import { defineStackRule, eachObject } from "../../evaluation/stackRule";
import { backendsOf, ROUTE_KINDS } from "../../kubernetes/backends";
import { madeElsewhere } from "../../kubernetes/made";
import { hasUnrendered, namespaceOf } from "../../kubernetes/stack";

/** A route to a missing Service or port answers every request with an error. */
export const routeBackend = defineStackRule({
    id: "route-backend",
    title: "Routes refer to existing Services",
    description: "Every backend of an Ingress or Gateway route must be a Service of the stack and one of its ports.",
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
        assumeExisting: flag(false, "Accept a Service that is not in this stack but may exist in the cluster."),
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
    // An ExternalName Service, or one without ports, accepts any port.
    if (wanted === undefined || service.at("spec", "type").string() === "ExternalName") {
        return;
    }
    const byName = !/^\d+$/.test(wanted);
    if (!ports.some((own) => own.at(byName ? "name" : "port").text() === wanted)) {
        yield violation(port, "is not a port of the Service", "Use the number or name of a port in its spec.ports.");
    }
}
