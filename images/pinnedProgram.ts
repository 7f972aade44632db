import { CannotRun, messageOf } from "../errors";
import { askVersion, executablesOnPath } from "../tools/probe";

/** Keeps the programs from looking for a newer release of themselves, and from colors: their errors are quoted. */
export const PLAIN = {
    GRYPE_CHECK_FOR_APP_UPDATE: "false",
    SYFT_CHECK_FOR_APP_UPDATE: "false",
    NO_COLOR: "1",
} as const;

/** A program that is taken from PATH at one version only. */
export interface PinnedProgram {
    readonly name: string;
    readonly version: string;
    /** Arguments that make it print its version. */
    readonly versionArgs: readonly string[];
    /** Command that installs this version, verified by the Go checksum database. */
    readonly install: string;
}

/**
 * The path of a program on PATH, at exactly its pinned version: another one may find or print something else.
 * @throws CannotRun with the command that installs it.
 */
export async function pinnedPath(program: PinnedProgram, env: NodeJS.ProcessEnv): Promise<string> {
    const { name, version, install } = program;
    const rejected: string[] = [];
    for (const path of await executablesOnPath(name, env.PATH)) {
        const reason = await reasonAgainst(path, program);
        if (reason === undefined) {
            return path;
        }
        rejected.push(`${path} ${reason}`);
    }
    const found = rejected.length === 0 ? "is not on PATH" : `is not on PATH at that version: ${rejected.join("; ")}`;
    throw new CannotRun(`${name} ${version} ${found}`, install);
}

async function reasonAgainst(path: string, { version, versionArgs }: PinnedProgram): Promise<string | undefined> {
    try {
        const reported = await askVersion(path, { versionArgs });
        return reported === version ? undefined : `is version ${reported}`;
    } catch (error) {
        return `does not answer: ${messageOf(error).split("\n", 1)[0] ?? ""}`;
    }
}
