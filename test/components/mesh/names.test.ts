import assert from "node:assert/strict";
import { meshRun, objectName, objects, ofKind, run, STACKS } from "../../support/mesh";
import { EVERYTHING_ON, VARIANTS } from "../../support/meshVariants";
import type { ProgramRun } from "../../support/program";

/**
 * Type tokens and logical names of the mesh: they are in every state file, so a change would replace what
 * runs. A rename needs an alias in the component, and then a change here.
 */
const FROZEN: readonly string[] = [
    "kubernetes:apps/v1:Deployment mesh",
    "kubernetes:autoscaling/v2:HorizontalPodAutoscaler mesh-autoscaler",
    "kubernetes:core/v1:ConfigMap mesh-config",
    "kubernetes:core/v1:Namespace mesh-namespace",
    "kubernetes:core/v1:Secret mesh-secret",
    "kubernetes:core/v1:Service mesh-headless-service",
    "kubernetes:core/v1:Service mesh-metrics-service",
    "kubernetes:core/v1:Service mesh-service",
    "kubernetes:core/v1:ServiceAccount mesh-service-account",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy mesh-allow-api-server",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy mesh-allow-dns",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy mesh-allow-egress-<name>",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy mesh-allow-http",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy mesh-allow-mesh",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy mesh-allow-metrics",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy mesh-allow-neighbor-<name>",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy mesh-allow-spire",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy mesh-default-deny",
    "kubernetes:policy/v1:PodDisruptionBudget mesh-disruption-budget",
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole mesh-cluster-role",
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding mesh-cluster-role-binding",
    "pulumi:providers:kubernetes cluster",
    "random:index/randomPassword:RandomPassword mesh-secret-csrf-secret-key",
    "random:index/randomPassword:RandomPassword mesh-secret-flask-secret-key",
    "random:index/randomPassword:RandomPassword mesh-secret-jwt-secret-key",
    "random:index/randomPassword:RandomPassword mesh-secret-operator-private-key",
    "x0tta6bl4:mesh:MeshApp mesh",
];

/** Type and logical name of every resource of the mesh, each once; the names of egress rules are the user's. */
function identities({ resources }: ProgramRun): string[] {
    const all = resources
        .filter(({ type }) => type !== "pulumi:pulumi:Stack")
        .map(({ type, name }) => `${type} ${name.replace(/^(mesh-allow-(egress|neighbor)-).*/, "$1<name>")}`);
    return [...new Set(all)].sort();
}

describe("Mesh logical names and type tokens", () => {
    for (const stack of STACKS) {
        it(`are the frozen ones with everything on in ${stack}`, async () => {
            assert.deepEqual(identities(await run(stack, EVERYTHING_ON)), FROZEN);
        });

        for (const [variant, overrides] of Object.entries(VARIANTS)) {
            it(`are only the frozen ones: ${stack} with ${variant}`, async () => {
                const unknown = identities(await run(stack, overrides)).filter(
                    (identity) => !FROZEN.includes(identity),
                );
                assert.deepEqual(unknown, []);
            });
        }

        it(`are each used once in ${stack}`, async () => {
            const all = objects(await run(stack, EVERYTHING_ON)).map(({ type, name }) => `${type} ${name}`);
            assert.equal(new Set(all).size, all.length);
        });
    }
});

describe("Mesh object names", () => {
    for (const [stack, prefix, environment] of [
        ["staging", "staging-", "staging"],
        ["prod", "prod-", "production"],
    ] as const) {
        it(`are those that other tools look up in ${stack}`, async () => {
            const result = await run(stack, EVERYTHING_ON);
            const names = (kind: string) => ofKind(result, kind).map(objectName).sort();
            const app = `${prefix}x0tta6bl4`;
            for (const kind of [
                "Deployment",
                "ServiceAccount",
                "HorizontalPodAutoscaler",
                "PodDisruptionBudget",
            ] as const) {
                assert.deepEqual(names(kind), [app], kind);
            }
            assert.deepEqual(names("Service"), [app, `${app}-headless`, `${app}-metrics`]);
            assert.deepEqual(names("ConfigMap"), [`${app}-config`]);
            assert.deepEqual(names("Secret"), [`${app}-secrets`]);
            assert.deepEqual(names("ClusterRole"), [`x0tta6bl4-${environment}`]);
        });

        it(`of the ClusterRoleBinding, where the pods have a token, is the ClusterRole's in ${stack}`, async () => {
            const result = await meshRun({ serviceAccount: { mountToken: true } }, stack);
            assert.deepEqual(ofKind(result, "ClusterRoleBinding").map(objectName), [`x0tta6bl4-${environment}`]);
        });
    }

    it("differ between the stacks, so that both fit into one cluster", async () => {
        const named = async (stack: string) =>
            objects(await run(stack)).map((object) => `${object.type} ${objectName(object)}`);
        const staging = await named("staging");
        assert.deepEqual(
            (await named("prod")).filter((name) => staging.includes(name)),
            [],
        );
    });
});
