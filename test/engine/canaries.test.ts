import assert from "node:assert/strict";
import { canaryNotes } from "../../engine/canaries";
import type { Change } from "../../engine/report";

const ROLLOUT = "Rollout x0tta6bl4-staging/staging-x0tta6bl4";
const DEPLOYMENT = "Deployment x0tta6bl4-staging/staging-x0tta6bl4";

const change = (op: Change["op"], object: string, ...paths: string[]): Change => ({
    op,
    object,
    details: paths.map((path) => ({ path })),
});

describe("What is said of canaries", () => {
    it("is that a changed pod template starts one, which the update does not wait for", () => {
        const [note, ...others] = canaryNotes([
            change("update", ROLLOUT, "spec.template.spec.containers[0].image"),
            change("update", "ConfigMap a/b", "data.X"),
        ]);
        assert.match(
            note ?? "",
            /^Rollout x0tta6bl4-staging\/staging-x0tta6bl4 starts a canary, or with blueGreen a preview, for which the update does not wait/,
        );
        assert.deepEqual(others, []);
    });

    it("is nothing where the pods stay, or nothing is delivered by canaries", () => {
        assert.deepEqual(canaryNotes([change("update", ROLLOUT, "spec.strategy.canary.steps[0].setWeight")]), []);
        assert.deepEqual(canaryNotes([change("update", DEPLOYMENT, "spec.template.spec.containers[0].image")]), []);
        assert.deepEqual(canaryNotes([change("create", ROLLOUT)]), []);
        assert.deepEqual(canaryNotes([change("update", ROLLOUT, "spec.templates")]), []);
    });

    it("is that one workload takes the place of the other", () => {
        assert.match(
            canaryNotes([change("create", ROLLOUT), change("delete", DEPLOYMENT)])[0] ?? "",
            /takes the place of the Deployment/,
        );
        assert.match(
            canaryNotes([change("delete", ROLLOUT), change("create", DEPLOYMENT)])[0] ?? "",
            /a Deployment takes the place/,
        );
    });
});
