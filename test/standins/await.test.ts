import assert from "node:assert/strict";
import { awaiterFor, NotReadyError, timeoutOf, waitUntilReady } from "../../standins/kubernetes/await";
import { serviceProgress } from "../../standins/kubernetes/await/network";
import { podProblems } from "../../standins/kubernetes/await/pods";
import { crdProgress } from "../../standins/kubernetes/await/others";
import { daemonSetProgress, deploymentProgress, statefulSetProgress } from "../../standins/kubernetes/await/workloads";
import type { KubernetesClient } from "../../standins/kubernetes/client";
import { deletionHolds } from "../../standins/kubernetes/deletion";
import type { PropertyMap } from "../../standins/protocol/values";
import { offlineClient } from "./support";

/** A Deployment of 2 pods with a status. */
const deployment = (status: PropertyMap): PropertyMap => ({
    metadata: { generation: 2 },
    spec: { replicas: 2 },
    status: { observedGeneration: 2, ...status },
});

/** A Pod of one container in a state. */
const pod = (state: PropertyMap, more: PropertyMap = {}): PropertyMap => ({
    metadata: { namespace: "mesh", name: "api-1" },
    status: { phase: "Pending", containerStatuses: [{ name: "app", ready: false, state }], ...more },
});

describe("stand-in Kubernetes plugin: rollouts", () => {
    it("considers a Deployment ready when all pods are up to date and available and no old pod remains", () => {
        const counts = { replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
        assert.equal(deploymentProgress(deployment(counts)).ready, true);
        assert.equal(deploymentProgress(deployment({ ...counts, availableReplicas: 1 })).ready, false);
        assert.equal(deploymentProgress(deployment({ ...counts, updatedReplicas: 1 })).ready, false);
        assert.equal(deploymentProgress(deployment({ ...counts, replicas: 3 })).ready, false);
        assert.equal(deploymentProgress(deployment({ ...counts, observedGeneration: 1 })).ready, false);
    });
    it("considers a Deployment with 0 replicas ready, and defaults replicas to 1", () => {
        assert.equal(deploymentProgress({ spec: { replicas: 0 } }).ready, true);
        assert.equal(deploymentProgress({ spec: {}, status: {} }).ready, false);
    });
    it("waits for the condition that an annotation names, and for no generation that is a text", async () => {
        const rollout = (status: string): PropertyMap => ({
            apiVersion: "argoproj.io/v1alpha1",
            kind: "Rollout",
            metadata: { name: "mesh", generation: 3, annotations: { "pulumi.com/waitFor": "condition=Available" } },
            status: { observedGeneration: "2", conditions: [{ type: "Available", status }] },
        });
        const lookup = { client: offlineClient() };
        assert.equal((await awaiterFor(rollout("True"))?.progress(rollout("True"), lookup))?.ready, true);
        assert.equal((await awaiterFor(rollout("True"))?.progress(rollout("False"), lookup))?.ready, false);
        const counted: PropertyMap = {
            ...rollout("True"),
            status: { observedGeneration: 2, conditions: [{ type: "Available", status: "True" }] },
        };
        assert.equal((await awaiterFor(rollout("True"))?.progress(counted, lookup))?.ready, false);
    });
    it("refuses an annotation for a wait that it does not know", () => {
        const inputs: PropertyMap = {
            metadata: { annotations: { "pulumi.com/waitFor": "jsonpath={.status.phase}=Healthy" } },
        };
        assert.throws(() => awaiterFor(inputs), /supports condition=TYPE alone/);
    });
    it("states why a Deployment's pods cannot be created", () => {
        const refused = deployment({
            conditions: [
                { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "exceeded quota: q" },
            ],
        });
        assert.equal(deploymentProgress(refused).message, "[FailedCreate] exceeded quota: q");
    });
    it("waits for a StatefulSet's new revision", () => {
        const set = (status: PropertyMap): PropertyMap => ({
            spec: { replicas: 2 },
            status: { readyReplicas: 2, currentRevision: "a", updateRevision: "b", updatedReplicas: 1, ...status },
        });
        assert.equal(statefulSetProgress(set({})).ready, false);
        assert.equal(statefulSetProgress(set({ currentRevision: "b" })).ready, true);
        assert.equal(statefulSetProgress(set({ readyReplicas: 1 })).ready, false);
    });
    it("waits for a DaemonSet's pod on every node", () => {
        const status = { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 };
        assert.equal(daemonSetProgress({ status }).ready, true);
        assert.equal(daemonSetProgress({ status: { ...status, numberAvailable: 2 } }).ready, false);
    });
    it("waits for a Service's pods, but only a while for one that selects none", () => {
        const service = { spec: { selector: { app: "a" }, clusterIP: "10.0.0.1" } };
        assert.equal(serviceProgress(service, [{ conditions: { ready: false } }]).ready, false);
        assert.equal(serviceProgress(service, [{ conditions: { ready: true } }]).settleMs, 0);
        assert.ok((serviceProgress(service, []).settleMs ?? 0) > 0);
        assert.equal(serviceProgress({ spec: { clusterIP: "None", selector: { a: "b" } } }, []).settleMs, undefined);
        assert.equal(serviceProgress({ spec: { type: "LoadBalancer" } }, []).ready, false);
    });
    it("waits until a CRD is served", () => {
        assert.equal(crdProgress({}).ready, false);
        assert.equal(crdProgress({ status: { conditions: [{ type: "Established", status: "True" }] } }).ready, true);
    });
});

describe("stand-in Kubernetes plugin: why a pod is not ready", () => {
    it("names pod, container and the reason that it waits for", () => {
        assert.deepEqual(podProblems(pod({ waiting: { reason: "ImagePullBackOff", message: "no such image" } })), [
            'Pod mesh/api-1: container "app": [ImagePullBackOff] no such image',
        ]);
    });
    it("names the exit code of a container that crashed", () => {
        const [problem] = podProblems(pod({ terminated: { reason: "Error", exitCode: 3 } }));
        assert.equal(problem, 'Pod mesh/api-1: container "app": [Error] (exit code 3)');
    });
    it("includes the scheduler's message", () => {
        const conditions = [{ type: "PodScheduled", status: "False", message: "0/2 nodes are available" }];
        assert.deepEqual(podProblems(pod({}, { conditions })), [
            "Pod mesh/api-1: [FailedScheduling] 0/2 nodes are available",
        ]);
    });
    it("reports nothing about a ready pod", () => {
        assert.deepEqual(podProblems({ status: { conditions: [{ type: "Ready", status: "True" }] } }), []);
    });
    it("names what blocks the deletion of an object", () => {
        const conditions = [{ type: "NamespaceFinalizersRemaining", status: "True", message: "1 resource is left" }];
        assert.deepEqual(deletionHolds({ metadata: { finalizers: ["a/b"] }, status: { conditions } }), [
            "finalizers: a/b",
            "1 resource is left",
        ]);
    });
});

describe("stand-in Kubernetes plugin: waiting", () => {
    /** A client whose object passes through the given states, and stays in the last. */
    const clientOf = (states: PropertyMap[]): KubernetesClient => {
        const client = offlineClient();
        client.find = () => Promise.resolve(states.length > 1 ? states.shift() : states[0]);
        return client;
    };
    const awaiter = {
        progress: (object: PropertyMap) => ({ ready: object.ready === true, message: "Waiting" }),
        diagnose: () => Promise.resolve(["the reason"]),
    };
    const options = (timeoutSeconds: number, signal = new AbortController().signal) => ({
        timeoutSeconds,
        signal,
        status: () => undefined,
    });

    it("ends when the object is ready, with its newest version", async () => {
        const client = clientOf([{ n: 1 }, { n: 2, ready: true }]);
        assert.deepEqual(await waitUntilReady({ n: 0 }, awaiter, { client }, options(5)), { n: 2, ready: true });
    });
    it("ends at the time limit with the object and the reasons", async () => {
        const waiting = waitUntilReady({}, awaiter, { client: clientOf([{ n: 1 }]) }, options(0.2));
        await assert.rejects(waiting, (error: unknown) => {
            assert.ok(error instanceof NotReadyError);
            assert.match(error.message, /not ready after 0.2 s/);
            assert.deepEqual(error.live, { n: 1 });
            assert.deepEqual(error.reasons, ["Waiting", "the reason"]);
            return true;
        });
    });
    it("ends when the user cancels, and when the object is deleted meanwhile", async () => {
        const waiting = waitUntilReady({}, awaiter, { client: clientOf([{}]) }, options(5, AbortSignal.abort()));
        await assert.rejects(waiting, /cancelled/);
        const client = clientOf([]);
        await assert.rejects(waitUntilReady({}, awaiter, { client }, options(5)), /deleted while it was awaited/);
    });
    it("prefers the timeout of the resource option over the annotation's and over the kind's", () => {
        const inputs = { metadata: { annotations: { "pulumi.com/timeoutSeconds": "7" } } };
        assert.equal(timeoutOf(inputs, 3), 3);
        assert.equal(timeoutOf(inputs, 0), 7);
        assert.equal(timeoutOf({}, 0, { ...awaiter, timeoutSeconds: 5 }), 5);
        assert.equal(timeoutOf({}, 0), 600);
    });
});
