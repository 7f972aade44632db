import { violation } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { EVERY_ROLE, eachContainer } from "../../kubernetes/workload";

/** A privileged container has root access to the node. */
export const privileged = defineRule({
    id: "privileged",
    title: "Containers are not privileged",
    description: "No container may be privileged.",
    severity: "critical",
    level: "mandatory",
    remediation: [
        "Remove securityContext.privileged.",
        "If a device or kernel feature is needed, add only the capability for it.",
    ],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { privileged: true }`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { privileged: false }`,
    },
    options: {},
    check: (workload) =>
        eachContainer(workload, EVERY_ROLE, function* (container) {
            const field = container.at("securityContext", "privileged");
            if (field.boolean() === true) {
                yield violation(field, "is true", "Remove it.");
            }
        }),
});
