import type { CostChange, CostFigures, Detail } from "../engine/report";
import { compare } from "../engine/values";
import { amount } from "./format";
import type { BoundName, ObjectCost, StackCost } from "./cost";

/** Before and after. */
export interface BeforeAfter<T> {
    readonly before: T;
    readonly after: T;
}

/** Sections of the stack file that have an influence on the cost. */
const SECTIONS: readonly string[] = ["mesh", "spire", "monitoring", "cost"];

/**
 * What differs between two versions of a stack, and why; `undefined` where neither what it asks for nor its price does.
 * @param settings The two stack files' configuration.
 */
export function compareCosts(
    before: StackCost,
    after: StackCost,
    settings: BeforeAfter<Readonly<Record<string, unknown>>>,
): CostChange | undefined {
    const objects = compareObjects(before.objects, after.objects);
    const names: readonly BoundName[] = ["minimum", "maximum"];
    const same = names.every(
        (name) => Math.abs(before.scenarios[name].monthly - after.scenarios[name].monthly) < HALF_CENT,
    );
    if (same && objects.length === 0 && before.node.type === after.node.type) {
        return undefined;
    }
    const figures = (name: BoundName) => ({ before: figuresOf(before, name), after: figuresOf(after, name) });
    return {
        currency: after.currency,
        pricesDate: after.pricesDate,
        node: { before: before.node.type, after: after.node.type },
        figures: { minimum: figures("minimum"), maximum: figures("maximum") },
        objects,
        settings: SECTIONS.flatMap((name) => compare(settings.before[name], settings.after[name], name)),
    };
}

/** Differences below this are rounding. */
const HALF_CENT = 0.005;

/** The figures of a version at a bound. */
function figuresOf({ scenarios, objects }: StackCost, name: BoundName): CostFigures {
    const { nodes, monthly } = scenarios[name];
    return { nodes, monthly, requested: objects.reduce((sum, object) => sum + object.monthly[name], 0) };
}

function compareObjects(before: readonly ObjectCost[], after: readonly ObjectCost[]): Detail[] {
    const texts = (objects: readonly ObjectCost[]) => new Map(objects.map((one) => [one.object, objectText(one)]));
    const [old, wanted] = [texts(before), texts(after)];
    return [...new Set([...old.keys(), ...wanted.keys()])]
        .sort()
        .filter((object) => old.get(object) !== wanted.get(object))
        .map((object) => ({ path: object, before: old.get(object), after: wanted.get(object) }));
}

/** What an object asks for, as text for people; without what follows from the number of nodes. */
export function objectText({ requests, pods, perNode, storageBytes }: ObjectCost): string {
    const { minimum, maximum } = pods;
    const range = minimum === maximum ? `${minimum}` : `${minimum} to ${maximum}`;
    const volume = storageBytes === 0 ? "" : `${amount.bytes(storageBytes)} of volumes`;
    if (!perNode && maximum === 0) {
        return volume;
    }
    const count = perNode ? "a pod on each node" : `${range} ${maximum === 1 ? "pod" : "pods"}`;
    const each = `CPU ${amount.cpu(requests.cpu)}, memory ${amount.bytes(requests.memory)}`;
    return [`${count}, each: ${each}`, ...(volume === "" ? [] : [volume])].join(", ");
}
