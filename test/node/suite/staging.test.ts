import assert from "node:assert/strict";
import { failureText } from "../../../smoke";
import { createProgress } from "../../../terminal/progress";
import { OtherEntries } from "../support/entries";
import { describeTimes, percentile, restartsOf } from "../support/identityTimes";
import { nodePaths } from "../support/paths";
import { Staging } from "../support/staging";

/** Seconds in which a new pod must have its identity, at the 95th percentile. */
const IDENTITY_SECONDS = 5;

/** Rollouts of two pods each, to measure it. */
const ROLLOUTS = 10;

/** Entries of other workloads, all of which the node's agent gets. */
const OTHERS = 1_000;

describe("Staging on a real node, without the monitoring chart", () => {
    const progress = createProgress();
    let staging: Staging;

    before(async () => {
        staging = await Staging.open(nodePaths(), progress);
    });

    it("comes up", async () => {
        progress.note(`smoke tests pass ${(await staging.comeUp()).toFixed(0)} s after the start of the update`);
    });

    it("passes the deep checks", async () => {
        const report = await staging.deepChecks();
        assert.equal(report.failed, 0, failureText(report));
    });

    it("restarts no container and no init container of the app", async () => {
        assert.equal(restartsOf(await staging.pods()), 0);
    });

    it(`gives new pods their identity in ${IDENTITY_SECONDS} s at the 95th percentile`, async () => {
        const times = await staging.identityTimes(ROLLOUTS);
        progress.note(`identity after a pod's creation: ${describeTimes(times)}`);
        assert.equal(restartsOf(await staging.pods()), 0);
        assert.ok(percentile(times, 95) <= IDENTITY_SECONDS, describeTimes(times));
    });

    it(`gives them that also beside ${OTHERS} entries of other workloads`, async () => {
        const others = new OtherEntries(nodePaths().kubeconfig);
        await others.add(OTHERS);
        const times = await staging.identityTimes(ROLLOUTS);
        await others.remove();
        progress.note(`identity after a pod's creation beside ${OTHERS} other entries: ${describeTimes(times)}`);
        assert.ok(percentile(times, 95) <= IDENTITY_SECONDS, describeTimes(times));
    });

    it("leaves nothing when it is destroyed and cleaned", async () => {
        await staging.remove();
        assert.deepEqual(await staging.differences(), []);
    });

    it("comes up by kubectl and helm alone, for comparison", async () => {
        await staging.compareWithKubectl();
    });
});
