import { Objects } from "../../engine/liveObjects";
import { describeResource, objectNameOf, type PendingOperation, RELEASE_TYPE, type Resource } from "../../engine/state";
import { decideCreate } from "./creates";
import type { About, Decision, Evidence } from "./decision";
import { decidePendingRelease, decideRelease } from "./releases";
import { decideRecorded } from "./recorded";
import { decideUnrecorded } from "./unrecorded";

/** Types that exist only in the state, and can be recreated. */
const INNER_TYPES = /^(pulumi|random):/;

/**
 * Decides on everything that updates may have left: first on the pending operations of one that was killed, then on what the
 * program would create although it exists, which a failed update leaves, and last on what the state has and the cluster has
 * not. Changes nothing.
 */
export async function decide(evidence: Evidence): Promise<Decision[]> {
    const { state, creates } = evidence;
    const objects = new Objects(evidence.read);
    const decisions: Decision[] = [];
    for (const pending of state.pending) {
        decisions.push(await decidePending(pending, evidence, objects));
    }
    const decided = new Set(state.pending.map(({ resource }) => resource.urn));
    const open = ({ urn }: Resource) => !decided.has(urn);
    decisions.push(...(await decideUnrecorded(creates.filter(open), evidence, objects)));
    decisions.push(...(await decideRecorded(state.resources.filter(open), objects)));
    for (const release of [...state.resources, ...creates].filter(({ type }) => type === RELEASE_TYPE).filter(open)) {
        if (!decisions.some(({ resource }) => resource.urn === release.urn)) {
            decisions.push(...(await decideRelease(release, evidence)));
        }
    }
    return decisions;
}

async function decidePending(pending: PendingOperation, evidence: Evidence, objects: Objects): Promise<Decision> {
    const { resource, type: operation } = pending;
    const about = { object: describeResource(resource), operation, resource };
    if (!resource.custom || INNER_TYPES.test(resource.type)) {
        return { ...about, action: "clear", why: "it is in no cluster; the update recreates it" };
    }
    if (resource.type === RELEASE_TYPE) {
        return decidePendingRelease(about, evidence);
    }
    switch (operation) {
        case "creating":
            return decideCreate(about, evidence, objects);
        case "deleting":
            return decideDelete(about, objects);
        default:
            return { ...about, action: "clear", why: "the refresh reads the result" };
    }
}

async function decideDelete(about: About, objects: Objects): Promise<Decision> {
    const name = objectNameOf(about.resource);
    const live = name === undefined ? undefined : await objects.find(name);
    return live !== undefined && live !== "hidden" && live.metadata.deletionTimestamp !== undefined
        ? { ...about, action: "wait", why: "it is being deleted" }
        : { ...about, action: "clear", why: live === undefined ? "it is gone" : "the refresh reads that it exists" };
}
