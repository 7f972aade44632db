import assert from "node:assert/strict";
import { meshFindings } from "../../preflight/doctor/mesh";
import { exposedKey, liveMesh } from "../../preflight/mesh";
import type { ReadAnswer } from "../../kube/read";
import { reportText } from "../../preflight/report";
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

/** A cluster with these objects. */
const reader =
    (objects: Record<string, unknown>) =>
    (path: string): Promise<ReadAnswer> =>
        Promise.resolve({ seen: true, object: objects[path] });

/** Decisions from the live objects, with these objects in the cluster. */
const decided = (objects: Record<string, unknown>, mesh: Record<string, unknown> = {}) =>
    liveMesh(reader(objects), settings(mesh));

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

    it("that is exposed is reported by the doctor with the command that rotates it, and as rotated only after the update", async () => {
        const found = async (objects: Record<string, unknown>, mesh: Record<string, unknown> = {}) => {
            const findings = await meshFindings(reader(objects), settings(mesh));
            return findings
                .map(({ status, name, detail, fix }) => `${status} ${name}: ${detail} ${fix ?? ""}`)
                .join("\n");
        };
        const exposed = await found(recorded("bytes of rotation 1"));
        assert.match(
            exposed,
            /^ok Mesh: .*\nwarn Operator key: OPERATOR_PRIVATE_KEY of stack staging is in clear text/,
        );
        assert.match(
            exposed,
            /pulumi config set --stack staging --path mesh\.secret\.rotation \S+ && pulumi up --stack staging/,
        );
        const set = await found(recorded("bytes of rotation 1"), { secret: { rotation: "2" } });
        assert.match(set, /warn Operator key: [^]*\npulumi up --stack staging$/);
        assert.doesNotMatch(set, /config set/);
        for (const objects of [{}, recorded("password"), deployment({ manager: "kustomize" })]) {
            assert.doesNotMatch(await found(objects), /Operator key/);
        }
    });

    it("is reported together with a claim that does not fit, whose command the report binds to the stack's cluster", async () => {
        const data = { type: "existingClaim", claimName: "shared", accessMode: "ReadWriteMany" };
        const objects = { ...recorded("bytes of rotation 1"), [CLAIM]: { spec: { accessModes: ["ReadWriteOnce"] } } };
        const findings = await meshFindings(reader(objects), settings({ data }));
        assert.deepEqual(
            findings.map(({ status, name }) => `${status} ${name}`),
            ["fail Mesh", "warn Operator key"],
        );
        const target = { context: "own" };
        const report = {
            command: "doctor",
            stack: "staging",
            target,
            changed: false,
            groups: [{ title: "t", findings }],
        };
        assert.match(
            reportText(report, { columns: 80, colour: false }),
            /kubectl --context own --namespace \S+ get persistentvolumeclaim shared/,
        );
    });

    it("is not evaluated where these credentials cannot read the Deployment", async () => {
        const findings = await meshFindings(() => Promise.resolve({ seen: false }), settings());
        assert.ok(findings.every(({ name }) => name !== "Operator key"));
    });
});

describe("The replica count", () => {
    const scaled = deployment({
        managedFields: [
            { manager: "kube-controller-manager", subresource: "scale", fieldsV1: { "f:spec": { "f:replicas": {} } } },
        ],
    });

    it("of an autoscaler that the settings no longer enable is taken over", async () => {
        assert.equal((await decided(scaled)).takeReplicas, true);
    });

    it("stays with an autoscaler that the settings enable", async () => {
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
