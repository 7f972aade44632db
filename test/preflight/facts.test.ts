import assert from "node:assert/strict";
import { readFacts } from "../../preflight/facts";
import { FAKE_UID, fakeApi } from "../support/apiServer";

describe("Reading a cluster", () => {
    const item = (name: string, more = {}) => ({ metadata: { name }, ...more });
    const paths = {
        "/version": {
            status: 200,
            date: new Date(100_000),
            object: { major: "1", minor: "33+", gitVersion: "v1.33.1" },
        },
        "/api/v1/namespaces/kube-system": { metadata: { uid: FAKE_UID } },
        "/apis/storage.k8s.io/v1/storageclasses": { items: [item("standard", { provisioner: "p" })] },
        "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases": {
            items: [item("n1", { spec: { renewTime: "2026-01-01T00:00:00.5Z" } })],
        },
    };

    it("takes version, identity, clock and lists", async () => {
        const read = await readFacts(fakeApi(paths).send, () => 95_000);
        assert.deepEqual(read.version, { major: 1, minor: 33, text: "v1.33.1" });
        assert.equal(read.identifier, FAKE_UID);
        assert.equal(read.clockAheadMs, 5_500);
        assert.equal(read.storageClasses?.[0]?.metadata.name, "standard");
        assert.equal(read.renewals?.get("n1")?.toISOString(), "2026-01-01T00:00:00.500Z");
    });

    it("treats an empty list as empty, not as a missing permission", async () => {
        const leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
        const { send } = fakeApi({ ...paths, "/api/v1/nodes": { items: [] }, [leases]: { items: null } });
        const { nodes, renewals } = await readFacts(send);
        assert.deepEqual([nodes, renewals?.size], [[], 0]);
        const unrenewed = { items: [item("n1", { spec: { renewTime: null } })] };
        assert.equal((await readFacts(fakeApi({ ...paths, [leases]: unrenewed }).send)).renewals?.size, 0);
    });

    it("leaves out what cannot be read", async () => {
        const read = await readFacts(
            fakeApi({ ...paths, "/api/v1/nodes": 403, "/api/v1/namespaces/kube-system": 403 }).send,
        );
        assert.deepEqual([read.nodes, read.identifier], [undefined, undefined]);
    });
});
