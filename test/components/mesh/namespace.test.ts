import assert from "node:assert/strict";
import { at, only } from "../../support/program";
import { deploymentSpec, meshRun, objects, ofKind, podSpec, record, run, STACKS } from "../../support/mesh";
import { EVERYTHING_ON } from "../../support/meshVariants";

const MODES = ["enforce", "audit", "warn"];

/** Pod Security labels of the namespace, without their prefix. */
async function podSecurity(mesh: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { inputs } = only(await meshRun(mesh), "Namespace");
    const labels = Object.entries(record(at(inputs, "metadata", "labels")));
    const prefix = "pod-security.kubernetes.io/";
    return Object.fromEntries(
        labels.filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]),
    );
}

/** What the labels must be for a level and version. */
function levels(level: string, version = "latest"): Record<string, string> {
    return Object.fromEntries(MODES.flatMap((mode) => [[mode, level] as const, [`${mode}-version`, version] as const]));
}

describe("Mesh namespace", () => {
    for (const [stack, name] of [
        ["staging", "x0tta6bl4-staging"],
        ["prod", "x0tta6bl4-production"],
    ] as const) {
        it(`is ${name} in ${stack}`, async () => {
            assert.equal(at(only(await run(stack), "Namespace").inputs, "metadata", "name"), name);
        });

        it(`holds every namespaced object of ${stack}`, async () => {
            const clusterWide = ["Namespace", "ClusterRole", "ClusterRoleBinding"];
            for (const { inputs, name: logicalName } of objects(await run(stack))) {
                const expected = clusterWide.includes(String(inputs.kind)) ? undefined : name;
                assert.equal(at(inputs, "metadata", "namespace"), expected, logicalName);
            }
        });
    }

    it("enforces, audits and warns at level restricted", async () => {
        assert.deepEqual(await podSecurity({}), levels("restricted"));
    });

    it("takes the version of the Pod Security Standards from the settings", async () => {
        assert.deepEqual(await podSecurity({ podSecurity: { version: "v1.30" } }), levels("restricted", "v1.30"));
    });

    it("takes a laxer level from the settings", async () => {
        assert.deepEqual(await podSecurity({ podSecurity: { level: "baseline" } }), levels("baseline"));
    });

    it("is privileged for eBPF", async () => {
        assert.deepEqual(await podSecurity({ ebpf: { enabled: true } }), levels("privileged"));
    });

    it("is privileged for a hostPath socket", async () => {
        assert.deepEqual(await podSecurity({ spireSocket: { type: "hostPath" } }), levels("privileged"));
    });

    it("moves with its setting, and every object with it", async () => {
        const result = await run("staging", EVERYTHING_ON);
        assert.equal(at(only(result, "Namespace").inputs, "metadata", "name"), "mesh-of-mine");
        assert.equal(at(only(result, "Deployment").inputs, "metadata", "namespace"), "mesh-of-mine");
        assert.equal(
            at(only(result, "ClusterRoleBinding").inputs, "subjects", 0, "namespace"),
            "mesh-of-mine",
            "the binding's subject",
        );
    });
});

describe("Mesh labels", () => {
    for (const [stack, environment] of [
        ["staging", "staging"],
        ["prod", "production"],
    ] as const) {
        it(`carry name, part, component, manager and environment on every object of ${stack}`, async () => {
            const result = await run(stack);
            const template = at(deploymentSpec(result), "template", "metadata", "labels");
            const all = [template, ...objects(result).map(({ inputs }) => at(inputs, "metadata", "labels"))];
            for (const labels of all) {
                assert.equal(at(labels, "app.kubernetes.io/name"), "x0tta6bl4");
                assert.equal(at(labels, "app.kubernetes.io/part-of"), "x0tta6bl4-mesh");
                assert.equal(at(labels, "app.kubernetes.io/component"), "mesh-node");
                assert.equal(at(labels, "app.kubernetes.io/managed-by"), "pulumi");
                assert.equal(at(labels, "environment"), environment);
            }
        });
    }
});

describe("Mesh service account", () => {
    for (const stack of STACKS) {
        it(`is the one that the pods of ${stack} run as`, async () => {
            const result = await run(stack);
            const name = at(only(result, "ServiceAccount").inputs, "metadata", "name");
            assert.equal(at(podSpec(result), "serviceAccountName"), name);
        });
    }

    it("mounts no token by default, neither by itself nor in the pod", async () => {
        const result = await run("staging");
        assert.equal(only(result, "ServiceAccount").inputs.automountServiceAccountToken, false);
        assert.equal(at(podSpec(result), "automountServiceAccountToken"), false);
    });

    it("mounts the token where the setting says so", async () => {
        const result = await meshRun({ serviceAccount: { mountToken: true } });
        assert.equal(only(result, "ServiceAccount").inputs.automountServiceAccountToken, true);
        assert.equal(at(podSpec(result), "automountServiceAccountToken"), true);
    });

    it("carries the annotations of the settings", async () => {
        const { inputs } = only(await run("staging", EVERYTHING_ON), "ServiceAccount");
        assert.deepEqual(at(inputs, "metadata", "annotations"), { "example.com/role": "mesh" });
    });
});

describe("Mesh permissions", () => {
    for (const [stack, name] of [
        ["staging", "x0tta6bl4-staging"],
        ["prod", "x0tta6bl4-production"],
    ] as const) {
        it(`are read-only on four kinds of objects and nothing else in ${stack}`, async () => {
            const { inputs } = only(await run(stack), "ClusterRole");
            const verbs = ["get", "list", "watch"];
            assert.equal(at(inputs, "metadata", "name"), name);
            assert.equal(inputs.aggregationRule, undefined);
            assert.deepEqual(inputs.rules, [
                { apiGroups: [""], resources: ["configmaps", "pods", "services"], verbs },
                { apiGroups: ["apps"], resources: ["deployments"], verbs },
            ]);
        });

        it(`are bound to the service account of ${stack} alone`, async () => {
            assert.deepEqual(ofKind(await run(stack), "ClusterRoleBinding"), [], "without a token in the pods");
            const result = await meshRun({ serviceAccount: { mountToken: true } }, stack);
            const { inputs } = only(result, "ClusterRoleBinding");
            const account = only(result, "ServiceAccount").inputs;
            assert.equal(at(inputs, "metadata", "name"), name);
            assert.deepEqual(inputs.roleRef, { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name });
            assert.deepEqual(inputs.subjects, [
                {
                    kind: "ServiceAccount",
                    name: at(account, "metadata", "name"),
                    namespace: at(account, "metadata", "namespace"),
                },
            ]);
        });
    }
});
