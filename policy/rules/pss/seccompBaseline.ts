import type { Field } from "../../engine/field";
import { each, violation, type Finding } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { pssVersion } from "../../kubernetes/pss";
import { minorOf } from "../../kubernetes/version";
import { eachSecurityContext, type Workload } from "../../kubernetes/workload";

/** The seccomp profile types that filter system calls. */
const FILTERING: readonly (string | undefined)[] = ["RuntimeDefault", "Localhost"];

/** Prefix of the annotations that set profiles before the field existed. */
const ANNOTATION = "seccomp.security.alpha.kubernetes.io";

/** Without a seccomp profile, a container can make every system call. */
export const seccompBaseline = defineRule({
    id: "seccomp-baseline",
    title: "Seccomp is not disabled",
    description: "No pod or container may disable seccomp.",
    severity: "high",
    level: "mandatory",
    remediation: ["Set seccompProfile.type to RuntimeDefault, or remove seccompProfile."],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { seccompProfile: { type: Unconfined } }`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { seccompProfile: { type: RuntimeDefault } }`,
    },
    options: {
        pssVersion,
    },
    check: (workload, options) =>
        minorOf(options.pssVersion) < 19 ? checkAnnotations(workload) : eachSecurityContext(workload, checkProfile),
});

function* checkProfile(context: Field): Generator<Finding> {
    const type = context.at("seccompProfile", "type");
    if (!context.at("seccompProfile").isSet() || FILTERING.includes(type.string())) {
        return;
    }
    yield violation(type, "is neither RuntimeDefault nor Localhost", "Set it to RuntimeDefault.");
}

/** Before v1.19, profiles were annotations for the pod and for each container. */
function* checkAnnotations({ template, pod }: Workload): Generator<Finding> {
    const names = ["containers", "initContainers", "ephemeralContainers"].flatMap((list) =>
        pod
            .at(list)
            .items()
            .map((container) => `container.${ANNOTATION}/${container.at("name").string() ?? ""}`),
    );
    yield* each([`${ANNOTATION}/pod`, ...names], function* (name) {
        const profile = template.at("metadata", "annotations", name);
        const value = profile.string();
        if (value === undefined || /^(?:runtime\/default$|docker\/default$|localhost\/)/.test(value)) {
            return;
        }
        yield violation(profile, "names an unconfined profile", "Set it to runtime/default.");
    });
}
