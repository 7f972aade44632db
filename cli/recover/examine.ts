import { readHistory, type Update } from "../../engine/history";
import type { Place } from "../../engine/place";
import { plannedCreates } from "../../engine/plannedCreates";
import { environment } from "../../engine/target";
import type { Read } from "../../kube/read";
import type { LocalPaths } from "../../process/paths";
import { attemptsOf } from "./attempts";
import type { Decision } from "./decision";
import { decide } from "./plan";

/** Number of past updates that are searched for the last successful one. */
const HISTORY = 50;

/** The last updates of a stack, newest first. */
export function pastUpdates(place: Place): Promise<Update[]> {
    return readHistory(place, HISTORY);
}

/** What is wrong with a stack. */
interface Examination {
    readonly decisions: readonly Decision[];
    /** Why the program cannot be previewed, so that nothing is known about objects without a pending operation. */
    readonly failure?: string;
}

/** What is known about the updates of a stack. */
interface Traces {
    /** The backend's history, newest first. */
    readonly updates: readonly Update[];
    /** Whether a lock or pending operations are left of an update that was killed. */
    readonly killed: boolean;
    /** Objects that the user confirmed. */
    readonly vouched: readonly string[];
}

/** Looks for everything that updates left, whatever ended them. Changes nothing. */
export async function examine(
    place: Place,
    read: Read,
    paths: LocalPaths,
    { updates, killed, vouched }: Traces,
): Promise<Examination> {
    const { state } = place;
    const { creates, failure } = await plannedCreates(place, paths);
    const attempts = attemptsOf(updates, killed, state.writtenAt);
    const name = environment(place.stack).name;
    return { failure, decisions: await decide({ state, read, attempts, creates, environment: name, vouched }) };
}
