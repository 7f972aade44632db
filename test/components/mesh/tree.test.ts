import assert from "node:assert/strict";
import { type Place, places } from "../../support/places";
import { ofOthers, record, run, STACKS } from "../../support/mesh";
import { EVERYTHING_ON } from "../../support/meshVariants";

describe("Mesh component", () => {
    let everything: Place[] = [];

    before(async () => {
        everything = (await places("staging", EVERYTHING_ON)).filter(({ name }) => !ofOthers(name));
    });

    /** Dependencies of a resource in the stack with all options. */
    function dependencies(name: string, type: string): readonly string[] {
        const place = everything.find((candidate) => candidate.name === name && candidate.type.endsWith(`:${type}`));
        assert.ok(place !== undefined, `${type} ${name}`);
        return place.dependsOn;
    }

    it("is the parent of every resource that it makes", () => {
        const children = everything.filter(({ type, custom }) => custom && !type.startsWith("pulumi:"));
        assert.ok(children.length > 20);
        for (const { name, parent } of children) {
            assert.equal(parent, "x0tta6bl4:mesh:MeshApp::mesh", name);
        }
    });

    it("starts the pods when account, permissions, configuration, keys and network rules are there", () => {
        const waits = dependencies("mesh", "Deployment");
        const needed = everything
            .filter(({ type }) =>
                /:(ServiceAccount|ClusterRoleBinding|ConfigMap|Secret|NetworkPolicy|Namespace)$/.test(type),
            )
            .map(({ type, name }) => `${type}::${name}`);
        assert.ok(needed.length > 10);
        assert.deepEqual(
            needed.filter((resource) => !waits.includes(resource)),
            [],
        );
    });

    it("opens the Services when the pods are there", () => {
        const deployment = "kubernetes:apps/v1:Deployment::mesh";
        assert.ok(dependencies("mesh-service", "Service").includes(deployment));
        assert.ok(dependencies("mesh-metrics-service", "Service").includes(deployment));
        assert.ok(dependencies("mesh-autoscaler", "HorizontalPodAutoscaler").includes(deployment));
    });

    it("opens the headless Service before the pods, which look for it while they start", () => {
        const waits = dependencies("mesh-headless-service", "Service");
        assert.ok(!waits.includes("kubernetes:apps/v1:Deployment::mesh"));
    });

    it("makes nothing in the namespace before the namespace", () => {
        const namespaced = everything.filter(
            ({ type }) => type.startsWith("kubernetes:") && !/:(Namespace|ClusterRole)$/.test(type),
        );
        for (const { name, dependsOn } of namespaced) {
            assert.ok(dependsOn.includes("kubernetes:core/v1:Namespace::mesh-namespace"), name);
        }
    });

    for (const stack of STACKS) {
        it(`gets plain data as arguments in ${stack}`, async () => {
            const app = (await run(stack)).resources.find(({ type }) => type === "x0tta6bl4:mesh:MeshApp");
            assert.ok(app !== undefined);
            assert.deepEqual(Object.keys(app.inputs).sort(), ["environment", "settings", "spire"]);
            assert.deepEqual(JSON.parse(JSON.stringify(app.inputs)), app.inputs);
            assert.ok(Object.keys(record(app.inputs.settings)).length > 20);
        });
    }
});
