import assert from "node:assert/strict";
import { type Place, places } from "../../support/places";
import { SPIRE_VARIANTS } from "../../support/spireVariants";

const URN = {
    server: "kubernetes:apps/v1:StatefulSet::spire-server",
    agent: "kubernetes:apps/v1:DaemonSet::spire-agent",
    csi: "kubernetes:apps/v1:DaemonSet::spire-csi",
};

describe("SPIRE order", () => {
    let all: Place[] = [];

    before(async () => {
        all = await places("staging", { spire: SPIRE_VARIANTS["federation, OIDC and further identities"] });
    });

    /** Dependencies of a resource, which are created before it and deleted after it. */
    function dependencies(name: string, type: string): readonly string[] {
        const place = all.find((candidate) => candidate.name === name && candidate.type.endsWith(`:${type}`));
        assert.ok(place !== undefined, `${type} ${name}`);
        return place.dependsOn;
    }

    const ofType = (pattern: RegExp, name = /^spire-/) =>
        all
            .filter((place) => pattern.test(place.type) && name.test(place.name))
            .map(({ type, name: n }) => `${type}::${n}`);

    it("puts CRDs, permissions, configuration and network policies before the server", () => {
        const waits = dependencies("spire-server", "StatefulSet");
        const needed = [
            ...ofType(/:CustomResourceDefinition$/),
            ...ofType(/:(ClusterRoleBinding|RoleBinding)$/, /^spire-(home|system-spire-bundle)/),
            ...ofType(/:ConfigMap$/, /^spire-server-config$/),
            ...ofType(/:Service$/, /^spire-server-service$/),
            ...ofType(/:NetworkPolicy$/, /^spire-home-/),
            ...ofType(/:ResourceQuota$/, /^spire-home-/),
        ];
        assert.ok(needed.length > 13);
        assert.deepEqual(
            needed.filter((urn) => !waits.includes(urn)),
            [],
        );
    });

    it("puts the server before the agents, in upgrades too, and the agents before the CSI driver", () => {
        assert.ok(dependencies("spire-agent", "DaemonSet").includes(URN.server));
        assert.ok(dependencies("spire-csi", "DaemonSet").includes(URN.agent));
        const [quota = ""] = ofType(/:ResourceQuota$/, /^spire-system-/);
        assert.ok(dependencies("spire-agent", "DaemonSet").includes(quota));
    });

    it("makes identities when CRDs and server are there, so that they go before them", () => {
        const ids = all.filter(({ type }) => /:Cluster(SPIFFEID|FederatedTrustDomain)$/.test(type));
        assert.ok(ids.length >= 5);
        for (const { dependsOn, name } of ids) {
            assert.ok(dependsOn.includes(URN.server), name);
            assert.equal(dependsOn.filter((urn) => urn.includes("CustomResourceDefinition")).length, 3, name);
        }
    });

    it("puts everything that mounts the socket after the CSI driver, so that it ends before", () => {
        assert.ok(dependencies("spire-oidc", "Deployment").includes(URN.csi));
        assert.ok(dependencies("mesh", "MeshApp").includes(URN.csi));
        assert.ok(dependencies("mesh", "MeshApp").includes(URN.agent));
    });

    it("hangs everything on the component", () => {
        const own = all.filter(
            ({ name, type, custom }) => custom && name.startsWith("spire-") && !type.startsWith("pulumi:"),
        );
        assert.ok(own.length > 40);
        for (const { parent, name } of own) {
            assert.equal(parent, "x0tta6bl4:spire:Spire::spire", name);
        }
    });
});
