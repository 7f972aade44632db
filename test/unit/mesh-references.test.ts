import assert from "node:assert/strict";
import { at, only, type ProgramRun } from "../support/program";
import { container, deploymentSpec, list, objectName, objects, ofKind, podSpec, record, run, STACKS } from "./mesh";
import { VARIANTS } from "./meshVariants";

/** Every selector that is meant for the mesh's own pods, by where it stands. */
function selectors(result: ProgramRun): [string, unknown][] {
    const services = ofKind(result, "Service").map(
        ({ name, inputs }) => [name, at(inputs, "spec", "selector")] as [string, unknown],
    );
    const others = ["PodDisruptionBudget", "Deployment"].flatMap((kind) => ofKind(result, kind));
    const policies = ofKind(result, "NetworkPolicy")
        // Default deny is for every pod of the namespace.
        .filter(({ name }) => name !== "mesh-default-deny")
        .map(({ name, inputs }) => [name, at(inputs, "spec", "podSelector", "matchLabels")] as [string, unknown]);
    const anti = record(at(podSpec(result), "affinity", "podAntiAffinity") ?? {});
    return [
        ...services,
        ...others.map(({ name, inputs }) => [name, at(inputs, "spec", "selector", "matchLabels")] as [string, unknown]),
        ...policies,
        ...list(anti.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
            (term) =>
                ["anti-affinity", at(term, "podAffinityTerm", "labelSelector", "matchLabels")] as [string, unknown],
        ),
        ...list(anti.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(
            (term) => ["anti-affinity", at(term, "labelSelector", "matchLabels")] as [string, unknown],
        ),
        ...list(at(podSpec(result), "topologySpreadConstraints")).map(
            (constraint) => ["topology spread", at(constraint, "labelSelector", "matchLabels")] as [string, unknown],
        ),
    ];
}

/** Every reference of an object to another by kind and name, by where it stands. */
function references(result: ProgramRun): [string, string, unknown][] {
    const pod = podSpec(result);
    const binding = only(result, "ClusterRoleBinding").inputs;
    return [
        ["the pods", "ServiceAccount", at(pod, "serviceAccountName")],
        ["the binding", "ServiceAccount", at(binding, "subjects", 0, "name")],
        ["the binding", "ClusterRole", at(binding, "roleRef", "name")],
        ...ofKind(result, "HorizontalPodAutoscaler").map(
            ({ name, inputs }) =>
                [
                    name,
                    String(at(inputs, "spec", "scaleTargetRef", "kind")),
                    at(inputs, "spec", "scaleTargetRef", "name"),
                ] as [string, string, unknown],
        ),
        ...list(at(container(result), "env")).map(
            (variable) =>
                ["env", "ConfigMap", at(variable, "valueFrom", "configMapKeyRef", "name")] as [string, string, unknown],
        ),
        ...list(at(pod, "volumes")).map(
            (volume) => ["volumes", "ConfigMap", at(volume, "configMap", "name")] as [string, string, unknown],
        ),
    ];
}

describe("Mesh objects", () => {
    for (const stack of STACKS) {
        for (const [variant, overrides] of Object.entries(VARIANTS)) {
            it(`select the mesh's pods by labels that these have: ${stack} with ${variant}`, async () => {
                const result = await run(stack, overrides);
                const labels = record(at(deploymentSpec(result), "template", "metadata", "labels"));
                const found = selectors(result);
                assert.ok(found.length >= 3);
                for (const [where, selector] of found) {
                    const wanted = Object.entries(record(selector));
                    assert.ok(wanted.length > 0, `${where} selects everything`);
                    for (const [key, value] of wanted) {
                        assert.equal(labels[key], value, `${where}: ${key}`);
                    }
                }
            });

            it(`refer to each other by names that there are: ${stack} with ${variant}`, async () => {
                const result = await run(stack, overrides);
                for (const [where, kind, name] of references(result)) {
                    const known: unknown[] = ofKind(result, kind).map(objectName);
                    assert.ok(name === undefined || known.includes(name), `${where}: ${kind} ${String(name)}`);
                }
            });

            it(`share one namespace: ${stack} with ${variant}`, async () => {
                const result = await run(stack, overrides);
                const namespaces = objects(result)
                    .map(({ inputs }) => at(inputs, "metadata", "namespace"))
                    .filter((namespace) => namespace !== undefined);
                assert.deepEqual([...new Set(namespaces)], [objectName(only(result, "Namespace"))]);
            });
        }
    }
});
