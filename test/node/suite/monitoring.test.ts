import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { SmokeReport } from "../../../smoke";
import { createProgress } from "../../../terminal/progress";
import { CHART, withoutChart } from "../../support/chart";
import { nodePaths, QUIET_VARIABLE } from "../support/paths";
import { firedWithin, isOfMachine } from "../support/prometheus";
import { Staging } from "../support/staging";

/** Quiet minutes that are asked for; 0: none. */
const QUIET_MINUTES = Number(process.env[QUIET_VARIABLE] ?? "0");

/** The alert that always fires: without it nothing would be proven. */
const HEARTBEAT = "Watchdog";

/** Failed checks, without that for alerts where all of these are about the machine. */
function failures({ results }: SmokeReport): string[] {
    return results.flatMap(({ topic, name, finding }) =>
        finding.status !== "failed" ||
        (finding.differences.length > 0 && finding.differences.every(({ path }) => isOfMachine(path)))
            ? []
            : [`${topic}: ${name}: ${finding.detail} ${JSON.stringify(finding.differences)}`],
    );
}

/** Longest wait until Prometheus has scraped and evaluated everything once (s): rules look back five minutes. */
const FILLED_SECONDS = 600;

describe(`Staging with monitoring on a real node${withoutChart("skipped")}`, () => {
    const progress = createProgress();
    let staging: Staging;

    before(async function () {
        if (CHART === undefined) {
            this.skip();
        }
        staging = await Staging.open(nodePaths(), progress, CHART);
    });

    it("comes up", async () => {
        progress.note(`smoke tests pass ${(await staging.comeUp()).toFixed(0)} s after the start of the update`);
    });

    it("raises no alert but the heartbeat after a first installation", async function () {
        if (QUIET_MINUTES === 0) {
            this.skip();
        }
        this.timeout((QUIET_MINUTES + 10) * 60_000);
        await sleep(QUIET_MINUTES * 60_000);
        const fired = await firedWithin(await staging.reader(), QUIET_MINUTES + 10);
        progress.note(`alerts in ${QUIET_MINUTES} minutes after the first installation: ${fired.join(", ")}`);
        assert.deepEqual(
            fired.filter((alert) => !isOfMachine(alert)),
            [HEARTBEAT],
        );
    });

    it("passes the deep checks, monitoring included", async () => {
        const end = Date.now() + FILLED_SECONDS * 1000;
        while (failures(await staging.deepChecks("Monitoring")).length > 0 && Date.now() < end) {
            await sleep(15_000);
        }
        assert.deepEqual(failures(await staging.deepChecks()), []);
    });

    it("leaves nothing when it is destroyed and cleaned", async () => {
        await staging.remove();
        assert.deepEqual(await staging.differences(), []);
    });

    it("comes up by kubectl and helm alone, for comparison", async () => {
        await staging.compareWithKubectl();
    });
});
