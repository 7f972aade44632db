import assert from "node:assert/strict";
import { staticEntrySchema } from "../../smoke/cluster/spire";

describe("Static entries", () => {
    const registered = (status?: object) => staticEntrySchema.parse({ status });

    it("are registered also when a later reconciliation had nothing to do", () => {
        assert.equal(registered({ rendered: true, masked: false, set: true }), true);
        assert.equal(registered({ rendered: true, masked: false, set: false }), true);
    });

    it("are not where they could not be made, another one is the same, or nobody has looked yet", () => {
        assert.equal(registered({ rendered: false, masked: false, set: false }), false);
        assert.equal(registered({ rendered: true, masked: true, set: false }), false);
        assert.equal(registered({}), false);
        assert.equal(registered(), false);
    });
});
