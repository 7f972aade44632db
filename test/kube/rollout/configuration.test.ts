import assert from "node:assert/strict";
import { unusedConfiguration } from "../../../kube/rollout/configuration";

const BEFORE = new Date("2026-11-29T10:00:00Z");

/** A ConfigMap that is kept for versions, made before the limit. */
const configMap = (name: string, creationTimestamp = "2026-11-29T08:00:00Z", more: object = {}) => ({
    kind: "ConfigMap",
    metadata: { name, namespace: "ns", uid: `uid-${name}`, creationTimestamp, ...more },
});

/** What uses a ConfigMap in one way. */
const using = (part: object) => ({ spec: { template: { spec: { containers: [{ name: "x0tta6bl4", ...part }] } } } });

const unused = (
    users: readonly unknown[],
    kept: readonly unknown[] = [configMap("config-a")],
    recorded: string[] = [],
) => unusedConfiguration({ kept, users, recorded, before: BEFORE }).map(({ name }) => name);

describe("Configuration that is kept for versions", () => {
    it("is unused when nothing names it", () => {
        assert.deepEqual(unused([]), ["config-a"]);
        assert.deepEqual(unused([using({ env: [] }), { spec: null }, {}]), ["config-a"]);
    });

    for (const [what, user] of [
        [
            "a variable of a pod",
            { spec: { containers: [{ env: [{ valueFrom: { configMapKeyRef: { name: "config-a" } } }] }] } },
        ],
        ["all variables of a template", using({ envFrom: [{ secretRef: { name: "config-a" } }] })],
        ["a volume", { spec: { template: { spec: { volumes: [{ configMap: { name: "config-a" } }] } } } }],
        [
            "a projected volume",
            {
                spec: {
                    template: { spec: { volumes: [{ projected: { sources: [{ secret: { name: "config-a" } }] } }] } },
                },
            },
        ],
        [
            "a ReplicaSet without pods",
            { spec: { replicas: 0, ...using({ envFrom: [{ configMapRef: { name: "config-a" } }] }).spec } },
        ],
    ] as const) {
        it(`is used by ${what}`, () => {
            assert.deepEqual(unused([user]), []);
        });
    }

    it("stays while it is young, is in the state, or goes already", () => {
        assert.deepEqual(unused([], [configMap("config-a", "2026-11-29T10:00:01Z")]), []);
        assert.deepEqual(unused([], undefined, ["ns/config-a"]), []);
        assert.deepEqual(unused([], undefined, ["other/config-a"]), ["config-a"]);
        assert.deepEqual(
            unused([], [configMap("config-a", undefined, { deletionTimestamp: "2026-11-29T09:00:00Z" })]),
            [],
        );
    });

    it("goes oldest first, and a name that only begins alike is another one", () => {
        const kept = [configMap("config-b"), configMap("config-a", "2026-11-28T08:00:00Z"), configMap("config")];
        assert.deepEqual(unused([using({ envFrom: [{ configMapRef: { name: "config-abc" } }] })], kept), [
            "config-a",
            "config-b",
            "config",
        ]);
    });
});
