import { setTimeout as sleep } from "node:timers/promises";
import { at, items, text } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { NotReadyError, timeoutOf } from "./await";
import { isNotFound, NoMatchError } from "./errors";
import { annotation, annotations, describe } from "./object";
import type { Operation } from "./operations";
import { clientOf } from "./session";

/** Initial interval between checks whether an object is deleted (ms). */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** What blocks the deletion of an object: finalizers, and a Namespace's conditions. */
export function deletionHolds(object: PropertyMap): string[] {
    const finalizers = at(object, "metadata", "finalizers");
    const conditions = items(object, "status", "conditions").filter(
        (each) => each.status === "True" && /^Namespace|Remaining|Failure/.test(text(each, "type")),
    );
    return [
        ...(Array.isArray(finalizers) ? [`finalizers: ${finalizers.map(String).join(", ")}`] : []),
        ...conditions.map((each) => text(each, "message")),
    ];
}

/** Deletes an object and waits until it is deleted. An object that does not exist is not an error. */
export async function deleteObject(inputs: PropertyMap, live: PropertyMap, operation: Operation): Promise<void> {
    const { session, urn } = operation;
    const client = clientOf(session);
    try {
        await client.delete(live);
    } catch (error) {
        if (isNotFound(error) || error instanceof NoMatchError) {
            return;
        }
        throw error;
    }
    if (annotation(inputs, annotations.skipAwait) === "true") {
        return;
    }
    const seconds = timeoutOf(inputs, operation.timeoutSeconds);
    const deadline = Date.now() + seconds * 1_000;
    const uid = at(live, "metadata", "uid");
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
        const seen = await client.find(live);
        // A controller may have created a new object with the same name.
        if (seen === undefined || (uid !== undefined && at(seen, "metadata", "uid") !== uid)) {
            session.log.status("", urn);
            return;
        }
        const holds = deletionHolds(seen);
        session.log.status(`Waiting for deletion${holds.length === 0 ? "" : ` (${holds.join("; ")})`}`, urn);
        if (Date.now() >= deadline || session.signal.aborted) {
            const why = session.signal.aborted ? "the wait was cancelled" : `not gone after ${seconds} s`;
            const held = holds.length === 0 ? "" : `; it is held by ${holds.join("; ")}`;
            throw new NotReadyError(`${describe(live)} is being deleted, but ${why}${held}`, seen, []);
        }
        await sleep(Math.min(pause, Math.max(deadline - Date.now(), 1)));
    }
}
