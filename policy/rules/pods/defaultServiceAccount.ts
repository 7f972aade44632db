import { violation } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";
import { namedAccount } from "../../kubernetes/workload";

/** All pods without their own service account share the default one and its permissions. */
export const defaultServiceAccount = defineRule({
    id: "default-service-account",
    title: "Pods have a service account of their own",
    description: "Pods must name a service account other than default.",
    severity: "low",
    level: "advisory",
    remediation: ["Create a ServiceAccount for the application and set serviceAccountName to it."],
    url: "https://kubernetes.io/docs/concepts/security/service-accounts/",
    example: {
        bad: `
containers:
  - name: app
    image: app:1.0.0`,
        good: `
serviceAccountName: web
containers:
  - name: app
    image: app:1.0.0`,
    },
    options: {},
    *check(workload) {
        const field = workload.pod.at("serviceAccountName");
        const name = namedAccount(workload.pod);
        if ((name !== "" && name !== "default") || (name === "" && workload.partial)) {
            return;
        }
        yield violation(
            field,
            name === "" ? "is unset, which means default" : "is default",
            "Set a service account for the application.",
        );
    },
});
