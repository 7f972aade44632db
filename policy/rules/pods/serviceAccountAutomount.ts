import { violation } from "../../engine/finding";
import { globMatches } from "../../engine/glob";
import { texts } from "../../engine/options";
import { defineRule, infoOf } from "../../evaluation/rule";
import { accountOf } from "../../kubernetes/workload";

/** Options of the object half and the stack half of the rule. */
export const automountOptions = {
    allowServiceAccounts: texts(
        [],
        "Names of service accounts whose pods call the API server; * matches any characters.",
    ),
};

/** A token in every pod gives an attacker in any pod access to the API server. */
export const serviceAccountAutomount = defineRule({
    id: "service-account-automount",
    title: "Service account tokens are not mounted by default",
    description: "Pods must not mount a service account token by default.",
    severity: "medium",
    level: "advisory",
    remediation: [
        "Set automountServiceAccountToken: false on the pod, or on its ServiceAccount.",
        "Where the pod calls the API server, list its service account in the option allowServiceAccounts.",
    ],
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
    example: {
        bad: `
automountServiceAccountToken: true
containers:
  - name: app
    image: app:1.0.0`,
        good: `
automountServiceAccountToken: false
containers:
  - name: app
    image: app:1.0.0`,
    },
    options: automountOptions,
    *check({ pod }, { allowServiceAccounts }) {
        const field = pod.at("automountServiceAccountToken");
        // If a pod does not set the field, its service account decides, which only the stack half can see.
        if (field.boolean() !== true || isAllowed(accountOf(pod), allowServiceAccounts)) {
            return;
        }
        yield violation(field, "is true", "Set it to false.");
    },
});

/** Like {@link serviceAccountAutomount}, but also finds the unset field, which remediation fills in. */
export const serviceAccountUnset = defineRule({
    ...infoOf(serviceAccountAutomount),
    options: automountOptions,
    *check({ pod, partial }, { allowServiceAccounts }) {
        const field = pod.at("automountServiceAccountToken");
        if (partial || field.boolean() !== undefined || isAllowed(accountOf(pod), allowServiceAccounts)) {
            return;
        }
        yield violation(field, "is unset", "Set it to false.");
    },
});

/** Whether the pods of a service account may mount its token. */
export function isAllowed(account: string, patterns: readonly string[]): boolean {
    return patterns.some((pattern) => globMatches(pattern, account));
}
