import assert from "node:assert/strict";
import { at, only, type ProgramRun } from "../../support/program";
import {
    container,
    deploymentSpec,
    list,
    objectName,
    objects,
    ofKind,
    podSpec,
    record,
    run,
    STACKS,
    text,
} from "../../support/mesh";
import { VARIANTS } from "../../support/meshVariants";

/** A selector and its location. */
interface Selector {
    readonly where: string;
    readonly labels: unknown;
}

/** A reference to an object and its location. */
interface Reference {
    readonly where: string;
    readonly kind: string;
    readonly name: unknown;
}

/** All selectors that are intended for the mesh's pods. */
function selectors(result: ProgramRun): Selector[] {
    const inSpec = (kind: string, ...path: string[]) =>
        ofKind(result, kind).map(({ name, inputs }) => ({ where: name, labels: at(inputs, "spec", ...path) }));
    const inPods = (items: unknown, ...path: string[]) =>
        list(items ?? []).map((item) => ({
            where: "the pods",
            labels: at(item, ...path, "labelSelector", "matchLabels"),
        }));
    const antiAffinity = at(podSpec(result), "affinity", "podAntiAffinity");
    return [
        ...inSpec("Deployment", "selector", "matchLabels"),
        ...inSpec("PodDisruptionBudget", "selector", "matchLabels"),
        ...inSpec("Service", "selector"),
        // Default deny selects all pods of the namespace, and a neighbor is another app.
        ...inSpec("NetworkPolicy", "podSelector", "matchLabels").filter(
            ({ where }) => where !== "mesh-default-deny" && !where.startsWith("mesh-allow-neighbor-"),
        ),
        ...inPods(at(antiAffinity, "preferredDuringSchedulingIgnoredDuringExecution"), "podAffinityTerm"),
        ...inPods(at(antiAffinity, "requiredDuringSchedulingIgnoredDuringExecution")),
        ...inPods(at(podSpec(result), "topologySpreadConstraints")),
    ];
}

/** All references between objects of the mesh by kind and name. */
function references(result: ProgramRun): Reference[] {
    const pod = podSpec(result);
    const bindings = ofKind(result, "ClusterRoleBinding").flatMap(({ inputs }) => [
        { where: "the binding", kind: "ServiceAccount", name: at(inputs, "subjects", 0, "name") },
        { where: "the binding", kind: "ClusterRole", name: at(inputs, "roleRef", "name") },
    ]);
    const configMap = (where: string, name: unknown) => ({ where, kind: "ConfigMap", name });
    const all = [
        { where: "the pods", kind: "ServiceAccount", name: at(pod, "serviceAccountName") },
        ...bindings,
        ...ofKind(result, "HorizontalPodAutoscaler").map(({ name: where, inputs }) => {
            const target = at(inputs, "spec", "scaleTargetRef");
            return { where, kind: text(at(target, "kind")), name: at(target, "name") };
        }),
        ...list(at(container(result), "env")).map((variable) =>
            configMap("a variable", at(variable, "valueFrom", "configMapKeyRef", "name")),
        ),
        ...list(at(pod, "volumes")).map((volume) => configMap("a volume", at(volume, "configMap", "name"))),
    ];
    return all.filter(({ name }) => name !== undefined);
}

describe("Mesh objects", () => {
    for (const stack of STACKS) {
        for (const [variant, overrides] of Object.entries(VARIANTS)) {
            it(`select the mesh's pods by labels that these have: ${stack} with ${variant}`, async () => {
                const result = await run(stack, overrides);
                const labels = record(at(deploymentSpec(result), "template", "metadata", "labels"));
                const found = selectors(result);
                assert.ok(found.length >= 3);
                for (const { where, labels: selector } of found) {
                    const wanted = Object.entries(record(selector));
                    assert.ok(wanted.length > 0, `${where} selects everything`);
                    for (const [key, value] of wanted) {
                        assert.equal(labels[key], value, `${where}: ${key}`);
                    }
                }
            });

            it(`refer to each other by names that there are: ${stack} with ${variant}`, async () => {
                const result = await run(stack, overrides);
                const found = references(result);
                assert.ok(found.length >= 8);
                for (const { where, kind, name } of found) {
                    const known: unknown[] = ofKind(result, kind).map(objectName);
                    assert.ok(known.includes(name), `${where}: ${kind} ${String(name)}`);
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
