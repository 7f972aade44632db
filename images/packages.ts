import { messageOf } from "../errors";
import { SYFT } from "../tools/releases";
import { type PinnedProgram, pinnedPath, runAlone, TRIVY_PROGRAM } from "./pinnedProgram";
import { type ImagePackages, packagesIn } from "./sbom";

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
        ...TRIVY_PROGRAM,
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
        list: async (image) => read(await runAlone(path, (config) => program.arguments(image, config), env), name),
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
