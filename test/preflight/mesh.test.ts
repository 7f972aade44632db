import assert from "node:assert/strict";
import { exposedKey, liveMesh } from "../../preflight/mesh";
import type { Answer } from "../../kube/read";
import { parseSettings } from "../../settings";
import { SPIRE_CHOICES } from "../support/spireChoices";

const DEPLOYMENT = "/apis/apps/v1/namespaces/x0tta6bl4-staging/deployments/staging-x0tta6bl4";
const CLAIM = "/api/v1/namespaces/x0tta6bl4-staging/persistentvolumeclaims/shared";

function settings(mesh: Record<string, unknown> = {}) {
    const values = {
        cluster: '{"context":"test"}',
        spire: JSON.stringify(SPIRE_CHOICES),
        mesh: JSON.stringify(mesh),
    };
    return parseSettings({ stack: "staging", values, secretKeys: new Set() });
}

/** What the live objects decide, with these objects in the cluster. */
const decided = (objects: Record<string, unknown>, mesh: Record<string, unknown> = {}) =>
    liveMesh((path): Promise<Answer> => Promise.resolve({ seen: true, object: objects[path] }), settings(mesh));

interface Live {
    readonly annotations?: Record<string, string>;
    readonly manager?: string;
    readonly secret?: string;
    readonly managedFields?: unknown[];
}

const deployment = ({
    annotations,
    manager = "pulumi",
    secret = "staging-x0tta6bl4-secrets",
    managedFields,
}: Live) => ({
    [DEPLOYMENT]: {
        metadata: { labels: { "app.kubernetes.io/managed-by": manager }, annotations, managedFields },
        spec: { template: { spec: { containers: [{ envFrom: [{ secretRef: { name: secret } }] }] } } },
    },
});

const recorded = (value: string) => deployment({ annotations: { "mesh.x0tta6bl4.mesh/operator-key": value } });

describe("The operator's key", () => {
    const sources: [string, Record<string, unknown>, string][] = [
        ["of a new stack is not exposed", {}, "password"],
        ["of a stack without a record is kept: an earlier release generated it", deployment({}), "bytes"],
        ["of RandomBytes is kept while the rotation is the same", recorded("bytes of rotation 1"), "bytes"],
        ["of RandomBytes is replaced by a rotation", recorded("bytes of rotation 0"), "password"],
        ["that is not exposed stays so", recorded("password"), "password"],
        ["is new where another tool made the Deployment", deployment({ manager: "kustomize" }), "password"],
        ["is new where the pods used a Secret of the user", deployment({ secret: "mine" }), "password"],
    ];
    for (const [title, objects, source] of sources) {
        it(title, async () => {
            assert.equal((await decided(objects)).operatorKey, source);
        });
    }

    it("is not checked where the settings name a Secret", async () => {
        assert.equal((await decided(deployment({}), { secret: { existingName: "mine" } })).operatorKey, "password");
    });

    it("that is exposed is named with the command that rotates it, which always changes the setting", () => {
        const now = new Date("2026-11-28T00:00:00Z");
        assert.match(exposedKey("staging", "1", now), /OPERATOR_PRIVATE_KEY of stack staging is in clear text/);
        assert.match(exposedKey("staging", "1", now), /--path mesh\.secret\.rotation 2026-11-28 && pulumi up/);
        assert.match(exposedKey("staging", "2026-11-28", now), /--path mesh\.secret\.rotation 2026-11-28b /);
    });
});

describe("The replica count", () => {
    const scaled = deployment({
        managedFields: [
            { manager: "kube-controller-manager", subresource: "scale", fieldsV1: { "f:spec": { "f:replicas": {} } } },
        ],
    });

    it("of an autoscaler that the settings no longer ask for is taken over", async () => {
        assert.equal((await decided(scaled)).takeReplicas, true);
    });

    it("stays with an autoscaler that the settings ask for", async () => {
        assert.equal((await decided(scaled, { autoscaling: { enabled: true } })).takeReplicas, false);
    });

    it("that no autoscaler set is not taken over by force", async () => {
        const own = [{ manager: "pulumi-kubernetes-1", fieldsV1: { "f:spec": { "f:replicas": {} } } }];
        assert.equal((await decided(deployment({ managedFields: own }))).takeReplicas, false);
        assert.equal((await decided({})).takeReplicas, false);
    });
});

describe("The claim of /data", () => {
    const mesh = {
        replicas: 1,
        disruptionBudget: { enabled: false },
        data: { type: "existingClaim", claimName: "shared", accessMode: "ReadWriteOnce" },
    };
    const claim = (...accessModes: string[]) => ({ [CLAIM]: { spec: { accessModes } } });

    it("is accepted with an access mode that it has", async () => {
        await assert.doesNotReject(decided(claim("ReadWriteOnce", "ReadWriteMany"), mesh));
    });

    it("is refused with another, and the command that fixes it is named", async () => {
        await assert.rejects(
            decided(claim("ReadWriteOncePod"), mesh),
            /mesh\.data\.accessMode is ReadWriteOnce, but the claim shared has ReadWriteOncePod\.[^]*--path mesh\.data\.accessMode ReadWriteOncePod\n/,
        );
    });

    it("may be missing: the pods wait for it", async () => {
        await assert.doesNotReject(decided({}, mesh));
    });
});
