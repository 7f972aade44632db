import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { run } from "../process/run";
import type { ModuleChange } from "./spec";

/** Applies a change to the copy of a module. */
export async function applyChange({ adds = {}, drops }: ModuleChange, copy: string): Promise<void> {
    for (const [file, content] of Object.entries(adds)) {
        await mkdir(dirname(join(copy, file)), { recursive: true });
        await writeFile(join(copy, file), content);
    }
    for (const folder of drops?.folders ?? []) {
        for (const name of (await readdir(join(copy, folder))).filter((each) => each.endsWith(".go"))) {
            const file = join(copy, folder, name);
            const lines = (await readFile(file, "utf8")).split("\n");
            await writeFile(file, lines.filter((line) => drops?.lines.test(line) !== true).join("\n"));
        }
    }
}

/**
 * Changes a copy of a tool's module: Go lets no overlay change its module cache.
 * @param cwd Folder of the family's go.mod.
 * @param folder Folder for the copy; it is created.
 * @returns further arguments of `go build`, which make it use the copy.
 */
export async function changedModule(
    change: ModuleChange | undefined,
    cwd: string,
    env: NodeJS.ProcessEnv,
    folder: string,
): Promise<string[]> {
    if (change === undefined) {
        return [];
    }
    const { stdout } = await run("go", ["mod", "download", "-json", change.module], { cwd, env });
    const { Dir: source } = z.object({ Dir: z.string() }).parse(JSON.parse(stdout));
    const copy = join(folder, "module");
    await cp(source, copy, { recursive: true });
    // The module cache is read-only, and so is its copy.
    await run("chmod", ["-R", "u+w", copy]);
    await applyChange(change, copy);
    const modfile = join(folder, "go.mod");
    await writeFile(modfile, `${await readFile(join(cwd, "go.mod"), "utf8")}\nreplace ${change.module} => ${copy}\n`);
    await cp(join(cwd, "go.sum"), join(folder, "go.sum"));
    return [`-modfile=${modfile}`];
}
