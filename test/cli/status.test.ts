import assert from "node:assert/strict";
import { alertsIn, podsIn, warningsIn, workloadsIn } from "../../cli/status/objects";
import type { Survey } from "../../cli/status/survey";
import { statusText } from "../../cli/status/text";
import { logsRequest } from "../../cli/pods/logs";
import { meshForwards } from "../../cli/ports/portForward";
import { CannotRun } from "../../errors";

const NOW = new Date("2026-11-24T20:00:00Z");
const CREATED = "2026-11-24T19:50:00Z";

/** A pod with one container in the given state. */
function pod(container: Record<string, unknown>, more: Record<string, unknown> = {}) {
    const containerStatuses = [{ name: "app", ready: false, restartCount: 0, ...container }];
    return {
        metadata: { name: "p", namespace: "ns", creationTimestamp: CREATED, ...more },
        status: { phase: "Running", containerStatuses },
    };
}

const onlyPod = (item: unknown) => podsIn({ items: [item] })[0]!;

describe("The status of a pod", () => {
    it("is the reason why a container waits, and how it terminated previously", () => {
        const found = onlyPod(
            pod({
                restartCount: 4,
                state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 80s" } },
                lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } },
            }),
        );
        assert.equal(found.state, "CrashLoopBackOff");
        assert.equal(found.restarts, 4);
        assert.equal(found.message, "container app; back-off 80s; last exit: OOMKilled (137)");
        assert.equal(found.ready, false);
    });

    it("is the reason why a container ended", () => {
        const found = onlyPod(pod({ state: { terminated: { reason: "Error", exitCode: 2 } } }));
        assert.deepEqual([found.state, found.message], ["Error", "container app; exit code 2"]);
    });

    it("is why the scheduler finds no node", () => {
        const found = onlyPod({
            metadata: { name: "p", creationTimestamp: CREATED },
            status: {
                phase: "Pending",
                conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes" }],
            },
        });
        assert.deepEqual([found.state, found.message, found.ready], ["Unschedulable", "0/3 nodes", false]);
    });

    it("is which container is not ready, and nothing for a healthy pod", () => {
        assert.equal(onlyPod(pod({})).message, "not ready: app");
        const healthy = onlyPod(pod({ ready: true }));
        assert.deepEqual([healthy.state, healthy.message, healthy.ready], ["Running", "", true]);
    });

    it("is that it is being deleted", () => {
        const going = onlyPod(pod({ ready: true }, { deletionTimestamp: CREATED }));
        assert.deepEqual([going.state, going.ready], ["Terminating", false]);
    });
});

describe("What status reads", () => {
    it("counts ready and desired pods of each kind of workload", () => {
        const metadata = { name: "w", namespace: "ns" };
        const counts = (kind: "Deployment" | "DaemonSet", item: object) =>
            workloadsIn(kind, { items: [{ metadata, ...item }] }).map(({ ready, desired }) => [ready, desired]);
        assert.deepEqual(counts("Deployment", { spec: { replicas: 3 }, status: { readyReplicas: 2 } }), [[2, 3]]);
        assert.deepEqual(counts("Deployment", { spec: {}, status: {} }), [[0, 1]]);
        assert.deepEqual(counts("DaemonSet", { status: { numberReady: 1, desiredNumberScheduled: 2 } }), [[1, 2]]);
    });

    it("says what has become of a Rollout's newest version, until it is delivered", () => {
        const rollout = (status: object) =>
            workloadsIn("Rollout", {
                items: [
                    {
                        metadata: { name: "w", namespace: "ns", generation: 2 },
                        spec: { replicas: 4, strategy: { canary: { steps: [{ setWeight: 25 }, { pause: {} }] } } },
                        status: { observedGeneration: "2", readyReplicas: 4, ...status },
                    },
                ],
            })[0];
        assert.equal(rollout({ phase: "Healthy" })?.delivery, undefined);
        const waiting = rollout({ phase: "Paused", currentStepIndex: 1 });
        assert.match(waiting?.delivery?.text ?? "", /^waiting: step 1 of 2/);
        assert.equal(waiting?.delivery?.failed, false);
        assert.equal(rollout({ phase: "Degraded", abort: true })?.delivery?.failed, true);
        assert.equal(waiting.ready, 4);
    });

    it("shows the most urgent alerts first, and not the one that always fires", () => {
        const alert = (alertname: string, severity: string) => ({ labels: { alertname, severity }, startsAt: CREATED });
        const names = alertsIn([alert("A", "warning"), alert("Watchdog", "none"), alert("B", "critical")]).map(
            ({ name }) => name,
        );
        assert.deepEqual(names, ["B", "A"]);
    });

    it("uses the latest time and the count of an event", () => {
        const [warning] = warningsIn({
            items: [
                {
                    metadata: {},
                    involvedObject: { kind: "Pod", name: "p" },
                    reason: "BackOff",
                    message: "again\n  and again",
                    count: 3,
                    lastTimestamp: CREATED,
                },
            ],
        });
        assert.deepEqual(warning, {
            object: "Pod p",
            reason: "BackOff",
            message: "again and again",
            count: 3,
            at: new Date(CREATED),
        });
    });
});

