import { violation } from "../../engine/finding";
import { flag } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { pssVersion } from "../../kubernetes/pss";
import { minorOf } from "../../kubernetes/version";
import { eachSecurityContext, hasUserNamespace } from "../../kubernetes/workload";

/** User 0 is root; this setting overrides the user of the image. */
export const runAsUserNonzero = defineRule({
    id: "run-as-user-nonzero",
    title: "Containers do not set user 0",
    description: "No pod or container may set the user ID 0.",
    severity: "high",
    level: "mandatory",
    remediation: ["Set securityContext.runAsUser to a number above 0, or remove it."],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { runAsUser: 0 }`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { runAsUser: 1000 }`,
    },
    options: {
        userNamespacesRelax: flag(true, "Accept pods with their own user namespace (hostUsers: false), from v1.35 on."),
        pssVersion,
    },
    check: (workload, options) =>
        eachSecurityContext(workload, function* (context) {
            const version = minorOf(options.pssVersion);
            const user = context.at("runAsUser");
            if (version < 23 || user.number() !== 0) {
                return;
            }
            if (options.userNamespacesRelax && version >= 35 && hasUserNamespace(workload)) {
                return;
            }
            yield violation(user, "is 0, which is root", "Set a number above 0, or remove it.");
        }),
});
