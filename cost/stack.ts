import type { Planned } from "../engine/changes";
import { madeObjects } from "../engine/sources";
import { CannotRun } from "../errors";
import { namedClaims } from "../policy/cost/claims";
import type { Demand } from "../policy/cost/estimate";
import { podGroups } from "../policy/cost/pods";
import { FieldError } from "../policy/engine/field";
import { stackOfSources } from "../policy/evaluation/evaluateStack";

/** What a stack asks for, and which part of the program asks for it. */
export interface StackDemand extends Demand {
    /** Component that made the object of a source, e.g. `mesh`. */
    readonly componentOf: (source: unknown) => string;
}

/**
 * What the resources of a program ask for, those of its charts included, rendered as the policy pack renders them.
 * @throws CannotRun that names the release whose chart cannot be rendered, or the place that cannot be read.
 */
export async function demandOf(resources: readonly Planned[], stack: string): Promise<StackDemand> {
    const made = await madeObjects(resources, stack, "its pods would not be counted");
    const components = new Map(made.map(({ source, component }) => [source.body, component]));
    const all = stackOfSources(made.map(({ source }) => source));
    const groupOf = podGroups(all);
    return {
        groups: all.workloads.flatMap((item) => {
            const { kind, object } = item.subject;
            return readable(`${kind} ${object.at("metadata", "name").label() ?? ""}`, () => groupOf(item) ?? []);
        }),
        claims: readable("PersistentVolumeClaim", () => namedClaims(all)),
        componentOf: (source) => components.get(source) ?? "other",
    };
}

function readable<T>(what: string, read: () => T): T {
    try {
        return read();
    } catch (error) {
        if (error instanceof FieldError) {
            throw new CannotRun(`${what}: ${error.message}`, "npx x0 diff: it shows what the policies say about it");
        }
        throw error;
    }
}
