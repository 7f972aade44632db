import { each, judge, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";

/** An Ingress without a host, or with a wildcard, receives the requests for other applications' hosts. */
export const ingressHost = defineObjectRule({
    id: "ingress-host",
    title: "Ingresses specify their hosts",
    description: "Every rule of an Ingress must specify one host.",
    severity: "medium",
    level: "advisory",
    remediation: ["Set spec.rules[].host to a fully qualified name."],
    url: "https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards",
    example: {
        bad: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { namespace: shop, name: web }
spec:
  rules: [{ host: "*.example" }]`,
        good: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { namespace: shop, name: web }
spec:
  rules: [{ host: shop.example }]`,
    },
    kinds: ["Ingress.networking.k8s.io", "Ingress.extensions"],
    options: {
        allow: texts([], `Ingresses that may do without, ${OBJECT_PATTERNS}.`),
    },
    *check({ object }, { allow }) {
        if (allowedBy(allow, object)) {
            return;
        }
        yield* judge(function* () {
            const backend = object.at("spec", "defaultBackend");
            if (backend.isSet()) {
                yield violation(backend, "answers for every host", "Use rules with a host (option allow).");
            }
        });
        yield* each(object.at("spec", "rules").items(), function* (rule) {
            const host = rule.at("host");
            const name = host.string() ?? "";
            if (name === "") {
                yield violation(host, "is unset, which means every host", "Name the host.");
            } else if (name.includes("*")) {
                yield violation(host, "is a wildcard", "Name the host (option allow).");
            }
        });
    },
});
