import assert from "node:assert/strict";
import { adopted } from "../../../cli/recover/adopt";
import { judgeRelease, type ReleaseEvidence } from "../../../cli/recover/helm";
import type { HelmRevision } from "../../../kube/helmReleases";
import { parseState, type StackState } from "../../../engine/state";
import { at, configMap, stateOf } from "../../support/cutUpdate";

describe("The state after a recovery", () => {
    const decision = (name: string, more: Record<string, unknown> = {}) => {
        const [pending] = stateOf([{ resource: configMap(name, more), type: "creating" }]).pending;
        const about = { object: name, operation: "creating", why: "", resource: pending!.resource };
        return { ...about, action: "adopt", id: `ns/${name}` } as const;
    };
    const resources = (state: StackState, decisions: Parameters<typeof adopted>[1]) =>
        parseState(JSON.stringify(adopted(state, decisions, at("20:00:00"))));

    it("holds the adopted object after everything that was there, and nothing pending", () => {
        const pending = [{ resource: configMap("a"), type: "creating" }];
        const { resources: all, pending: left, exported } = resources(stateOf(pending), [decision("a")]);
        assert.deepEqual(left, []);
        assert.equal(exported.version, 3);
        assert.deepEqual(
            all.map(({ id }) => id),
            [undefined, "id", "ns/a"],
        );
        assert.equal(all[2]?.outputs?.__initialApiVersion, "v1");
        assert.deepEqual(all[2].outputs.__inputs, configMap("a").inputs);
    });

    it("holds what was deleted to be replaced before what depends on it, and that after what it depends on", () => {
        const settings = configMap("settings", { id: "ns/settings", pendingReplacement: true });
        const app = configMap("app", { id: "ns/app", dependencies: [settings.urn] });
        const key = configMap("key");
        const state = stateOf([], [settings, app]);
        const decisions = [decision("settings", { dependencies: [key.urn] }), decision("key")];
        assert.deepEqual(
            resources(state, decisions)
                .resources.slice(2)
                .map(({ id }) => id),
            ["ns/key", "ns/settings", "ns/app"],
        );
    });

    it("replaces what was deleted to be replaced, and marks what waits for its successor", () => {
        const gone = configMap("a", { id: "ns/a", pendingReplacement: true });
        const old = configMap("b", { id: "ns/old" });
        const { resources: all } = resources(stateOf([], [gone, old]), [decision("a"), decision("b")]);
        assert.deepEqual(
            all.slice(2).map(({ id, delete: going, pendingReplacement }) => [id, going, pendingReplacement]),
            [
                ["ns/old", true, undefined],
                ["ns/a", undefined, undefined],
                ["ns/b", undefined, undefined],
            ],
        );
    });
});

describe("A Helm release of an interrupted update", () => {
    const record = (revision: number, status: string, time: string): HelmRevision => ({
        ...{ secret: `sh.helm.release.v1.prometheus.v${revision}`, revision, status },
        createdAt: at(time),
    });
    const verdict = (records: HelmRevision[], inState: boolean, more: Partial<ReleaseEvidence> = {}) => {
        const evidence = { inState, vouched: false, lastSuccess: at("19:00:00"), attempts: undefined, ...more };
        const found = judgeRelease(records, evidence);
        return found.verdict === "rollback" ? `rollback to ${found.to}` : found.verdict;
    };
    const first = record(1, "deployed", "18:00:00");

    it("is adopted when it was installed, and uninstalled when its first revision is pending", () => {
        assert.equal(verdict([], false), "none");
        assert.equal(verdict([record(1, "deployed", "19:10:00")], false), "adopt");
        assert.equal(verdict([record(1, "failed", "19:10:00")], false), "adopt");
        assert.equal(verdict([record(1, "pending-install", "19:10:00")], false), "uninstall");
        assert.equal(verdict([record(2, "deployed", "19:10:00"), record(1, "superseded", "18:00:00")], true), "none");
    });

    it("goes back to the last revision that was deployed, else to the last that Helm completed", () => {
        const pending = record(4, "pending-upgrade", "19:10:00");
        const failed = record(3, "failed", "18:30:00");
        assert.equal(verdict([pending, failed, record(2, "deployed", "18:20:00"), first], true), "rollback to 2");
        assert.equal(verdict([pending, failed, record(2, "superseded", "18:20:00")], true), "rollback to 2");
        assert.equal(verdict([pending, failed], true), "rollback to 3");
        assert.equal(verdict([record(2, "pending-rollback", "19:10:00"), first], true), "rollback to 1");
    });

    it("is free when Helm went on after the pending revision, whose status it leaves", () => {
        assert.equal(
            verdict([record(3, "deployed", "19:11:00"), record(2, "pending-upgrade", "19:10:00"), first], true),
            "none",
        );
    });

    it("is uninstalled to its end when a removal was cut", () => {
        assert.equal(verdict([record(1, "uninstalling", "18:00:00")], true), "uninstall");
    });

    it("is refused when it is older than the update, or has lost its first revision", () => {
        assert.equal(verdict([first], false), "refuse");
        assert.equal(verdict([record(7, "deployed", "19:10:00")], false), "refuse");
        assert.equal(verdict([record(2, "pending-upgrade", "18:00:00")], true), "refuse");
        assert.equal(verdict([first], false, { vouched: true }), "adopt");
    });

    it("without a pending operation is adopted only when a failed update ran while it was installed", () => {
        const records = [record(1, "deployed", "19:10:00")];
        const period = { from: at("19:09:30"), to: at("19:10:02") };
        assert.equal(verdict(records, false, { attempts: [period] }), "adopt");
        assert.equal(verdict(records, false, { attempts: [] }), "refuse");
    });
});
