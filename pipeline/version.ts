import { join } from "node:path";
import { type Planned, planned } from "../engine/changes";
import { type Engine, preview } from "../engine/preview";
import { StackFile } from "../engine/stackFile";
import { CannotRun } from "../errors";
import { localPaths } from "../process/paths";
import type { Progress } from "../terminal/progress";
import { withCommit } from "./base";
import { makeScratch, type Scratch } from "./scratch";

/** A version of the program that another one is compared with. */
export interface Version {
    /** For people, in a few words, e.g. `commit 2642ba7d1`. */
    readonly name: string;
    /** What it asks for. */
    readonly resources: readonly Planned[];
    /** Configuration of its stack file; `undefined` where there is no such version. */
    readonly config?: Readonly<Record<string, unknown>>;
}

/** A version that has a preview, so its settings are known. */
export type ComparedVersion = Version & { readonly config: Readonly<Record<string, unknown>> };

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

/** What this checkout's version of a stack asks for. @throws CannotRun with the program's own message without a preview. */
async function headResources(stack: string, engine: Engine, progress: Progress): Promise<Planned[]> {
    const { steps, errors } = await progress.step(`Preview of ${stack}`, () => preview(engine));
    if (errors.length > 0) {
        throw new CannotRun(errors.join("\n"), `npx x0 doctor --stack ${stack}`);
    }
    return planned(steps);
}

/**
 * Calls back with this checkout's version of a stack, and with the one that it is compared with. Both are previewed as an
 * empty stack, without cluster, state or secret.
 * @param base Commit to compare with; none: `before` is `undefined`.
 * @throws CannotRun with the program's own message when a version has no preview.
 */
export async function withVersions<T>(
    stack: string,
    base: string | undefined,
    progress: Progress,
    checkout: string,
    work: (head: ComparedVersion, before: ComparedVersion | undefined) => Promise<T>,
): Promise<T> {
    const scratch = await makeScratch(stack, progress, localPaths(checkout));
    try {
        const resources = await headResources(stack, await scratch.engine(checkout), progress);
        const head = { name: stack, resources, config: StackFile.open(checkout, stack).config };
        if (base === undefined) {
            return await work(head, undefined);
        }
        const { config, ...version } = await baseVersion(scratch, stack, base, progress, checkout);
        if (config === undefined) {
            throw new CannotRun(`${base} itself has no preview, so there is nothing to compare with`, "--base REF");
        }
        return await work(head, { ...version, config });
    } finally {
        await scratch.remove();
    }
}
