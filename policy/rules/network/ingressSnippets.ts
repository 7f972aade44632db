import { each, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";
import { kindName } from "../../kubernetes/kinds";

/** Annotations that put text into the configuration of the ingress controller, by controller. */
const SNIPPET =
    /^(?:nginx\.ingress\.kubernetes\.io|nginx\.org|haproxy\.org|haproxy-ingress\.github\.io)\/.*(?:snippets?|config-\w+)$/;

/** Who may write into the configuration of the controller reads its Secrets: those of the whole cluster (CVE-2021-25742). */
export const ingressSnippets = defineObjectRule({
    id: "ingress-snippets",
    title: "Ingresses add no configuration of the controller",
    description: "No Ingress may put text of its own into the configuration of the ingress controller.",
    severity: "high",
    level: "mandatory",
    remediation: [
        "Use the annotation of the controller that is made for the purpose, or the ConfigMap of the controller.",
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
        allow: texts([], `Ingresses that may, ${OBJECT_PATTERNS}.`),
    },
    *check(subject, { allow }) {
        const { object } = subject;
        if (allowedBy(allow, object)) {
            return;
        }
        if (kindName(subject) === "ConfigMap") {
            const field = object.at("data", "allow-snippet-annotations");
            if ((field.text() ?? "").trim().toLowerCase() === "true") {
                yield violation(field, "lets every Ingress write into the configuration", "Set it to false.");
            }
            return;
        }
        yield* each(object.at("metadata", "annotations").entries(), function* ([key, value]) {
            if (SNIPPET.test(key)) {
                yield violation(
                    value,
                    "is put into the configuration of the ingress controller as it stands",
                    "Remove it (option allow).",
                );
            }
        });
    },
});
