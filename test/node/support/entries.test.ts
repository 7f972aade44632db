import assert from "node:assert/strict";
import { otherEntries } from "./entries";

describe("Entries of other workloads", () => {
    it("have the mesh's parent, and no SPIFFE ID or pod of the mesh", () => {
        const mesh = {
            metadata: { name: "x0tta6bl4-mesh" },
            spec: { parentID: "spiffe://a/nodes", spiffeID: "spiffe://a/mesh", selectors: ["k8s:ns:n", "k8s:sa:s"] },
        };
        assert.deepEqual(
            otherEntries(mesh, 2).map(({ metadata: { name }, spec }) => ({ name, ...spec })),
            [0, 1].map((index) => ({
                name: `other-${index}`,
                parentID: "spiffe://a/nodes",
                spiffeID: `spiffe://a/mesh-other-${index}`,
                selectors: ["k8s:ns:n", `k8s:sa:s-other-${index}`],
            })),
        );
    });
});
