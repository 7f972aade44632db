import { violation } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { eachSecurityContext } from "../../kubernetes/workload";

/** A host process on Windows is no container at all: it runs on the node. */
export const windowsHostProcess = defineRule({
    id: "windows-host-process",
    title: "No Windows host processes",
    description: "No pod and no container may be a Windows host process.",
    severity: "critical",
    level: "mandatory",
    remediation: ["Remove windowsOptions.hostProcess."],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { windowsOptions: { hostProcess: true } }`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { windowsOptions: { hostProcess: false } }`,
    },
    options: {},
    check: (workload) =>
        eachSecurityContext(workload, function* (context) {
            const field = context.at("windowsOptions", "hostProcess");
            if (field.boolean() === true) {
                yield violation(field, "is true", "Remove it.");
            }
        }),
});
