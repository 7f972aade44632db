import { existsSync } from "node:fs";
import { mkdir, rm, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { cachePath } from "../loader/origin.cjs";
import type { LocalPaths } from "../process/paths";
import { run } from "../process/run";
import { PROJECT_ROOT } from "../project";
import type { PluginName, PluginRoute } from "../tools";
import { buildOnce } from "./buildOnce";

/** Executables of each part; the policy analyzer comes with the language host, as in the official CLI. */
const EXECUTABLES: Readonly<Record<PluginName, readonly string[]>> = {
    language: ["pulumi-language-nodejs", "pulumi-analyzer-policy-nodejs"],
    kubernetes: ["pulumi-resource-kubernetes"],
    random: ["pulumi-resource-random"],
};

/** Folders and files of the project that the stand-ins are built from. */
export const STAND_IN_SOURCES = [
    "standins",
    "kube",
    "settings",
    "process",
    "terminal",
    "errors.ts",
    "project.ts",
    "shell.ts",
    "package-lock.json",
];

/** Folder of what is built, with a record. */
export const STAND_INS = cachePath(PROJECT_ROOT, "stand-ins");

/** Builds the stand-ins where they are out of date, and puts only the required ones into the folder on PATH. */
export async function serveStandIns(paths: LocalPaths, parts: readonly PluginName[]): Promise<void> {
    await rm(paths.bin, { recursive: true, force: true });
    if (parts.length === 0) {
        return;
    }
    const build = {
        root: PROJECT_ROOT,
        inputs: STAND_IN_SOURCES,
        outputs: Object.values(EXECUTABLES)
            .flat()
            .flatMap((name) => [name, `${name}.js`])
            .map((file) => relative(PROJECT_ROOT, join(STAND_INS, file))),
        record: join(STAND_INS, "built.json"),
    };
    await buildOnce(build, async () => {
        await run(process.execPath, [
            require.resolve("tsx/cli"),
            join(PROJECT_ROOT, "standins", "build.ts"),
            STAND_INS,
        ]);
    });
    await mkdir(paths.bin, { recursive: true });
    const names = parts.flatMap((part) => EXECUTABLES[part]);
    // A launcher reads its bundle next to the path that it was started with.
    const files = names.flatMap((name) => [name, `${name}.js`]);
    await Promise.all(files.map((file) => symlink(join(STAND_INS, file), join(paths.bin, file))));
}

/** The result of the last run of {@link serveStandIns}: nothing is searched for, downloaded or built. */
export function servedRoute(paths: LocalPaths): PluginRoute {
    const parts: readonly PluginName[] = ["language", "kubernetes", "random"];
    const standIns = parts.filter((part) => EXECUTABLES[part].some((name) => existsSync(join(paths.bin, name))));
    return { official: standIns.length === 0, standIns, reason: "as at the last run" };
}
