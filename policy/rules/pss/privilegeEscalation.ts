import { violation } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { pssVersion } from "../../kubernetes/pss";
import { minorOf } from "../../kubernetes/version";
import { EVERY_ROLE, eachContainer, isWindows } from "../../kubernetes/workload";

/** Without it, a process can become root through a setuid program in the image. */
export const privilegeEscalation = defineRule({
    id: "privilege-escalation",
    title: "Containers cannot gain privileges",
    description: "Every container must set allowPrivilegeEscalation to false.",
    severity: "high",
    level: "mandatory",
    remediation: ["Set securityContext.allowPrivilegeEscalation: false on every container."],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { allowPrivilegeEscalation: false }`,
    },
    options: {
        pssVersion,
    },
    check: (workload, options) =>
        eachContainer(workload, EVERY_ROLE, function* (container) {
            const version = minorOf(options.pssVersion);
            const field = container.at("securityContext", "allowPrivilegeEscalation");
            const allowed = field.boolean();
            if (allowed === false || version < 8 || (allowed === undefined && workload.partial)) {
                return;
            }
            if (version >= 25 && isWindows(workload)) {
                return;
            }
            yield violation(
                field,
                allowed === undefined ? "is unset, which means true" : "is true",
                "Set it to false.",
            );
        }),
});
