import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LocalPaths } from "../process/paths";
import { CommandError, run } from "../process/run";
import type { Step } from "../terminal/progress";
import { makeStaging, place, toolFolder } from "./cache";
import { diskFull, isDiskFull } from "./disk";
import type { GoEnvironment } from "./goEnv";
import { moduleFolder } from "./goEnv";
import { askVersion } from "./probe";
import { changedModule } from "./moduleChange";
import type { Family, Platform, ToolSpec } from "./table";
import { LINKER_FLAGS, TOOLS } from "./table";
import type { Tool, ToolName } from "./types";

/** What a build of all families takes with its module and build caches, measured: for the message about a full disk. */
const NEEDED_SPACE = "6 GB";

/** Turns the lines that `go build -v` prints into a detail for the progress line. */
export function buildDetail(title: string): (line: string) => string {
    let modules = 0;
    let packages = 0;
    return (line) => {
        if (line.startsWith("go: downloading ")) {
            modules += 1;
        } else {
            packages += 1;
        }
        return packages === 0 ? `${title}: ${modules} modules fetched` : `${title}: ${packages} packages compiled`;
    };
}

/** Says what failed in words, where the reason is known. */
async function explain(family: Family, error: unknown, go: GoEnvironment, paths: LocalPaths): Promise<unknown> {
    if (isDiskFull(error)) {
        return diskFull(`building ${family}`, NEEDED_SPACE, [paths.tools, ...go.folders]);
    }
    if (!(error instanceof CommandError)) {
        return error;
    }
    const unreachable = /dial tcp|proxyconnect|no such host|i\/o timeout|connection refused|TLS handshake/.test(
        error.tail,
    );
    const hint = unreachable
        ? `\nThe Go modules cannot be fetched from GOPROXY=${go.env.GOPROXY ?? ""}. Set one that this machine reaches with: go env -w GOPROXY=...`
        : "";
    return new Error(`Building ${family} from Go modules failed. ${error.message}${hint}`);
}

/**
 * Arguments of `go build` for a tool, without its output and package. The compiler writes no debug data, which the linker
 * leaves out anyway.
 */
function buildArguments({ family, cgo, buildTags }: ToolSpec): string[] {
    const linkerFlags = cgo === true ? `${LINKER_FLAGS[family]} -extldflags=-static` : LINKER_FLAGS[family];
    const tags = buildTags === undefined ? [] : ["-tags", buildTags.join(",")];
    return [
        "build",
        "-v",
        "-trimpath",
        "-buildvcs=false",
        "-gcflags=all=-dwarf=false",
        "-ldflags",
        linkerFlags,
        ...tags,
    ];
}

/**
 * Environment of `go build` for a tool. Go's compiler and linker spend a quarter of their processor time on their own
 * garbage at the default `GOGC` of 100.
 */
function buildEnvironment(env: NodeJS.ProcessEnv, { cgo }: ToolSpec): NodeJS.ProcessEnv {
    return { GOGC: "400", ...env, ...(cgo === true ? { CGO_ENABLED: "1" } : {}) };
}

/**
 * Builds tools of one family from its Go modules and puts them into the cache. The caller holds the family's lock.
 * @throws Error when the build fails or a disk is full; its message is for the user.
 */
export async function buildFamily(
    family: Family,
    names: readonly ToolName[],
    go: GoEnvironment,
    platform: Platform,
    paths: LocalPaths,
    step: Step,
): Promise<Tool[]> {
    const title = `building ${names.join(", ")}`;
    const logFile = join(paths.logs, `build-${family}.log`);
    let staging: string | undefined;
    try {
        staging = await makeStaging(paths.tools, family);
        const built: Tool[] = [];
        for (const name of names) {
            const spec = TOOLS[name];
            const detail = buildDetail(names.length === 1 ? title : `building ${name}`);
            step.update(`building ${name}`);
            const folder = join(staging, name);
            await mkdir(folder);
            const binary = join(folder, name);
            const onLine = (line: string) => {
                step.update(detail(line));
            };
            const changed = await changedModule(
                spec.changes,
                moduleFolder(family),
                go.env,
                join(staging, `${name}.changed`),
            );
            const options = { cwd: moduleFolder(family), env: buildEnvironment(go.env, spec), logFile, onLine };
            await run("go", [...buildArguments(spec), ...changed, "-o", binary, spec.goPackage], options);
            const version = spec.versionArgs === undefined ? spec.version : await askVersion(binary, spec);
            const target = toolFolder(paths.tools, name, spec.version, platform);
            const cached = await place(folder, target, { version, binary: name, checked: "modules" });
            built.push({ name, ...cached, source: "go modules" });
        }
        return built;
    } catch (error) {
        throw await explain(family, error, go, paths);
    } finally {
        if (staging !== undefined) {
            await rm(staging, { recursive: true, force: true });
        }
    }
}
