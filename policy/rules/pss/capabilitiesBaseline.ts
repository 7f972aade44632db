import { each, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { capabilityFix } from "../../kubernetes/meshInit";
import { EVERY_ROLE, eachContainer } from "../../kubernetes/workload";

/** Capabilities that common container runtimes grant by default. */
const DEFAULT: readonly string[] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/** Capabilities beyond the default ones give access to the node or its network. */
export const capabilitiesBaseline = defineRule({
    id: "capabilities-baseline",
    title: "Containers add no dangerous capabilities",
    description: "No container may add capabilities beyond the default ones.",
    severity: "high",
    level: "mandatory",
    remediation: [
        "Remove the capability from securityContext.capabilities.add.",
        "If it is needed, add an exception for this container.",
    ],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { capabilities: { add: [NET_ADMIN] } }`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { capabilities: { add: [NET_BIND_SERVICE] } }`,
    },
    options: {
        allow: texts([], "Capabilities that may be added to the default ones, e.g. NET_ADMIN."),
    },
    check: (workload, { allow }) =>
        eachContainer(workload, EVERY_ROLE, (container) =>
            each(container.at("securityContext", "capabilities", "add").items(), function* (capability) {
                const name = capability.string() ?? "";
                if (DEFAULT.includes(name) || allow.includes(name)) {
                    return;
                }
                yield violation(
                    capability,
                    "is a capability beyond the default ones",
                    capabilityFix(container, "Remove it (option allow)."),
                );
            }),
        ),
});
