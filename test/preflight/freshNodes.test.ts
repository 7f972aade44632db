import assert from "node:assert/strict";
import { settledFacts } from "../../preflight/freshNodes";
import { type FakeAnswer, fakeApi } from "../support/apiServer";
import { node } from "../support/clusterFacts";

const NOW = Date.parse("2026-01-01T00:10:00Z");

/** A node of an age (s), Ready or not, with or without a startup taint. */
function aged(name: string, age: number, ready: boolean, taint?: string) {
    const taints = taint === undefined ? [] : [{ key: taint, effect: "NoSchedule" }];
    const made = node(name, { ready, taints });
    return { ...made, metadata: { ...made.metadata, creationTimestamp: new Date(NOW - age * 1000).toISOString() } };
}

/** Reads a cluster whose nodes change with every read; returns the reasons for waiting, and the number of reads. */
async function looks(...lists: (readonly object[])[]) {
    const answers: Record<string, FakeAnswer> = { "/version": { status: 200, date: new Date(NOW), object: {} } };
    const told: string[] = [];
    let look = 0;
    const list = () => {
        answers["/api/v1/nodes"] = { items: lists[look] ?? assert.fail("looked once too often") };
    };
    list();
    await settledFacts(
        fakeApi(answers).send,
        { update: (detail) => told.push(detail) },
        () => NOW,
        () => {
            look += 1;
            list();
            return Promise.resolve();
        },
    );
    return { told, looked: look + 1 };
}

describe("New nodes of a cluster", () => {
    it("are waited for until they are Ready and Kubernetes has taken its taint off", async () => {
        const old = aged("old", 500, false);
        const result = await looks(
            [old, aged("a", 5, false), aged("b", 5, false)],
            [old, aged("a", 6, true, "node.kubernetes.io/not-ready"), aged("b", 6, true)],
            [old, aged("a", 7, true), aged("b", 7, true)],
        );
        assert.deepEqual(result, { looked: 3, told: ["waiting for new nodes: a, b", "waiting for new nodes: a"] });
    });

    it("are not waited for when they are old, or kept free on purpose", async () => {
        const reserved = aged("b", 5, true, "node-role.kubernetes.io/control-plane");
        assert.deepEqual(await looks([aged("a", 121, false), reserved]), { looked: 1, told: [] });
    });
});
