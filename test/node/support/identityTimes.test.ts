import assert from "node:assert/strict";
import { hasIdentity, percentile, restartsOf } from "./identityTimes";

describe("Times of identities", () => {
    const status = (name: string, started: boolean, restartCount = 0) => ({
        name,
        started,
        restartCount,
        image: "",
        imageID: "",
        ready: started,
    });

    it("end when the sidecar that waits has started, not another", () => {
        const pod = (name: string, started: boolean) => ({
            status: { initContainerStatuses: [status(name, started)] },
        });
        assert.equal(hasIdentity(pod("wait-for-identity", true)), true);
        assert.equal(hasIdentity(pod("wait-for-identity", false)), false);
        assert.equal(hasIdentity(pod("other", true)), false);
        assert.equal(hasIdentity({}), false);
    });

    it("have percentiles by the nearest rank", () => {
        const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
        assert.equal(percentile(hundred, 95), 95);
        assert.equal(percentile([1, 2], 50), 1);
        assert.equal(percentile([3], 95), 3);
    });

    it("count the restarts of containers and init containers", () => {
        const pod = {
            status: {
                initContainerStatuses: [status("wait-for-identity", true, 2)],
                containerStatuses: [status("x0tta6bl4", true, 1)],
            },
        };
        assert.equal(restartsOf([pod, pod, {}]), 6);
    });
});
