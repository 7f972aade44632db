import { each, violation } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { eachSecurityContext } from "../../kubernetes/workload";

/** Prefix of the annotations that set profiles before the field existed. */
const ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";

/** AppArmor restricts file and network access, which seccomp does not. */
export const apparmorProfile = defineRule({
    id: "apparmor-profile",
    title: "AppArmor is not disabled",
    description: "No pod or container may disable AppArmor.",
    severity: "high",
    level: "mandatory",
    remediation: ["Set appArmorProfile.type to RuntimeDefault, or remove it and the annotations for AppArmor."],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { appArmorProfile: { type: Unconfined } }`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { appArmorProfile: { type: RuntimeDefault } }`,
    },
    options: {},
    *check(workload) {
        yield* eachSecurityContext(workload, function* (context) {
            const profile = context.at("appArmorProfile");
            if (!profile.isSet() || ["RuntimeDefault", "Localhost"].includes(profile.at("type").string() ?? "")) {
                return;
            }
            yield violation(profile.at("type"), "is neither RuntimeDefault nor Localhost", "Set it to RuntimeDefault.");
        });
        yield* each(workload.template.at("metadata", "annotations").entries(), function* ([key, profile]) {
            if (!key.startsWith(ANNOTATION) || /^(?:$|runtime\/default$|localhost\/)/.test(profile.string() ?? "")) {
                return;
            }
            yield violation(profile, "names an unconfined profile", "Set it to runtime/default, or remove it.");
        });
    },
});
