import type { Field } from "../../engine/field";
import { judge, violation, type Finding } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { pssVersion } from "../../kubernetes/pss";
import { minorOf } from "../../kubernetes/version";
import { EVERY_ROLE, eachContainer, isWindows } from "../../kubernetes/workload";

/** The seccomp profile types that filter system calls. */
const FILTERING: readonly (string | undefined)[] = ["RuntimeDefault", "Localhost"];

/** A container without a profile of its own or of its pod runs unconfined on most clusters. */
export const seccompRestricted = defineRule({
    id: "seccomp-restricted",
    title: "A seccomp profile is set",
    description: "Every container must have a seccomp profile of its own or from its pod.",
    severity: "medium",
    level: "mandatory",
    remediation: ["Set securityContext.seccompProfile.type: RuntimeDefault on the pod."],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0`,
        good: `
securityContext: { seccompProfile: { type: RuntimeDefault } }
containers:
  - name: app
    image: app:1.0.0`,
    },
    options: {
        pssVersion,
    },
    *check(workload, { pssVersion: version }) {
        if (minorOf(version) < 19 || (minorOf(version) >= 25 && isWindows(workload))) {
            return;
        }
        const inherited = workload.pod.at("securityContext", "seccompProfile");
        yield* judge(() => checkProfile(inherited));
        yield* eachContainer(workload, EVERY_ROLE, function* (container) {
            const own = container.at("securityContext", "seccompProfile");
            yield* checkProfile(own);
            // If the pod's profile is a violation, only the pod is reported.
            if (own.isSet() || inherited.isSet() || workload.partial) {
                return;
            }
            yield violation(
                own,
                "is unset and the pod default is unset",
                `Set ${inherited.path}.type: RuntimeDefault, or the same on the container.`,
            );
        });
    },
});

function* checkProfile(profile: Field): Generator<Finding> {
    if (!profile.isSet()) {
        return;
    }
    const type = profile.at("type").string();
    if (!FILTERING.includes(type)) {
        yield violation(profile.at("type"), "is neither RuntimeDefault nor Localhost", "Set it to RuntimeDefault.");
    } else if (type === "Localhost" && (profile.at("localhostProfile").string() ?? "") === "") {
        yield violation(profile.at("localhostProfile"), "is unset", "Set it to the path of the profile on the node.");
    }
}
