import { at, count, items, text } from "../../protocol/values";
import type { PropertyMap } from "../../protocol/values";
import { gvkOf, namespaceOf } from "../object";
import { condition, diagnosePods, shorten, warningEvents } from "./pods";
import type { Awaiter, AwaitProgress } from "./types";

/** Whether the controller has observed the latest generation of the object. */
function isObserved(object: PropertyMap): boolean {
    return count(object, "status", "observedGeneration") >= count(object, "metadata", "generation");
}

/** Number of desired pods; the API server's default is 1. */
function wanted(object: PropertyMap): number {
    return at(object, "spec", "replicas") === undefined ? 1 : count(object, "spec", "replicas");
}

/** Progress of a Deployment, which is ready when all pods are up to date and available, and no old pods remain. */
export function deploymentProgress(object: PropertyMap): AwaitProgress {
    const replicas = wanted(object);
    const updated = count(object, "status", "updatedReplicas");
    const available = count(object, "status", "availableReplicas");
    const total = count(object, "status", "replicas");
    const failure = condition(object, "ReplicaFailure");
    if (!isObserved(object)) {
        return { ready: false, message: "Waiting for the Deployment controller" };
    }
    if (failure.status === "True") {
        return { ready: false, message: `[${text(failure, "reason")}] ${text(failure, "message")}` };
    }
    if (updated < replicas || available < replicas) {
        return { ready: false, message: `Waiting for Pods (${available}/${replicas} available, ${updated} updated)` };
    }
    return total > updated
        ? { ready: false, message: `Waiting for ${total - updated} Pods of an older version to end` }
        : { ready: true, message: "Deployment is rolled out" };
}

/** Why a Deployment is not ready: its conditions, failures of its ReplicaSets, its pods. */
async function diagnoseDeployment(
    object: PropertyMap,
    lookup: Parameters<NonNullable<Awaiter["diagnose"]>>[1],
): Promise<string[]> {
    const progressing = condition(object, "Progressing");
    const stuck =
        progressing.status === "False" ? [`[${text(progressing, "reason")}] ${text(progressing, "message")}`] : [];
    const sets = await lookup.client.list({ group: "apps", version: "v1", kind: "ReplicaSet" }, namespaceOf(object));
    const own = sets.filter((set) =>
        items(set, "metadata", "ownerReferences").some((owner) => owner.uid === at(object, "metadata", "uid")),
    );
    const newest = own.filter((set) => count(set, "spec", "replicas") > count(set, "status", "readyReplicas"));
    const refusals = await Promise.all(
        newest.map((set) => warningEvents({ ...set, apiVersion: "apps/v1", kind: "ReplicaSet" }, lookup)),
    );
    return shorten([...stuck, ...refusals.flat(), ...(await diagnosePods(object, lookup))]);
}

/** Progress of a StatefulSet, which is ready when all pods have the latest revision and are ready. */
export function statefulSetProgress(object: PropertyMap): AwaitProgress {
    const replicas = wanted(object);
    const ready = count(object, "status", "readyReplicas");
    const updated = count(object, "status", "updatedReplicas");
    if (!isObserved(object)) {
        return { ready: false, message: "Waiting for the StatefulSet controller" };
    }
    if (ready < replicas) {
        return { ready: false, message: `Waiting for Pods (${ready}/${replicas} ready)` };
    }
    return at(object, "status", "currentRevision") === at(object, "status", "updateRevision")
        ? { ready: true, message: "StatefulSet is rolled out" }
        : { ready: false, message: `Waiting for the new revision (${updated}/${replicas} Pods updated)` };
}

/** Progress of a DaemonSet, which is ready when every node that should run its pod has an up-to-date, available one. */
export function daemonSetProgress(object: PropertyMap): AwaitProgress {
    const desired = count(object, "status", "desiredNumberScheduled");
    const updated = count(object, "status", "updatedNumberScheduled");
    const available = count(object, "status", "numberAvailable");
    if (!isObserved(object)) {
        return { ready: false, message: "Waiting for the DaemonSet controller" };
    }
    return available < desired || updated < desired
        ? { ready: false, message: `Waiting for Pods (${available}/${desired} available, ${updated} updated)` }
        : { ready: true, message: "DaemonSet is rolled out" };
}

/** Awaiters of the workload kinds by `apiVersion/kind`. */
export const workloads: Readonly<Record<string, Awaiter>> = {
    "apps/v1/Deployment": { progress: deploymentProgress, diagnose: diagnoseDeployment, onRead: true },
    "apps/v1/StatefulSet": { progress: statefulSetProgress, diagnose: diagnosePods, onRead: true },
    "apps/v1/DaemonSet": { progress: daemonSetProgress, diagnose: diagnosePods, onRead: true },
};

/** `apiVersion/kind` of an object. */
export function awaiterKey(object: PropertyMap): string {
    return `${text(object, "apiVersion")}/${gvkOf(object).kind}`;
}
