import type { Field } from "../../engine/field";
import { violation, type Finding } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { EVERY_ROLE, eachContainer } from "../../kubernetes/workload";

/** Like proc-mount, but also for pods with their own user namespace. */
export const procMountRestricted = defineRule({
    id: "proc-mount-restricted",
    title: "The default mask of /proc is always used",
    description: "No container may unmask /proc.",
    severity: "high",
    level: "mandatory",
    remediation: ["Remove securityContext.procMount."],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
    example: {
        bad: `
hostUsers: false
containers:
  - name: app
    image: app:1.0.0
    securityContext: { procMount: Unmasked }`,
        good: `
hostUsers: false
containers:
  - name: app
    image: app:1.0.0
    securityContext: { procMount: Default }`,
    },
    options: {},
    check: (workload) => eachContainer(workload, EVERY_ROLE, checkContainer),
});

function* checkContainer(container: Field): Generator<Finding> {
    const field = container.at("securityContext", "procMount");
    const value = field.string();
    if (value !== undefined && value !== "Default") {
        yield violation(field, "is not Default", "Remove it.");
    }
}
