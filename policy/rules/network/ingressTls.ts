import { each, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";

/** Without TLS, anyone on the network path can read and change the traffic. */
export const ingressTls = defineObjectRule({
    id: "ingress-tls",
    title: "Ingresses use TLS",
    description: "Every Ingress must have TLS for each of its hosts.",
    severity: "medium",
    level: "advisory",
    remediation: ["Add an entry to spec.tls with the hosts and the name of a Secret of type kubernetes.io/tls."],
    url: "https://kubernetes.io/docs/concepts/services-networking/ingress/#tls",
    example: {
        bad: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { namespace: shop, name: web }
spec:
  rules: [{ host: shop.example }]`,
        good: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { namespace: shop, name: web }
spec:
  tls: [{ hosts: [shop.example], secretName: shop-tls }]
  rules: [{ host: shop.example }]`,
    },
    kinds: ["Ingress.networking.k8s.io", "Ingress.extensions"],
    options: {
        allow: texts([], `Ingresses that may do without, ${OBJECT_PATTERNS}.`),
    },
    *check({ object, partial }, { allow }) {
        if (allowedBy(allow, object)) {
            return;
        }
        const tls = object.at("spec", "tls");
        const entries = tls.items();
        if (entries.length === 0) {
            if (!partial) {
                yield violation(tls, "is empty", "Add an entry with hosts and secretName.");
            }
            return;
        }
        // An entry without hosts applies to all of them.
        const hosts = entries.map((entry) => entry.at("hosts").strings());
        if (hosts.some((list) => list.length === 0)) {
            return;
        }
        yield* each(object.at("spec", "rules").items(), function* (rule) {
            const host = rule.at("host").string() ?? "";
            if (host === "" || hosts.flat().some((name) => name === host || covers(name, host))) {
                return;
            }
            yield violation(rule.at("host"), "is in no entry of spec.tls", "Add it to the hosts of one.");
        });
    },
});

/** Whether a wildcard such as `*.example` matches a host; it matches one label only. */
function covers(wildcard: string, host: string): boolean {
    return wildcard.startsWith("*.") && host.slice(host.indexOf(".") + 1) === wildcard.slice(2);
}
