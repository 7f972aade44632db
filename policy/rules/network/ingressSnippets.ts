import { each, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";
import { kindName } from "../../kubernetes/kinds";

/** Annotations that add configuration to the ingress controller, by controller. */
const SNIPPET =
    /^(?:nginx\.ingress\.kubernetes\.io|nginx\.org|haproxy\.org|haproxy-ingress\.github\.io)\/.*(?:snippets?|config-\w+)$/;

/**
 * Configuration snippets give access to the controller's credentials, and so to the Secrets of the whole cluster
 * (CVE-2021-25742).
 */
export const ingressSnippets = defineObjectRule({
    id: "ingress-snippets",
    title: "Ingresses have no configuration snippets",
    description: "No Ingress may inject text into the configuration of the ingress controller.",
    severity: "high",
    level: "mandatory",
    remediation: [
        "Use the controller's annotation for the purpose, or the controller's ConfigMap.",
        "Leave allow-snippet-annotations of ingress-nginx off.",
    ],
    url: "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations-risk/",
    example: {
        bad: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  namespace: shop
  name: web
  annotations: { nginx.ingress.kubernetes.io/configuration-snippet: "more_set_headers 'a: b';" }
spec: { rules: [{ host: shop.example.com }] }`,
        good: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  namespace: shop
  name: web
  annotations: { nginx.ingress.kubernetes.io/proxy-body-size: 8m }
spec: { rules: [{ host: shop.example.com }] }`,
    },
    kinds: ["Ingress.networking.k8s.io", "Ingress.extensions", "ConfigMap"],
    options: {
        allow: texts([], `Ingresses that may have snippets, ${OBJECT_PATTERNS}.`),
    },
    *check(subject, { allow }) {
        const { object } = subject;
        if (allowedBy(allow, object)) {
            return;
        }
        if (kindName(subject) === "ConfigMap") {
            const field = object.at("data", "allow-snippet-annotations");
            if ((field.text() ?? "").trim().toLowerCase() === "true") {
                yield violation(field, "allows every Ingress to inject configuration", "Set it to false.");
            }
            return;
        }
        yield* each(object.at("metadata", "annotations").entries(), function* ([key, value]) {
            if (SNIPPET.test(key)) {
                yield violation(
                    value,
                    "is inserted into the configuration of the ingress controller unchanged",
                    "Remove it (option allow).",
                );
            }
        });
    },
});
