import { each, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";

/** A Service with external IPs can intercept the traffic to any address (CVE-2020-8554). */
export const serviceExternalIps = defineObjectRule({
    id: "service-external-ips",
    title: "Services claim no external addresses",
    description: "Services must not set external IPs.",
    severity: "high",
    level: "mandatory",
    remediation: ["Remove spec.externalIPs; use a load balancer, Ingress or Gateway."],
    url: "https://kubernetes.io/docs/concepts/services-networking/service/#external-ips",
    example: {
        bad: `
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: web }
spec: { externalIPs: [203.0.113.7], ports: [{ port: 80 }] }`,
        good: `
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: web }
spec: { ports: [{ port: 80 }] }`,
    },
    kinds: ["Service"],
    options: {
        allow: texts([], "Addresses that may be claimed."),
    },
    check: ({ object }, { allow }) =>
        each(object.at("spec", "externalIPs").items(), function* (address) {
            if (allow.includes(address.string() ?? "")) {
                return;
            }
            yield violation(address, "is an external address", "Remove it (option allow).");
        }),
});
