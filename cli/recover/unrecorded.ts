import type { LiveObject, Objects } from "../../engine/liveObjects";
import { describeObject, describeResource, type ObjectName, objectNameOf, type Resource } from "../../engine/state";
import { idOf, judge, ownerOf, takesOver, windowOf } from "./creates";
import type { About, Decision, Evidence } from "./decision";
import { inParts } from "./parts";

/** An object that the program would create, although it exists. */
interface Existing {
    readonly about: About;
    readonly name: ObjectName;
    readonly live: LiveObject | "hidden";
}

/**
 * Decides on the objects that the next update would create and that exist: it would stop at each of them. A plugin that dies
 * during a create leaves such an object, and so does an API server whose answer is lost: the CLI records the failure, so
 * that the state has neither the object nor a pending operation.
 *
 * The proof is that of a pending create, with two conditions in the place of the pending operation: a failed update of this
 * stack ran when the object was created, and nothing exists that depends on it and is not in the state either. The
 * engine creates nothing that depends on a failed create, so both together are the work of another owner, e.g. of a stack
 * of the same name in another backend.
 * @param creates What the next update would create.
 */
export async function decideUnrecorded(
    creates: readonly Resource[],
    evidence: Evidence,
    objects: Objects,
): Promise<Decision[]> {
    const { resources } = evidence.state;
    const looked = await inParts(creates, async (resource): Promise<Existing | Decision | undefined> => {
        const name = objectNameOf(resource);
        if (name === undefined || takesOver(resources, resource)) {
            return undefined;
        }
        const about = { object: describeResource(resource), operation: "unrecorded", resource };
        const owner = resources.find(({ type, id }) => type === resource.type && id === idOf(name));
        if (owner?.urn === resource.urn && owner.pendingReplacement !== true) {
            // It is replaced.
            return undefined;
        }
        const renamed = ownerOf(resources, resource, idOf(name));
        if (renamed !== undefined) {
            return { ...about, action: "refuse", why: renamed };
        }
        const live = await objects.find(name);
        return live === undefined ? undefined : { about, name, live };
    });
    const found = looked.filter((each) => each !== undefined);
    const existing = found.filter((each): each is Existing => "live" in each);
    const decided = found.filter((each): each is Decision => "action" in each);
    return [...decided, ...existing.map((each) => decideExisting(each, existing, evidence))];
}

function decideExisting({ about, name, live }: Existing, all: readonly Existing[], evidence: Evidence): Decision {
    if (live === "hidden") {
        return { ...about, action: "refuse", why: "your user cannot read it" };
    }
    if (live.metadata.deletionTimestamp !== undefined) {
        return { ...about, action: "wait", why: "it is being deleted" };
    }
    const window = { ...windowOf(about.resource, evidence), attempts: evidence.attempts.failed };
    const decision = judge(about, name, live, evidence, window);
    const impossible = evidence.vouched.includes(describeObject(name)) ? [] : orderDoubts(about.resource, all);
    if (impossible.length === 0) {
        return decision;
    }
    const earlier = decision.action === "refuse" ? [decision.why] : [];
    return { ...about, action: "refuse", why: [...earlier, ...impossible].join("; ") };
}

/** What exists that a failed update of this stack cannot have created, since it would have been next. */
function orderDoubts({ urn, dependencies }: Resource, all: readonly Existing[]): string[] {
    const before = all.filter(({ about }) => dependencies?.includes(about.resource.urn) === true);
    const after = all.filter(({ about }) => about.resource.dependencies?.includes(urn) === true);
    const listed = (each: readonly Existing[]) => each.map(({ about }) => about.object).join(", ");
    return [
        ...(before.length > 0 ? [`it depends on ${listed(before)}, which the state does not have`] : []),
        ...(after.length > 0 ? [`${listed(after)} exists, which the stack would have created after it`] : []),
    ];
}
