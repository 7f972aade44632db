import assert from "node:assert/strict";
import type { Read } from "../../../kube/read";
import type { Evidence } from "../../../cli/recover/decision";
import { decide } from "../../../cli/recover/plan";
import { doubts, type Intent, type CutWindow } from "../../../cli/recover/proof";
import { decisionsText } from "../../../cli/recover/recover";
import type { LiveObject } from "../../../engine/liveObjects";
import type { StackState } from "../../../engine/state";
import { at, cluster, configMap, LABELS, live, ours, PROVIDER, stateOf } from "../../support/cutUpdate";

const intent: Intent = { labels: LABELS, annotations: {} };

/** An update that started after 19:00 and last wrote its state at 19:10:02. */
const window: CutWindow = {
    lastSuccess: at("19:00:00"),
    dependencies: [at("19:09:50")],
    stateWritten: at("19:10:02"),
};

describe("The proof that an object is the stack's own", () => {
    const judge = (object: LiveObject, wanted = intent, when = window) => doubts(object, wanted, when, "staging");

    it("holds for what the interrupted update created, by create or by apply, on any system", () => {
        assert.deepEqual(judge(live()), []);
        for (const manager of ["pulumi-kubernetes-0a1b2c3d", "pulumi-kubernetes.exe", "pulumi-resource-kubernetes"]) {
            const managedFields = [{ manager, operation: "Apply", time: at("19:10:00"), subresource: "" }];
            assert.deepEqual(judge(live({ managedFields })), [], manager);
        }
    });

    it("holds on a first update, which has no success before it", () => {
        assert.deepEqual(judge(live(), intent, { ...window, lastSuccess: undefined, dependencies: [] }), []);
    });

    it("fails for what kubectl made, even with the same labels", () => {
        const managedFields = [
            { manager: "kubectl-create", operation: "Update", time: at("19:10:00"), subresource: "" },
        ];
        assert.match(judge(live({ managedFields })).join(), /Pulumi did not create it.*kubectl-create/);
        assert.match(judge(live({ managedFields: [] })).join(), /field managers: none/);
    });

    it("fails for what was created otherwise and Pulumi only changed later", () => {
        const managedFields = [
            { manager: "kubectl-create", operation: "Update", time: at("19:10:00"), subresource: "" },
            { manager: "pulumi-kubernetes", operation: "Update", time: at("19:10:01"), subresource: "" },
        ];
        assert.match(judge(live({ managedFields })).join(), /Pulumi did not create it/);
    });

    it("fails for what Pulumi made before the stack's last success, as another stack may have", () => {
        assert.match(
            judge(live(), intent, { ...window, lastSuccess: at("19:10:30") }).join(),
            /created 2026-11-24T19:10:00Z, before the stack's last successful update/,
        );
    });

    it("fails for what is older than what it depends on in the stack", () => {
        assert.match(
            judge(live(), intent, { ...window, dependencies: [at("19:00:00"), at("19:10:06")] }).join(),
            /before what it depends on/,
        );
    });

    it("fails for what was made after the update was killed", () => {
        assert.match(
            judge(live(), intent, { ...window, stateWritten: at("19:08:59") }).join(),
            /after the stack's state/,
        );
        assert.deepEqual(judge(live(), intent, { ...window, stateWritten: at("19:09:01") }), []);
    });

    it("fails for another environment, a missing label and a changed annotation", () => {
        assert.match(
            judge(live({ labels: { ...LABELS, environment: "production" } })).join(),
            /environment is production/,
        );
        assert.match(judge(live({ labels: { environment: "staging" } })).join(), /managed-by is missing/);
        const wanted = { labels: { ...LABELS, app: "a" }, annotations: { note: "n" } };
        assert.match(judge(live(), wanted).join(), /label app is missing, not a.*|annotation note is missing, not n/);
        assert.equal(judge(live(), wanted).length, 2);
    });

    it("reports all reasons together", () => {
        const stranger = live({ labels: {}, managedFields: [], creationTimestamp: at("18:00:00") });
        assert.equal(judge(stranger).length, 5);
    });
});

