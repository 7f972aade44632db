import assert from "node:assert/strict";
import { firedWithin, isOfMachine } from "./prometheus";

describe("Alerts of the real node", () => {
    it("are about the machine where node-exporter reports it, and not where a stack is meant", () => {
        for (const alert of [
            "NodeCPUHighUsage monitoring-node",
            "InfoInhibitor monitoring-node",
            "NodeClock (warning)",
        ]) {
            assert.ok(isOfMachine(alert), alert);
        }
        for (const alert of [
            "Watchdog",
            "KubeNodeNotReady",
            "InfoInhibitor monitoring",
            "CPUThrottlingHigh monitoring-node",
        ]) {
            assert.ok(!isOfMachine(alert), alert);
        }
    });

    it("are those that fired within the minutes that are asked for", async () => {
        const sample = (metric: Record<string, string>) => ({ metric, value: [0, "3"] });
        const labels: Record<string, string>[] = [
            { alertname: "Watchdog" },
            { alertname: "A", namespace: "n", pod: "1" },
        ];
        let asked = "";
        const read = (path: string) => {
            asked = decodeURIComponent(path);
            const result = [...labels, { alertname: "A", namespace: "n", pod: "2" }].map(sample);
            return Promise.resolve({ seen: true as const, object: { status: "success", data: { result } } });
        };
        assert.deepEqual(await firedWithin(read, 40), ["A n", "Watchdog"]);
        assert.match(asked, /count_over_time\(ALERTS\{alertstate="firing"\}\[40m\]\)$/);
    });
});
