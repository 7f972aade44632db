import { each, judge, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { capabilityFix } from "../../kubernetes/meshInit";
import { pssVersion } from "../../kubernetes/pss";
import { minorOf } from "../../kubernetes/version";
import { EVERY_ROLE, eachContainer, isWindows } from "../../kubernetes/workload";

/** Almost no container needs the default capabilities. */
export const capabilitiesRestricted = defineRule({
    id: "capabilities-restricted",
    title: "Containers drop all capabilities",
    description: "Every container must drop ALL capabilities and may add only NET_BIND_SERVICE.",
    severity: "medium",
    level: "mandatory",
    remediation: [
        'Set securityContext.capabilities.drop: ["ALL"] on every container.',
        "Keep NET_BIND_SERVICE in add only for ports below 1024.",
    ],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { capabilities: { drop: [NET_RAW] } }`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] } }`,
    },
    options: {
        allow: texts([], "Capabilities that may be added in addition to NET_BIND_SERVICE."),
        pssVersion,
    },
    *check(workload, { allow, pssVersion: version }) {
        if (minorOf(version) < 22 || (minorOf(version) >= 25 && isWindows(workload))) {
            return;
        }
        yield* eachContainer(workload, EVERY_ROLE, function* (container) {
            const capabilities = container.at("securityContext", "capabilities");
            yield* judge(function* () {
                const drop = capabilities.at("drop");
                if (drop.strings().includes("ALL") || (workload.partial && !drop.isSet())) {
                    return;
                }
                yield violation(drop, drop.isSet() ? 'does not contain "ALL"' : "is unset", 'Set it to ["ALL"].');
            });
            yield* each(capabilities.at("add").items(), function* (capability) {
                const name = capability.string() ?? "";
                if (name === "NET_BIND_SERVICE" || allow.includes(name)) {
                    return;
                }
                yield violation(
                    capability,
                    "is a capability other than NET_BIND_SERVICE",
                    capabilityFix(container, "Remove it (option allow)."),
                );
            });
        });
    },
});
