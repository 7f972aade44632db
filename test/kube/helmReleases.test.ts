import assert from "node:assert/strict";
import { helmRevisions } from "../../kube/helmReleases";
import type { Read } from "../../kube/read";

const revision = (name: string, status: string, version: string) => ({
    metadata: { name, creationTimestamp: "2026-01-02T03:04:05Z", labels: { status, version } },
});

/** A reader that answers with an object. */
const answering =
    (object: unknown): Read =>
    () =>
        Promise.resolve({ seen: true, object });

describe("Revisions of a Helm release", () => {
    it("are the newest first", async () => {
        const items = [revision("a.v1", "superseded", "1"), revision("a.v2", "pending-upgrade", "2")];
        const found = await helmRevisions(answering({ items }), "monitoring", "a");
        assert.deepEqual(
            found?.map(({ secret, status }) => `${secret} ${status}`),
            ["a.v2 pending-upgrade", "a.v1 superseded"],
        );
    });

    it("are none where there is no release: the API server writes an empty list of metadata as null", async () => {
        assert.deepEqual(await helmRevisions(answering({ items: null }), "monitoring", "a"), []);
        assert.deepEqual(await helmRevisions(answering(undefined), "monitoring", "a"), []);
    });

    it("are unknown to credentials that cannot list Secrets", async () => {
        const read: Read = () => Promise.resolve({ seen: false, status: 403 });
        assert.equal(await helmRevisions(read, "monitoring", "a"), undefined);
    });
});
