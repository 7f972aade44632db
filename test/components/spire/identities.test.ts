import assert from "node:assert/strict";
import { restrictedViolations } from "../../support/podSecurityStandard";
import { list, record, STACKS } from "../../support/mesh";
import { at, only } from "../../support/program";
import { podSpecOf, spireObjects, spireRun } from "../../support/spire";
import { SPIRE_VARIANTS } from "../../support/spireVariants";

describe("SPIRE identities", () => {
    it("select the mesh's pods by label and namespace", async () => {
        for (const stack of STACKS) {
            const run = await spireRun({}, stack);
            const { inputs } = only(run, "ClusterSPIFFEID", "spire-clusterspiffeid-x0tta6bl4-mesh");
            const deployment = only(run, "Deployment", "mesh").inputs;
            assert.equal(
                at(inputs, "spec", "spiffeIDTemplate"),
                "spiffe://{{ .TrustDomain }}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}",
            );
            assert.deepEqual(
                at(inputs, "spec", "podSelector", "matchLabels"),
                at(deployment, "spec", "selector", "matchLabels"),
            );
            assert.deepEqual(at(inputs, "spec", "namespaceSelector", "matchExpressions", 0, "values"), [
                at(deployment, "metadata", "namespace"),
            ]);
        }
    });

    it("are always bound to namespaces", async () => {
        for (const overrides of Object.values(SPIRE_VARIANTS)) {
            const ids = spireObjects(await spireRun(overrides)).filter(
                ({ inputs }) => inputs.kind === "ClusterSPIFFEID",
            );
            assert.ok(ids.length > 0);
            for (const { inputs } of ids) {
                assert.ok(list(at(inputs, "spec", "namespaceSelector", "matchExpressions", 0, "values")).length > 0);
            }
        }
    });

    it("use only fields of their CRDs, whose schemas would drop others", async () => {
        for (const overrides of Object.values(SPIRE_VARIANTS)) {
            const run = await spireRun(overrides);
            for (const { inputs } of spireObjects(run).filter(
                ({ inputs: { apiVersion } }) => apiVersion === "spire.spiffe.io/v1alpha1",
            )) {
                const crd = spireObjects(run).find(
                    (object) =>
                        object.inputs.kind === "CustomResourceDefinition" &&
                        at(object.inputs, "spec", "names", "kind") === inputs.kind,
                );
                const known = Object.keys(
                    record(
                        at(
                            crd?.inputs,
                            ...["spec", "versions", 0, "schema", "openAPIV3Schema", "properties", "spec", "properties"],
                        ),
                    ),
                );
                assert.deepEqual(
                    Object.keys(record(inputs.spec)).filter((key) => !known.includes(key)),
                    [],
                );
            }
        }
    });

    it("reach the mesh's pods through the CSI driver, and the app waits for one", async () => {
        const run = await spireRun();
        const spec = podSpecOf(run, "Deployment", "mesh");
        assert.equal(at(only(run, "CSIDriver").inputs, "metadata", "name"), "csi.spiffe.io");
        assert.deepEqual(
            list(at(spec, "volumes")).find((volume) => at(volume, "csi") !== undefined),
            { name: "spire-socket", csi: { driver: "csi.spiffe.io", readOnly: true } },
        );
        const wait = at(spec, "initContainers", 0);
        assert.equal(at(wait, "name"), "wait-for-identity");
        assert.ok(list(at(wait, "args")).includes("/run/spire/sockets/agent.sock"));
        assert.deepEqual(restrictedViolations(spec), []);
    });
});
