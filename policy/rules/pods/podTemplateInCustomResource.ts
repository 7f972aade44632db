import type { Field } from "../../engine/field";
import { advice, each, violation, type Finding } from "../../engine/finding";
import { textMap } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";
import { demandsNames, unjudgedParts } from "../../kubernetes/custom";
import { kindName, isCustom } from "../../kubernetes/kinds";

/** Pods that an operator creates from a custom resource need the same checks as any other. */
export const podTemplateInCustomResource = defineObjectRule({
    id: "pod-template-in-custom-resource",
    title: "Pods in custom resources can be evaluated",
    description: "Custom resources that create pods must define them where they can be evaluated.",
    severity: "medium",
    level: "mandatory",
    remediation: ["Put the pod template where the kind expects it, with at least one container with name and image."],
    url: "https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/",
    example: {
        bad: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { namespace: shop, name: web }
spec:
  template:
    spec: { containers: [] }`,
        good: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { namespace: shop, name: web }
spec:
  template:
    spec:
      containers: [{ name: app, image: app:1.0.0 }]`,
    },
    kinds: "any",
    options: {
        paths: textMap(
            "Path at which a kind must have a pod specification, e.g. CronWorker.example.com: spec.jobs.pod.",
            "a map from Kind.group to a path of plain keys, e.g. spec.template.spec",
            (path) => /^[A-Za-z]\w*(?:\.[A-Za-z]\w*)*$/.test(path),
        ),
    },
    *check(subject, { paths }) {
        if (!isCustom(subject.group)) {
            return;
        }
        yield* subject.unreadable;
        const named = demandsNames(subject.group);
        yield* each(subject.workloads, ({ partial, pod }) => (partial ? [] : checkContainers(pod, named)));
        yield* unjudgedParts(subject, subject.object).map((part) =>
            advice(
                part,
                "may create pods, but cannot be evaluated here",
                "Render its objects and check them as manifests.",
            ),
        );
        const path = paths[kindName(subject)];
        if (path === undefined) {
            return;
        }
        const wanted = subject.object.at(...path.split("."));
        if (subject.workloads.some(({ pod }) => pod.path === wanted.path)) {
            return;
        }
        yield* checkContainers(wanted, named);
    },
});

function* checkContainers(pod: Field, named: boolean): Generator<Finding> {
    const containers = pod.at("containers");
    const list = containers.items();
    if (list.length === 0) {
        yield violation(containers, "lists no container", "Add at least one, with name and image.");
    }
    yield* each(list, function* (container) {
        if (!named || (container.at("name").string() ?? "") !== "") {
            return;
        }
        yield violation(container.at("name"), "is unset", "Set a name for the container.");
    });
}
