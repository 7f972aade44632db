import type { Update } from "../../engine/history";

/** A period of time. */
export interface Period {
    /** Start. */
    readonly from: Date;
    /** End. */
    readonly to: Date;
}

/** Updates since the last success, which may have left objects that the state does not have. */
export interface Attempts {
    /** The stack's last update that succeeded ended then; `undefined` when there was none. */
    readonly lastSuccess: Date | undefined;
    /** When updates ran that did not succeed. */
    readonly failed: readonly Period[];
}

/**
 * The attempts of a stack.
 * @param updates The backend's history, newest first. It has every update that ended; one whose CLI was killed is not in it.
 * @param killed Whether traces of a killed update are left: a lock or pending operations. It then ran after everything in the
 * history.
 * @param writtenAt When the state was last written.
 */
export function attemptsOf(updates: readonly Update[], killed: boolean, writtenAt: Date | undefined): Attempts {
    const success = updates.findIndex(({ kind, result }) => kind === "update" && result === "succeeded");
    const since = success < 0 ? updates : updates.slice(0, success);
    const lastSuccess = success < 0 ? undefined : updates[success]?.endedAt;
    const failed = since.flatMap(({ kind, result, startedAt, endedAt }) =>
        kind === "update" && result !== "succeeded" && endedAt !== undefined ? [{ from: startedAt, to: endedAt }] : [],
    );
    const unlisted = { from: updates[0]?.endedAt ?? new Date(0), to: writtenAt ?? new Date(0) };
    return { lastSuccess, failed: killed ? [...failed, unlisted] : failed };
}
