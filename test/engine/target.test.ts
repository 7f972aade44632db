import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IDENTITY_PATH } from "../../kube/identity";
import { reader } from "../../kube/read";
import { parseState } from "../../engine/state";
import { identityNotes, targetsOf } from "../../engine/target";
import { CannotRun } from "../../errors";
import { FAKE_UID, fakeApi } from "../support/apiServer";

const PREFIX = "urn:pulumi:staging::x0tta6bl4::";

const provider = {
    urn: `${PREFIX}pulumi:providers:kubernetes::cluster`,
    type: "pulumi:providers:kubernetes",
    custom: true,
    inputs: { context: "was", kubeconfig: "/k", clusterIdentifier: FAKE_UID },
};

const namespace = (name: string, uid: string, more: object = {}) => ({
    urn: `${PREFIX}kubernetes:core/v1:Namespace::${name}`,
    type: "kubernetes:core/v1:Namespace",
    custom: true,
    outputs: { metadata: { name, uid } },
    ...more,
});

const stateOf = (...resources: object[]) => parseState(JSON.stringify({ deployment: { resources } }));

describe("The cluster of a stack", () => {
    it("is the one that holds the objects; the settings tell when they moved on, and where there are none", () => {
        const folder = mkdtempSync(join(tmpdir(), "daily-"));
        const configFile = join(folder, "Pulumi.staging.yaml");
        const targets = (...resources: object[]) =>
            targetsOf({ stack: "staging", state: stateOf(...resources), configFile });
        const settings = (text: string) => {
            writeFileSync(configFile, `config:\n  x0tta6bl4:cluster: ${text}\n`);
        };
        try {
            assert.deepEqual(targets(provider), {
                own: { context: "was", kubeconfig: "/k", identifier: FAKE_UID },
            });
            assert.throws(
                () => targets(),
                (error) =>
                    error instanceof CannotRun &&
                    /stack staging has no cluster.*cluster\.context is not set/.test(error.message),
            );
            settings("{ context: new, identifier: u }");
            assert.equal(targets(provider).moved?.context, "new");
            assert.deepEqual(targets().own, { context: "new", identifier: "u" });
            settings("{ context: was, kubeconfig: /k }");
            assert.equal(targets(provider).moved, undefined);
            settings("{ context: was, kubeconfig: /other }");
            assert.equal(targets(provider).moved?.kubeconfig, "/other");
            settings("{ context: was, kubeconfig: /k, identifier: another }");
            assert.equal(targets(provider).moved?.identifier, "another");
            settings(`{ context: renamed, kubeconfig: /other, identifier: ${FAKE_UID} }`);
            assert.equal(targets(provider).moved, undefined);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});

describe("A context that leads to another cluster than before", () => {
    const target = { context: "c", identifier: FAKE_UID };
    const answers = (kubeSystem: string | number, ours = "ours") => ({
        [IDENTITY_PATH]: typeof kubeSystem === "number" ? kubeSystem : { metadata: { uid: kubeSystem } },
        "/api/v1/namespaces/mesh": { metadata: { name: "mesh", uid: ours } },
    });
    const notes = (
        given: ReturnType<typeof answers>,
        state = stateOf(namespace("mesh", "ours")),
        own: { context: string } = target,
    ) => identityNotes({ state }, own, reader(fakeApi(given).send));

    it("is not suspected on the stack's own cluster", async () => {
        assert.deepEqual(await notes(answers(FAKE_UID)), []);
    });

    it("is detected by the cluster's identity, also for a stack that no longer has objects", async () => {
        const [note, ...others] = await notes(answers("another"), stateOf());
        assert.match(note ?? "", /context c leads to another cluster than the stack's .*another, not /);
        assert.deepEqual(others, []);
    });

    it("is detected by a namespace where no identity is known or readable", async () => {
        const state = stateOf(namespace("mesh", "ours"));
        for (const [kubeSystem, own] of [
            [403, target],
            ["another", { context: "c" }],
        ] as const) {
            const [note] = await notes(answers(kubeSystem, "recreated"), state, own);
            assert.match(note ?? "", /namespace mesh in context c is not the one that this stack created/);
        }
    });

    it("is detected by a namespace that was recreated in the same cluster, too", async () => {
        assert.equal((await notes(answers(FAKE_UID, "recreated"))).length, 1);
        const going = stateOf(namespace("mesh", "ours", { delete: true }));
        assert.deepEqual(await notes(answers(FAKE_UID, "recreated"), going), []);
    });
});
