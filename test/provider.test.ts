import assert from "node:assert/strict";
import { at, only, type ProgramRun, stackConfig } from "./support/program";
import { objects, run, STACKS } from "./support/mesh";
import { VARIANTS } from "./support/meshVariants";
import { FAKE_UID } from "./support/apiServer";

/** The stack's provider as it is sent to the engine. */
async function provider(cluster: Record<string, unknown>) {
    const { inputs } = only(await run("staging", { cluster: { checkReachable: false, ...cluster } }), "kubernetes");
    return inputs;
}

/** Fails unless every Kubernetes object goes to the stack's own provider. */
function assertOneProvider(result: ProgramRun): void {
    const references = [...new Set(objects(result).map((object) => object.provider))];
    assert.equal(references.length, 1, references.join(" "));
    assert.match(references[0] ?? "", /::pulumi:providers:kubernetes::cluster::/);
}

describe("Kubernetes provider", () => {
    for (const stack of STACKS) {
        for (const [variant, overrides] of Object.entries(VARIANTS)) {
            it(`is the explicit one for every object: ${stack} with ${variant}`, async () => {
                assertOneProvider(await run(stack, overrides));
            });
        }

        it(`has no default to fall back on in ${stack}`, () => {
            const disabled: unknown = JSON.parse(stackConfig(stack)["pulumi:disable-default-providers"] ?? "null");
            assert.deepEqual(disabled, ["kubernetes"]);
        });

        it(`leaves the cluster of ${stack} to the user: the stack file names none`, () => {
            assert.equal(stackConfig(stack)["x0tta6bl4:cluster"], undefined);
        });
    }

    it("would be noticed if it were the default one", async () => {
        const result = await run("staging");
        const [first, ...others] = result.resources.filter(({ type }) => type.startsWith("kubernetes:"));
        assert.ok(first !== undefined);
        assert.throws(() => {
            assertOneProvider({ ...result, resources: [{ ...first, provider: "" }, ...others] });
        });
        assert.throws(() => {
            assertOneProvider({ ...result, resources: [{ ...first, provider: "" }] });
        });
    });

    it("is bound to the context of the settings", async () => {
        assert.equal((await provider({ context: "test" })).context, "test");
    });

    it("uses the kubeconfig file of the settings", async () => {
        assert.equal((await provider({ context: "test", kubeconfig: "/etc/kube/one" })).kubeconfig, "/etc/kube/one");
    });

    it("leaves the kubeconfig file to kubectl's rules when none is set", async () => {
        assert.equal((await provider({ context: "test" })).kubeconfig, undefined);
    });

    it("carries the identity of the cluster, so that a new address replaces nothing", async () => {
        assert.equal((await provider({ context: "test", identifier: FAKE_UID })).clusterIdentifier, FAKE_UID);
        assert.equal((await provider({ context: "test" })).clusterIdentifier, undefined);
    });

    it("changes ConfigMaps and Secrets in place", async () => {
        const inputs = await provider({ context: "test" });
        assert.equal(String(inputs.enableConfigMapMutable), "true");
        assert.equal(String(inputs.enableSecretMutable), "true");
    });

    it("is the only one", async () => {
        const providers = (await run("prod")).resources.filter(({ type }) => type.startsWith("pulumi:providers:"));
        assert.deepEqual(
            providers.map(({ name }) => name),
            ["cluster"],
        );
        assert.equal(at(providers[0], "inputs", "namespace"), undefined);
    });
});
