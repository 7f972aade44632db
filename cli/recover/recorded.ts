import type { Objects } from "../../engine/liveObjects";
import { describeResource, objectNameOf, type Resource } from "../../engine/state";
import type { Decision } from "./decision";
import { inParts } from "./parts";

/**
 * Decides on the objects of the state: one that is gone is taken out of it, and one that is being deleted is waited for.
 * Neither is brought back by an update that changes nothing, and one that changes the object fails.
 */
export async function decideRecorded(resources: readonly Resource[], objects: Objects): Promise<Decision[]> {
    const present = resources.filter(
        ({ custom, id, pendingReplacement }) => custom && id !== undefined && pendingReplacement !== true,
    );
    const decisions = await inParts(present, async (resource): Promise<Decision | undefined> => {
        const name = objectNameOf(resource);
        const live = name === undefined ? "hidden" : await objects.find(name);
        const about = { object: describeResource(resource), operation: "recorded", resource };
        if (live === undefined) {
            return { ...about, action: "forget", why: "it is gone; the update creates it again" };
        }
        return live !== "hidden" && live.metadata.deletionTimestamp !== undefined
            ? { ...about, action: "wait", why: "it is being deleted" }
            : undefined;
    });
    return decisions.filter((decision) => decision !== undefined);
}
