import { each, violation } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { pssVersion } from "../../kubernetes/pss";
import { minorOf } from "../../kubernetes/version";
import { eachSecurityContext } from "../../kubernetes/workload";

/** Types for containers; the empty type is the node's default. */
const TYPES: readonly string[] = ["", "container_t", "container_init_t", "container_kvm_t"];

/** Another SELinux type, user or role can remove the confinement of a container. */
export const selinuxOptions = defineRule({
    id: "selinux-options",
    title: "SELinux confinement is kept",
    description: "SELinux options must use a container type and set neither user nor role.",
    severity: "high",
    level: "mandatory",
    remediation: [
        "Remove seLinuxOptions.user and seLinuxOptions.role.",
        "Set seLinuxOptions.type to container_t, or remove it.",
    ],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { seLinuxOptions: { type: spc_t } }`,
        good: `
containers:
  - name: app
    image: app:1.0.0
    securityContext: { seLinuxOptions: { type: container_t } }`,
    },
    options: {
        pssVersion,
    },
    check: (workload, options) =>
        eachSecurityContext(workload, function* (context) {
            const [type, user, role] = ["type", "user", "role"].map((key) => context.at("seLinuxOptions", key));
            const types = minorOf(options.pssVersion) >= 31 ? [...TYPES, "container_engine_t"] : TYPES;
            yield* each(type === undefined ? [] : [type], function* (field) {
                if (types.includes(field.string() ?? "")) {
                    return;
                }
                yield violation(field, "is not a container type", `Set it to one of ${TYPES.slice(1).join(", ")}.`);
            });
            yield* each([user, role], function* (field) {
                if (field !== undefined && (field.string() ?? "") !== "") {
                    yield violation(field, "is set", "Remove it.");
                }
            });
        }),
});
