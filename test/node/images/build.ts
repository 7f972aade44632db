import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { PROJECT_ROOT } from "../../../project";
import { run } from "../../../process/run";
import type { Tool } from "../../../tools";
import type { NodeToolName } from "../../../tools/types";
import type { Step } from "../../../terminal/progress";
import type { NodePaths } from "../support/paths";
import { type Images, PROGRAMS, type ProgramImage, type PythonImage } from "./catalog";
import { packLayer, writeImage } from "./image";
import { makePythonRoot } from "./python";

/** Tools by name. */
export type NodeTools = Readonly<Partial<Record<NodeToolName, Tool>>>;

/** Builds the project's own programs, for a container without libraries. */
export async function buildPrograms(paths: NodePaths): Promise<void> {
    await mkdir(paths.programs, { recursive: true });
    const cwd = join(PROJECT_ROOT, "test", "node", "programs");
    const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" };
    const packages = PROGRAMS.map((name) => `./${name}`);
    const args = ["build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", `${paths.programs}/`, ...packages];
    await run("go", args, { cwd, env, logFile: join(paths.logs, "programs.log") });
}

/** File of an image. */
export function imageFile(paths: NodePaths, name: string): string {
    return join(paths.images, `${name.replace(/[/:]/g, "_")}.tar`);
}

/** Packs a folder of its own with one file and the writable folders of the originals. */
async function layerOf(source: string, path: string, mode: number, file: string): Promise<void> {
    const root = `${file}.root`;
    await rm(root, { recursive: true, force: true });
    for (const folder of [dirname(path), "/tmp", "/etc"]) {
        await mkdir(join(root, folder), { recursive: true });
    }
    await chmod(join(root, "tmp"), 0o1777);
    await writeFile(join(root, "etc", "passwd"), "root:x:0:0:root:/:/none\nnobody:x:65534:65534::/:/none\n");
    await copyFile(source, join(root, path));
    await chmod(join(root, path), mode);
    await packLayer(root, file);
    await rm(root, { recursive: true });
}

/** The program of an image. */
function programOf({ source }: ProgramImage, tools: NodeTools, paths: NodePaths): string {
    if ("program" in source) {
        return join(paths.programs, source.program);
    }
    const tool = tools[source.tool];
    if (tool === undefined) {
        throw new Error(`no tool ${source.tool}`);
    }
    return tool.path;
}

async function programImage({ name, path, config }: ProgramImage, program: string, file: string): Promise<void> {
    await layerOf(program, path, 0o755, `${file}.layer`);
    await writeImage(name, [`${file}.layer`], { entrypoint: [path], ...config }, file);
    await rm(`${file}.layer`);
}

async function pythonImage({ name, script, path, user }: PythonImage, base: string, paths: NodePaths): Promise<void> {
    const file = imageFile(paths, name);
    await layerOf(join(PROJECT_ROOT, "test", script), path, 0o644, `${file}.layer`);
    const config = { command: ["python3", "-u", path], user };
    await writeImage(name, [base, `${file}.layer`], config, file);
    await rm(`${file}.layer`);
}

/** Which program each image of an earlier run was written from. */
async function writtenFrom(stamp: string): Promise<Record<string, string>> {
    const text = await readFile(stamp, "utf8").catch(() => "{}");
    return z.record(z.string(), z.string()).catch({}).parse(JSON.parse(text));
}

/** Writes the files of images. What is there of an earlier run with the same tools stays. */
export async function buildImages(
    { programs, python }: Images,
    tools: NodeTools,
    paths: NodePaths,
    step: Step,
): Promise<void> {
    await mkdir(paths.images, { recursive: true });
    const stamp = join(paths.images, "tools.json");
    const written = await writtenFrom(stamp);
    for (const image of programs) {
        const [program, file] = [programOf(image, tools, paths), imageFile(paths, image.name)];
        // The path of a tool has its version; a program of this repository is built again for each run.
        if (written[image.name] !== program || !existsSync(file) || "program" in image.source) {
            step.update(`image ${image.name}`);
            await programImage(image, program, file);
            written[image.name] = program;
        }
    }
    step.update("root file system with Python");
    const [base, root] = [join(paths.images, "python.layer"), join(paths.images, "python.root")];
    await rm(root, { recursive: true, force: true });
    await makePythonRoot(root);
    await packLayer(root, base);
    await rm(root, { recursive: true });
    for (const image of python) {
        step.update(`image ${image.name}`);
        await pythonImage(image, base, paths);
    }
    await writeFile(stamp, JSON.stringify(written));
}
