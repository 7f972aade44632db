import { count, text } from "../../protocol/values";
import type { PropertyMap } from "../../protocol/values";
import { describe } from "../object";
import { condition, warningEvents } from "./pods";
import type { Awaiter, AwaitProgress } from "./types";

/** `condition=TYPE` or `condition=TYPE=STATUS`, as the official plugin has it. */
const CONDITION = /^condition=([A-Za-z0-9./-]+)(?:=(True|False|Unknown))?$/;

/**
 * How an object with the annotation `pulumi.com/waitFor` is awaited. Of its forms only the single condition is supported.
 * @throws Error for another form.
 */
export function conditionAwaiter(waitFor: string): Awaiter {
    const [, type, status = "True"] = CONDITION.exec(waitFor) ?? [];
    if (type === undefined) {
        throw new Error(
            `the annotation pulumi.com/waitFor supports condition=TYPE alone, given is ${JSON.stringify(waitFor)}`,
        );
    }
    return { progress: (object) => conditionProgress(object, type, status), diagnose: warningEvents };
}

/**
 * Whether a condition has a status. A generation that is a number must be observed; one that is a text, as Argo Rollouts
 * has it, cannot be compared, and the official plugin does not.
 */
function conditionProgress(object: PropertyMap, type: string, status: string): AwaitProgress {
    const observed = count(object, "status", "observedGeneration");
    const found = condition(object, type);
    const seen = observed === 0 || observed >= count(object, "metadata", "generation");
    const message = text(found, "message");
    return {
        ready: seen && found.status === status,
        message: `Waiting for condition ${type} of ${describe(object)}${message === "" ? "" : `: ${message}`}`,
    };
}
