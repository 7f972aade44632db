import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../errors";
import { run } from "../process/run";
import { SYFT, TRIVY } from "../tools/releases";
import { type PinnedProgram, pinnedPath, PLAIN } from "./pinnedProgram";
import { type ImagePackages, packagesIn } from "./sbom";

/** Time for one image (ms). */
const TIMEOUT_MS = 10 * 60_000;

/** Names of the programs that list the packages in an image. */
export const LISTERS = ["syft", "trivy"] as const;

/** Name of such a program. */
export type ListerName = (typeof LISTERS)[number];

/** How such a program is found and called. @param config An empty file: settings of a user could hide packages. */
const PROGRAMS: Readonly<
    Record<ListerName, PinnedProgram & { readonly arguments: (image: string, config: string) => string[] }>
> = {
    syft: {
        ...{ name: "syft", version: SYFT, versionArgs: ["version"] },
        install: `go install -ldflags "-X main.version=${SYFT}" github.com/anchore/syft/cmd/syft@v${SYFT}`,
        arguments: (image, config) => [
            `registry:${image}`,
            "--output",
            "cyclonedx-json",
            "--config",
            config,
            "--quiet",
        ],
    },
    trivy: {
        ...{ name: "trivy", version: TRIVY, versionArgs: ["--version"] },
        install: `go install -ldflags "-X github.com/aquasecurity/trivy/pkg/version/app.ver=${TRIVY}" github.com/aquasecurity/trivy/cmd/trivy@v${TRIVY}`,
        arguments: (image, config) => [
            ...["image", "--format", "cyclonedx", "--image-src", "remote", "--config", config, "--no-progress"],
            image,
        ],
    },
};

/** Lists the packages in an image. */
export interface PackageLister {
    /** @throws Error with the program's own words. */
    list(image: string): Promise<ImagePackages>;
}

/** A program on PATH, at exactly the pinned version. @throws CannotRun with the command that installs it. */
export async function findLister(name: ListerName, env: NodeJS.ProcessEnv): Promise<PackageLister> {
    const program = PROGRAMS[name];
    const path = await pinnedPath(program, env);
    return {
        list: async (image) => {
            const folder = await mkdtemp(join(tmpdir(), "x0tta6bl4-packages-"));
            try {
                const config = join(folder, "empty.yaml");
                await writeFile(config, "");
                const options = { cwd: folder, env: { ...env, ...PLAIN }, timeoutMs: TIMEOUT_MS };
                const { stdout } = await run(path, program.arguments(image, config), options);
                return read(stdout, name);
            } finally {
                await rm(folder, { recursive: true, force: true });
            }
        },
    };
}

function read(output: string, name: ListerName): ImagePackages {
    try {
        return packagesIn(JSON.parse(output));
    } catch (error) {
        throw new Error(`${name} printed something else than CycloneDX in JSON (${messageOf(error).slice(0, 100)})`, {
            cause: error,
        });
    }
}
