import { join } from "node:path";
import { type Planned, planned } from "../engine/changes";
import { preview } from "../engine/preview";
import { StackFile } from "../engine/stackFile";
import type { Progress } from "../terminal/progress";
import { withCommit } from "./base";
import type { Scratch } from "./scratch";

/** A version of the program that another one is compared with. */
export interface Version {
    /** For people, in a few words, e.g. `commit 2642ba7d1`. */
    readonly name: string;
    /** What it asks for. */
    readonly resources: readonly Planned[];
    /** Configuration of its stack file; `undefined` where there is no such version. */
    readonly config?: Readonly<Record<string, unknown>>;
}

/** Nothing: everything is new. */
export const EMPTY: Version = { name: "an empty stack", resources: [] };

/**
 * Previews a commit as an empty stack.
 * @param ref Commit; none: {@link EMPTY}, as for a commit whose own preview fails.
 */
export async function baseVersion(
    scratch: Scratch,
    stack: string,
    ref: string | undefined,
    progress: Progress,
    checkout: string,
): Promise<Version> {
    if (ref === undefined) {
        return EMPTY;
    }
    return progress.step(`Preview of ${ref}`, () =>
        withCommit(checkout, ref, join(scratch.paths.root, "base"), async (folder, commit) => {
            const { steps, errors } = await preview(await scratch.engine(folder));
            const name = `commit ${commit.slice(0, 9)}`;
            if (errors.length === 0) {
                return { name, resources: planned(steps), config: StackFile.open(folder, stack).config };
            }
            progress.note(`${ref} itself has no preview, so everything counts as new: ${errors.join("\n")}`);
            return { name: `an empty stack, since ${name} itself fails`, resources: [] };
        }),
    );
}
