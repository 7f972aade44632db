import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotRun, messageOf } from "../errors";
import { run } from "../process/run";
import { askVersion, executablesOnPath } from "../tools/probe";
import { TRIVY } from "../tools/releases";

/** Time for one image (ms): its layers are fetched, and a scanner's database on the first run. */
const TIMEOUT_MS = 10 * 60_000;

/** Keeps the programs from looking for a newer release of themselves, and from colors: their errors are quoted. */
const PLAIN = {
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

/** trivy, which scans images and lists their packages. */
export const TRIVY_PROGRAM: PinnedProgram = {
    name: "trivy",
    version: TRIVY,
    versionArgs: ["--version"],
    install: `go install -ldflags "-X github.com/aquasecurity/trivy/pkg/version/app.ver=${TRIVY}" github.com/aquasecurity/trivy/cmd/trivy@v${TRIVY}`,
};

/**
 * Runs a program in an empty folder with an empty configuration: files of a project or user could change what it finds.
 * @param path Executable.
 * @param args Its arguments, given the file of the configuration.
 * @returns what it prints.
 * @throws CommandError when it fails, or does not end in time.
 */
export async function runAlone(
    path: string,
    args: (config: string) => readonly string[],
    env: NodeJS.ProcessEnv,
): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "x0tta6bl4-image-"));
    try {
        const config = join(folder, "empty.yaml");
        await writeFile(config, "");
        const options = { cwd: folder, env: { ...env, ...PLAIN }, timeoutMs: TIMEOUT_MS };
        return (await run(path, args(config), options)).stdout;
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
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
