import type { Exported, Resource, StackState } from "../../engine/state";
import type { Decision } from "./plan";

/**
 * The state after the decisions: what is adopted is in it as if its create had been recorded, and nothing is pending any
 * more. A refresh must follow, which fills in what the API server says.
 *
 * The state is edited because neither flag of the CLI does this: `refresh --import-pending-creates` (seen in 3.259) marks the
 * operation as an import which nothing then carries out, and drops it; the provider's `upsertExistingObjects` lets every
 * create of the update take over what is there, not just the proven ones.
 */
export function adopted({ exported, resources }: StackState, decisions: readonly Decision[], now: Date): Exported {
    const taken = decisions.flatMap((decision) =>
        decision.action === "adopt" ? [asCreated(decision.resource, decision.id, now)] : [],
    );
    const urns = new Set(taken.map(({ urn }) => urn));
    const kept = resources
        // What was deleted to be replaced is replaced now.
        .filter(({ urn, pendingReplacement }) => !(urns.has(urn) && pendingReplacement === true))
        // What the new object was to replace goes at the next update.
        .map((resource) => (urns.has(resource.urn) ? { ...resource, delete: true } : resource));
    return {
        ...exported,
        deployment: { ...exported.deployment, resources: [...kept, ...taken], pending_operations: [] },
    };
}

/** A resource as the engine records it after a create; what the provider adds comes with the refresh. */
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