describe("What recover decides", () => {
    const evidence = (state: StackState, read: Read, vouched: string[] = []): Evidence => ({
        ...{ state, read, vouched, environment: "staging", creates: [] },
        attempts: { lastSuccess: undefined, failed: [] },
    });
    const actions = async (state: StackState, read: Read, vouched?: string[]) =>
        (await decide(evidence(state, read, vouched))).map(({ action, object }) => `${action} ${object}`);
    const creating = (resource: object) => ({ resource, type: "creating" });

    it("adopts what the interrupted update created, clears what it did not, and refuses what belongs to others", async () => {
        const state = stateOf([creating(configMap("made")), creating(configMap("not")), creating(configMap("theirs"))]);
        const read = cluster({ made: ours(), theirs: ours({ labels: {} }) });
        assert.deepEqual(await actions(state, read), [
            "adopt ConfigMap ns/made",
            "clear ConfigMap ns/not",
            "refuse ConfigMap ns/theirs",
        ]);
    });

    it("refuses what it cannot read", async () => {
        assert.deepEqual(await actions(stateOf([creating(configMap("a"))]), cluster({ a: "hidden" })), [
            "refuse ConfigMap ns/a",
        ]);
    });

    it("adopts what the user confirmed by its exact name, and nothing else", async () => {
        const state = stateOf([creating(configMap("a")), creating(configMap("b"))]);
        const read = cluster({ a: ours({ labels: {} }), b: ours({ labels: {} }) });
        assert.deepEqual(await actions(state, read, ["ConfigMap ns/a"]), [
            "adopt ConfigMap ns/a",
            "refuse ConfigMap ns/b",
        ]);
    });

    it("looks only at pending creates: an object without one is never touched", async () => {
        assert.deepEqual(await actions(stateOf([]), cluster({ made: ours() })), []);
    });

    it("drops a pending create that a later update has completed, or whose object has another owner in the stack", async () => {
        const recorded = configMap("a", { id: "ns/a" });
        assert.deepEqual(await actions(stateOf([creating(configMap("a"))], [recorded]), cluster({ a: ours() })), [
            "clear ConfigMap ns/a",
        ]);
        const renamed = { ...recorded, urn: `${recorded.urn}-before` };
        const [decision] = await decide(
            evidence(stateOf([creating(configMap("a"))], [renamed]), cluster({ a: ours() })),
        );
        assert.match(decision?.why ?? "", /the state has it as a-before/);
    });

    it("leaves to the update what does not exist in the cluster, and what every update takes over", async () => {
        const random = { urn: "u::random", type: "random:index/randomPassword:RandomPassword", custom: true };
        const adopting = PROVIDER.replace("cluster", "cluster-adopting");
        const providers = [
            {
                ...{ urn: adopting, type: "pulumi:providers:kubernetes", custom: true },
                inputs: { upsertExistingObjects: "true" },
            },
        ];
        const crd = configMap("crd", { provider: `${adopting}::id` });
        const state = stateOf([creating(random), creating(crd)], providers);
        assert.deepEqual(await actions(state, cluster({ crd: ours({ labels: {} }) })), [
            "clear RandomPassword random",
            "clear ConfigMap ns/crd",
        ]);
    });

    it("waits for what is being deleted", async () => {
        const deleting = (name: string) => ({ resource: configMap(name, { id: `ns/${name}` }), type: "deleting" });
        const state = stateOf([deleting("going"), deleting("gone"), deleting("there")]);
        const read = cluster({ going: ours({ deletionTimestamp: at("19:11:00") }), there: ours() });
        assert.deepEqual(await actions(state, read), [
            "wait ConfigMap ns/going",
            "clear ConfigMap ns/gone",
            "clear ConfigMap ns/there",
        ]);
    });

    it("tells the whole reason of a refusal at 60 columns", async () => {
        const state = stateOf([creating(configMap("theirs"))]);
        const decisions = await decide(evidence(state, cluster({ theirs: ours({ managedFields: [] }) })));
        const text = decisionsText(decisions, { columns: 60, colour: false });
        assert.match(
            text,
            /^ {2}refuse {2}creating {2}ConfigMap ns\/theirs\n {6}Pulumi did not create it \(field managers: none\)$/,
        );
    });
});
