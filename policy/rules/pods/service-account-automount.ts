import { violation } from "../../engine/finding";
import { globMatches } from "../../engine/glob";
import { texts } from "../../engine/options";
import { defineRule } from "../../engine/rule";

/** A token in every pod lets whoever breaks into one talk to the API server. */
export const serviceAccountAutomount = defineRule({
    id: "service-account-automount",
    title: "Service account tokens are mounted on purpose",
    description: "Pods must not mount a service account token by default.",
    severity: "medium",
    level: "advisory",
    remediation: [
        "Set automountServiceAccountToken: false on the pod.",
        "Where the pod calls the API server, list its service account in the option allowServiceAccounts.",
    ],
    url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0`,
        good: `
automountServiceAccountToken: false
containers:
  - name: app
    image: app:1.0.0`,
    },
    options: {
        allowServiceAccounts: texts(
            [],
            "Names of service accounts whose pods call the API server; * stands for any characters.",
        ),
    },
    *check(workload, { allowServiceAccounts }) {
        const field = workload.pod.at("automountServiceAccountToken");
        const mounted = field.boolean();
        if (mounted === false || (mounted === undefined && workload.partial)) return;
        const account = workload.pod.at("serviceAccountName").string() ?? "default";
        if (allowServiceAccounts.some((pattern) => globMatches(pattern, account))) return;
        yield violation(field, mounted === true ? "is true" : "is unset, which means true", "Set it to false.");
    },
});
