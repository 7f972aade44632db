import { violation } from "../../engine/finding";
import { defineRule } from "../../evaluation/rule";

/** The default namespace does not isolate one application from another. */
export const defaultNamespace = defineRule({
    id: "default-namespace",
    title: "Workloads are in a namespace of their own",
    description: "Workloads must be in a namespace other than default.",
    severity: "low",
    level: "advisory",
    remediation: ["Set metadata.namespace, or a namespace on the provider."],
    url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
    example: {
        bad: `
apiVersion: v1
kind: Pod
metadata: { namespace: default, name: web }
spec:
  containers: [{ name: app, image: app:1.0.0 }]`,
        good: `
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: web }
spec:
  containers: [{ name: app, image: app:1.0.0 }]`,
    },
    options: {},
    *check({ object, partial }) {
        const field = object.at("metadata", "namespace");
        const namespace = field.string() ?? "";
        if ((namespace !== "" && namespace !== "default") || (namespace === "" && partial)) {
            return;
        }
        yield violation(
            field,
            namespace === "" ? "is unset, which means default" : "is default",
            "Set another namespace.",
        );
    },
});
