import { messageOf } from "../errors";
import type { Target } from "../engine/target";
import { loadContext } from "../kube/kubeconfig";
import { type CheckFinding, fromRefusal } from "./report";

/** There is no usable cluster; the finding contains the fix. */
export class CannotContinue extends Error {
    constructor(public readonly finding: CheckFinding) {
        super(finding.detail);
        this.name = "CannotContinue";
    }
}

/**
 * A context of the user's kubeconfig.
 * @throws CannotContinue that lists the available contexts.
 */
export function existingTarget(target: Target, env: NodeJS.ProcessEnv): Target {
    try {
        loadContext(target, env);
        return target;
    } catch (error) {
        throw new CannotContinue(fromRefusal("Context", messageOf(error)));
    }
}
