import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Minimum age of an incomplete file, after which no process is still writing it (ms); a write takes milliseconds. */
const SETTLED_MS = 10_000;

/** Project of the stacks, as Pulumi.yaml names it. */
const PROJECT = "x0tta6bl4";

/**
 * File with a stack's state in a file backend.
 * @param root Folder of the backend, with `.pulumi` in it.
 */
export function stateFile(root: string, stack: string): string {
    return join(root, ".pulumi", "stacks", PROJECT, `${stack}.json`);
}

/** File with the attributes of a stack's state, next to it. */
function attributesFile(root: string, stack: string): string {
    return `${stateFile(root, stack)}.attrs`;
}

function isHalfWritten(file: string): boolean {
    if (!existsSync(file)) {
        return false;
    }
    try {
        JSON.parse(readFileSync(file, "utf8"));
        return false;
    } catch {
        return true;
    }
}

/**
 * Repairs the state of a stack in a file backend after an interrupted write. The state itself is replaced atomically,
 * but its attributes are written in place just before. Incomplete attributes make every command fail with "failed to
 * load checkpoint: EOF"; without them the backend works. They belonged to a state that was not written yet, and the
 * engine changes nothing before it is written, so no object is lost.
 * @param root Folder of the backend, with `.pulumi` in it.
 * @param waitMs Minimum age of the file; the function waits for a younger one.
 * @returns whether it was repaired.
 */
export async function repairState(root: string, stack: string, waitMs = SETTLED_MS): Promise<boolean> {
    const file = attributesFile(root, stack);
    if (!isHalfWritten(file)) {
        return false;
    }
    await sleep(Math.max(0, statSync(file).mtimeMs + waitMs - Date.now()));
    if (!isHalfWritten(file)) {
        return false;
    }
    rmSync(file, { force: true });
    return true;
}
