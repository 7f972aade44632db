import { violation } from "../../engine/finding";
import { pattern, texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";

/** A NodePort or load balancer exposes a Service outside the cluster. */
export const serviceType = defineObjectRule({
    id: "service-type",
    title: "Services stay inside the cluster",
    description: "Services must not be reachable from outside unless allowed.",
    severity: "high",
    level: "mandatory",
    remediation: ["Use ClusterIP and an Ingress or Gateway.", "Or list the Service in the option allow."],
    url: "https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types",
    example: {
        bad: `
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: web }
spec: { type: LoadBalancer, ports: [{ port: 80 }] }`,
        good: `
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: web }
spec: { type: ClusterIP, ports: [{ port: 80 }] }`,
    },
    kinds: ["Service"],
    options: {
        types: texts(["LoadBalancer", "NodePort"], "Types that are not allowed by default.", [
            "LoadBalancer",
            "NodePort",
            "ExternalName",
        ]),
        allow: texts([], `Services that may be of any type, ${OBJECT_PATTERNS}.`),
        allowAnnotation: pattern(
            "",
            "Annotation whose presence allows any type, e.g. of an internal load balancer.",
            "a key",
            /^.*$/,
        ),
    },
    *check({ object }, { types, allow, allowAnnotation }) {
        const type = object.at("spec", "type");
        const chosen = type.string() ?? "ClusterIP";
        if (!types.includes(chosen) || allowedBy(allow, object)) {
            return;
        }
        if (allowAnnotation !== "" && object.at("metadata", "annotations", allowAnnotation).isSet()) {
            return;
        }
        yield violation(type, `is ${chosen}`, "Use ClusterIP, or list the Service (option allow).");
    },
});
