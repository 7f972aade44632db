import type { Field } from "../../engine/field";
import { violation, type Finding } from "../../engine/finding";
import { flag } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { pssVersion } from "../../kubernetes/pss";
import { minorOf } from "../../kubernetes/version";
import { EVERY_ROLE, eachContainer, hasUserNamespace, type Workload } from "../../kubernetes/workload";

/** The masked parts of /proc expose and change the kernel of the node. */
export const procMount = defineRule({
    id: "proc-mount",
    title: "The default mask of /proc is used",
    description: "No container may unmask /proc unless its pod has its own user namespace.",
    severity: "high",
    level: "mandatory",
    remediation: ["Remove securityContext.procMount, or set hostUsers: false."],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { procMount: Unmasked }`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { procMount: Default }`,
    },
    options: {
        userNamespacesRelax: flag(true, "Accept pods with their own user namespace (hostUsers: false), from v1.35 on."),
        pssVersion,
    },
    *check(workload, options) {
        const relaxed = options.userNamespacesRelax && minorOf(options.pssVersion) >= 35;
        yield* eachContainer(workload, EVERY_ROLE, (container) => checkContainer(container, workload, relaxed));
    },
});

function* checkContainer(container: Field, workload: Workload, relaxed: boolean): Generator<Finding> {
    const field = container.at("securityContext", "procMount");
    const value = field.string();
    if (value === undefined || value === "Default" || (relaxed && hasUserNamespace(workload))) {
        return;
    }
    yield violation(field, "is not Default", "Remove it.");
}
