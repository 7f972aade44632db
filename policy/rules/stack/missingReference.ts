import { each, violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineStackRule, eachStackWorkload } from "../../evaluation/stackRule";
import { globMatches } from "../../engine/glob";
import { madeElsewhere } from "../../kubernetes/made";
import { isOptional, references } from "../../kubernetes/references";
import { hasUnrendered } from "../../kubernetes/stack";

/** Kinds that pods refer to by name. */
const KINDS = ["ServiceAccount", "Secret", "ConfigMap", "PersistentVolumeClaim"];

/** A pod with a reference to a missing object does not start. */
export const missingReference = defineStackRule({
    id: "missing-reference",
    title: "References resolve to objects of the stack",
    description:
        "A pod should refer only to ServiceAccounts, Secrets, ConfigMaps and PersistentVolumeClaims of the stack.",
    severity: "low",
    level: "advisory",
    remediation: [
        "Correct the name, or add the object to the stack.",
        "If the object is created elsewhere, list its name in the option allow, or set optional: true on the reference.",
    ],
    url: "https://kubernetes.io/docs/concepts/configuration/configmap/#using-configmaps",
    example: {
        bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0, envFrom: [{ configMapRef: { name: setings } }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { namespace: shop, name: settings }
data: { a: b }`,
        good: `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, image: app:1.0.0, envFrom: [{ configMapRef: { name: settings } }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { namespace: shop, name: settings }
data: { a: b }`,
    },
    options: {
        kinds: texts(KINDS, "Kinds that are reported when missing.", KINDS),
        allow: texts([], "Names of objects that exist outside the stack; * matches any characters."),
    },
    check(stack, { kinds, allow }) {
        const exists = madeElsewhere(stack);
        // The objects of a chart that could not be rendered are not known.
        if (hasUnrendered(stack)) {
            return [];
        }
        return eachStackWorkload(stack.workloads, ({ workload, namespace }) =>
            each(references(workload), function* (reference) {
                const { kind, field } = reference;
                const name = field.string() ?? "";
                if (namespace === undefined || !kinds.includes(kind) || isOptional(reference)) {
                    return;
                }
                // cross-namespace-reference reports objects that exist only in another namespace.
                const known = stack.namespacesOf(kind, name).length > 0 || exists(kind, namespace, name);
                if (known || stack.mayBe(kind, namespace, name) !== undefined) {
                    return;
                }
                if (!allow.some((pattern) => globMatches(pattern, name))) {
                    yield violation(
                        field,
                        `names a ${kind} that is not in this stack`,
                        "Correct the name, or add the object (option allow).",
                    );
                }
            }),
        );
    },
});
