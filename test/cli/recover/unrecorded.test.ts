import assert from "node:assert/strict";
import { attemptsOf, type Period } from "../../../cli/recover/attempts";
import { decide } from "../../../cli/recover/plan";
import { parseState, type Resource } from "../../../engine/state";
import type { Update } from "../../../engine/history";
import { at, cluster, configMap, LABELS, ours, stateOf } from "../../support/cutUpdate";

/** The object of `live`, which was created at 19:10:00, was made in this period. */
const FAILED: Period = { from: at("19:09:30"), to: at("19:10:02") };

const resource = (name: string, more: Record<string, unknown> = {}): Resource => {
    const [found] = parseState(
        JSON.stringify({ deployment: { resources: [configMap(name, more)], pending_operations: [] } }),
    ).resources;
    assert.ok(found !== undefined);
    return found;
};

/** What recover decides, as `action operation object`, with reasons. */
async function decisions(
    creates: readonly Resource[],
    objects: Readonly<Record<string, unknown>>,
    change: {
        readonly failed?: readonly Period[];
        readonly recorded?: readonly object[];
        readonly vouched?: string[];
    } = {},
) {
    const { failed = [FAILED], recorded = [], vouched = [] } = change;
    const found = await decide({
        ...{ state: stateOf([], recorded), read: cluster(objects), creates, vouched, environment: "staging" },
        attempts: { lastSuccess: undefined, failed },
    });
    return found.map(({ action, operation, object, why }) => ({ line: `${action} ${operation} ${object}`, why }));
}

describe("An object of a failed update that the state does not have", () => {
    const lines = async (...args: Parameters<typeof decisions>) => (await decisions(...args)).map(({ line }) => line);

    it("is adopted when the program would create it and a failed update of the stack created it", async () => {
        assert.deepEqual(await lines([resource("a"), resource("not")], { a: ours() }), [
            "adopt unrecorded ConfigMap ns/a",
        ]);
    });

    it("is refused when no failed update ran at the time, and adopted when the user confirms it", async () => {
        for (const failed of [[], [{ from: at("19:11:00"), to: at("19:12:00") }]]) {
            const [refused] = await decisions([resource("a")], { a: ours() }, { failed });
            assert.equal(refused?.line, "refuse unrecorded ConfigMap ns/a");
            assert.match(refused.why, /when no update of this stack ran that failed/);
        }
        assert.deepEqual(await lines([resource("a")], { a: ours() }, { failed: [], vouched: ["ConfigMap ns/a"] }), [
            "adopt unrecorded ConfigMap ns/a",
        ]);
    });

    it("is refused for every reason for which a pending create is", async () => {
        const strangers = [{ managedFields: [] }, { labels: {} }, { labels: { ...LABELS, environment: "production" } }];
        for (const stranger of strangers) {
            assert.deepEqual(await lines([resource("a")], { a: ours(stranger) }), ["refuse unrecorded ConfigMap ns/a"]);
        }
    });

    it("is refused when an object exists that the stack would have created after it, and so is that one", async () => {
        const first = resource("first");
        const second = resource("second", { dependencies: [first.urn] });
        const found = await decisions([first, second], { first: ours(), second: ours() });
        assert.deepEqual(
            found.map(({ line }) => line),
            ["refuse unrecorded ConfigMap ns/first", "refuse unrecorded ConfigMap ns/second"],
        );
        assert.match(found[0]?.why ?? "", /ConfigMap ns\/second exists, which the stack would have created after it/);
        assert.match(found[1]?.why ?? "", /it depends on ConfigMap ns\/first, which the state does not have/);
    });

    it("is left alone where it is replaced, and refused where a rename lacks its alias", async () => {
        const recorded = configMap("a", { id: "ns/a" });
        assert.deepEqual(await lines([resource("a")], { a: ours() }, { recorded: [recorded] }), []);
        const renamed = { ...recorded, urn: `${recorded.urn}-before` };
        const [refused] = await decisions([resource("a")], { a: ours() }, { recorded: [renamed] });
        assert.match(refused?.why ?? "", /the state has it as a-before: a rename needs an alias/);
    });

    it("is adopted in the place of the half of a replacement that was deleted", async () => {
        const recorded = [configMap("a", { id: "ns/a", pendingReplacement: true })];
        assert.deepEqual(await lines([resource("a")], { a: ours() }, { recorded }), [
            "adopt unrecorded ConfigMap ns/a",
        ]);
    });

    it("is waited for while it is being deleted", async () => {
        const going = ours({ deletionTimestamp: at("19:11:00") });
        assert.deepEqual(await lines([resource("a")], { a: going }), ["wait unrecorded ConfigMap ns/a"]);
    });
});

describe("An object of the state", () => {
    it("that is gone is taken out, one that is being deleted is waited for, and every other is left alone", async () => {
        const recorded = ["gone", "going", "there"].map((name) => configMap(name, { id: `ns/${name}` }));
        const objects = { going: ours({ deletionTimestamp: at("19:11:00") }), there: ours() };
        const found = await decisions([], objects, { recorded });
        assert.deepEqual(
            found.map(({ line }) => line),
            ["forget recorded ConfigMap ns/gone", "wait recorded ConfigMap ns/going"],
        );
    });
});

describe("The updates that may have left something", () => {
    const update = (result: string, from: string, to: string, kind = "update"): Update => ({
        ...{ kind, result, changes: {} },
        ...{ startedAt: at(from), endedAt: at(to) },
    });
    const history = [
        update("failed", "19:09:30", "19:10:02"),
        update("succeeded", "19:08:00", "19:08:30", "refresh"),
        update("succeeded", "19:00:00", "19:01:00"),
        update("failed", "18:00:00", "18:01:00"),
    ];

    it("are those that failed since the last success", () => {
        assert.deepEqual(attemptsOf(history, false, at("19:10:02")), {
            lastSuccess: at("19:01:00"),
            failed: [FAILED],
        });
    });

    it("include one that was killed, which no history has: it wrote the state last", () => {
        assert.deepEqual(attemptsOf(history, true, at("19:20:00")).failed, [
            FAILED,
            { from: at("19:10:02"), to: at("19:20:00") },
        ]);
    });
});
