import { type Exported, neededUrns, type Resource, type StackState } from "../../engine/state";
import type { Decision } from "./decision";

/**
 * The state after the decisions: adopted objects are in it as if their creation had been recorded, and nothing is
 * pending. A refresh must follow, which fills in the outputs from the API server.
 *
 * The state is edited because neither flag of the CLI does this: `refresh --import-pending-creates` (seen in 3.259) marks
 * the operation as an import that is never carried out, and drops it; the provider's `upsertExistingObjects` lets every
 * create of the update take over existing objects, not only the proven ones.
 */
export function adopted({ exported, resources }: StackState, decisions: readonly Decision[], now: Date): Exported {
    const taken = decisions.flatMap((decision) =>
        decision.action === "adopt" ? [asCreated(decision.resource, decision.id, now)] : [],
    );
    const urns = new Set(taken.map(({ urn }) => urn));
    const kept = resources
        // The deleted half of a replacement is replaced now.
        .filter(({ urn, pendingReplacement }) => !(urns.has(urn) && pendingReplacement === true))
        // The next update deletes the object that the new one replaces.
        .map((resource) => (urns.has(resource.urn) ? { ...resource, delete: true } : resource));
    return {
        ...exported,
        deployment: { ...exported.deployment, resources: inOrder([...kept, ...taken]), pending_operations: [] },
    };
}

/**
 * Resources in their order, but each after what it needs: the CLI accepts no other state. What depends on the deleted half
 * of a replacement is in the state already.
 */
function inOrder(resources: readonly Resource[]): Resource[] {
    const current = new Map(resources.filter((each) => each.delete !== true).map((each) => [each.urn, each]));
    const begun = new Set<Resource>();
    const sorted: Resource[] = [];
    const add = (resource: Resource | undefined): void => {
        if (resource === undefined || begun.has(resource)) {
            return;
        }
        begun.add(resource);
        neededUrns(resource).forEach((urn) => {
            add(current.get(urn));
        });
        sorted.push(resource);
    };
    resources.forEach(add);
    return sorted;
}

/** A resource as the engine records it after a create; the refresh adds the provider's outputs. */
function asCreated(resource: Resource, id: string, now: Date): Resource {
    const { inputs } = resource;
    const version = typeof inputs?.apiVersion === "string" ? { __initialApiVersion: inputs.apiVersion } : {};
    return {
        ...resource,
        id,
        outputs: { ...inputs, ...version, __inputs: inputs },
        created: now.toISOString(),
        modified: now.toISOString(),
    };
}