describe("The screen of status", () => {
    const survey: Survey = {
        stack: {
            name: "staging",
            embedded: false,
            target: { context: "kind" },
            resources: 62,
            pending: ["creating Deployment x0tta6bl4-staging/staging-x0tta6bl4"],
            last: { kind: "update", result: "failed", startedAt: NOW, endedAt: NOW, changes: { create: 3, same: 9 } },
            locks: [{ pid: 7, username: "ann", hostname: "here", since: NOW, holder: "gone" }],
        },
        parts: [
            {
                name: "Mesh",
                namespaces: ["x0tta6bl4-staging"],
                workloads: [
                    { kind: "Deployment", namespace: "ns", name: "staging-x0tta6bl4", ready: 1, desired: 2 },
                    { kind: "StatefulSet", namespace: "ns", name: "gone", ready: 0, desired: undefined },
                ],
                pods: Array.from({ length: 8 }, (_, index) => onlyPod(pod({ ready: index > 0 }))),
            },
            { name: "Monitoring", namespaces: ["monitoring"], workloads: [], pods: [] },
        ],
        alerts: { unknown: "the stack has no monitoring" },
        warnings: [],
        notes: ["a note"],
        healthy: false,
    };

    it("fits 60 columns, and names what is wrong and the command that fixes it", () => {
        const text = statusText(survey, { columns: 60, colour: false }, NOW);
        for (const line of text.split("\n")) {
            assert.ok(line.length <= 60, line);
        }
        assert.match(text, /last update +failed, update, 0 s ago: 3 create/);
        assert.match(text, /pending +1: npx x0 recover/);
        assert.match(text, /lock +left by an exited process: npx x0 recover/);
        assert.match(text, /staging-x0tta6bl4 +1\/2 ready/);
        assert.match(text, /gone +missing/);
        assert.match(text, /and 2 more/);
        assert.match(text, /the stack has no monitoring/);
        assert.match(text, /a note/);
        assert.match(text, /^Monitoring \(monitoring\)\n +none of its own$/m);
    });

    it("says that the ports of the app are not checked where no container runs, and is silent where they are", () => {
        const text = (embedded: boolean) =>
            statusText({ ...survey, stack: { ...survey.stack, embedded } }, { columns: 80, colour: false }, NOW);
        assert.match(text(true), /^ +ports +not checked: no container runs on simulated nodes$/m);
        assert.doesNotMatch(text(false), /ports/);
    });
});

describe("What logs and port-forward do", () => {
    it("follows on a terminal, and prints and exits elsewhere", () => {
        const container = "c";
        const follows = (options: object, terminal: boolean) =>
            logsRequest(undefined, { container, ...options }, terminal).follow;
        assert.equal(follows({}, true), true);
        assert.equal(follows({}, false), false);
        assert.equal(follows({ follow: false }, true), false);
        assert.equal(follows({ follow: true }, false), true);
        assert.equal(follows({ previous: true }, true), false);
        assert.equal(logsRequest("p", { container }, true).since, "10m");
        assert.equal(logsRequest("p", { container, previous: true }, true).since, undefined);
        assert.throws(() => follows({ previous: true, follow: true }, true), CannotRun);
        assert.throws(() => follows({ since: "yesterday" }, true), /--since yesterday/);
    });

    it("forwards the Services at the ports that the outputs name", () => {
        const names = { app: "staging-x0tta6bl4", metricsService: "staging-x0tta6bl4-metrics" };
        const outputs = { services: { http: "http://a.b.svc:8000", metrics: "http://c.b.svc:9090/metrics" } };
        assert.deepEqual(meshForwards(outputs, names), [
            { name: "http", service: "staging-x0tta6bl4", port: 8000, path: "" },
            { name: "metrics", service: "staging-x0tta6bl4-metrics", port: 9090, path: "/metrics" },
        ]);
        assert.throws(() => meshForwards({}, names), /no outputs yet/);
    });
});
