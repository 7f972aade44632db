import { violation } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { eachSecurityContext } from "../../kubernetes/workload";

/** A Windows HostProcess container runs directly on the node. */
export const windowsHostProcess = defineRule({
    id: "windows-host-process",
    title: "No Windows HostProcess containers",
    description: "No pod or container may be a Windows HostProcess.",
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
