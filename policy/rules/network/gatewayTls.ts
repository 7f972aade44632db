import type { Field } from "../../engine/field";
import { each, violation, type Finding } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { globMatches } from "../../engine/glob";
import { allowedBy, OBJECT_PATTERNS } from "../../kubernetes/allow";

/** Without TLS, anyone on the network path can read and change the traffic. */
export const gatewayTls = defineObjectRule({
    id: "gateway-tls",
    title: "Gateways use TLS",
    description: "Every listener of a Gateway must use TLS.",
    severity: "medium",
    level: "advisory",
    remediation: [
        "Set protocol: HTTPS and tls.certificateRefs on the listener.",
        "A listener that only redirects to HTTPS can be listed in the option allowListeners.",
    ],
    url: "https://gateway-api.sigs.k8s.io/guides/tls/",
    example: {
        bad: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { namespace: shop, name: web }
spec:
  gatewayClassName: example
  listeners: [{ name: http, port: 80, protocol: HTTP }]`,
        good: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { namespace: shop, name: web }
spec:
  gatewayClassName: example
  listeners: [{ name: https, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: web-tls }] } }]`,
    },
    kinds: ["Gateway.gateway.networking.k8s.io", "ListenerSet.gateway.networking.k8s.io"],
    options: {
        allow: texts([], `Gateways that need no TLS, ${OBJECT_PATTERNS}.`),
        allowListeners: texts([], "Names of listeners that need no TLS; * matches any characters."),
    },
    *check({ object, partial }, { allow, allowListeners }) {
        if (allowedBy(allow, object)) {
            return;
        }
        yield* each(object.at("spec", "listeners").items(), function* (listener) {
            const name = listener.at("name").string();
            if (!allowListeners.some((pattern) => globMatches(pattern, name))) {
                yield* checkListener(listener, partial);
            }
        });
    },
});

function* checkListener(listener: Field, partial: boolean): Generator<Finding> {
    const field = listener.at("protocol");
    const protocol = field.string();
    if (protocol === "HTTP") {
        yield violation(field, "is HTTP, which is not encrypted", "Use HTTPS (options allow, allowListeners).");
    }
    if (partial || (protocol !== "HTTPS" && protocol !== "TLS")) {
        return;
    }
    const tls = listener.at("tls");
    // With passthrough the backends have the certificates; an implementation may support references other than Secrets.
    if (tls.at("mode").string() === "Passthrough" || tls.at("options").entries().length > 0) {
        return;
    }
    if (tls.at("certificateRefs").items().length === 0) {
        yield violation(tls.at("certificateRefs"), "is empty", "Refer to a Secret of type kubernetes.io/tls.");
    }
}
