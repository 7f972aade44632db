import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PROJECT_ROOT } from "../../../project";
import { run } from "../../../process/run";
import type { Tool } from "../../../tools";
import type { NodeToolName } from "../../../tools/types";
import type { Step } from "../../../terminal/progress";
import type { NodePaths } from "../support/paths";
import { PROGRAM_IMAGES, PROGRAMS, type ProgramImage, PYTHON_IMAGES, type PythonImage } from "./catalog";
import { packLayer, writeImage } from "./image";
import { makePythonRoot } from "./python";

/** Tools by name. */
export type NodeTools = Readonly<Record<NodeToolName, Tool>>;

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

async function programImage(image: ProgramImage, tools: NodeTools, paths: NodePaths): Promise<void> {
    const { name, source, path, config } = image;
    const file = imageFile(paths, name);
    const program = "tool" in source ? tools[source.tool].path : join(paths.programs, source.program);
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

/** Writes the files of all images. What is there of an earlier run with the same tools stays. */
export async function buildImages(tools: NodeTools, paths: NodePaths, step: Step): Promise<void> {
    await mkdir(paths.images, { recursive: true });
    const stamp = join(paths.images, "tools.json");
    const wanted = JSON.stringify(Object.values(tools).map(({ path }) => path));
    const same = existsSync(stamp) && (await readFile(stamp, "utf8")) === wanted;
    for (const image of PROGRAM_IMAGES) {
        if (!same || !existsSync(imageFile(paths, image.name)) || "program" in image.source) {
            step.update(`image ${image.name}`);
            await programImage(image, tools, paths);
        }
    }
    const base = join(paths.images, "python.layer");
    if (!same || !existsSync(base)) {
        step.update("root file system with Python");
        const root = join(paths.images, "python.root");
        await rm(root, { recursive: true, force: true });
        await makePythonRoot(root);
        await packLayer(root, base);
        await rm(root, { recursive: true });
    }
    for (const image of PYTHON_IMAGES) {
        step.update(`image ${image.name}`);
        await pythonImage(image, base, paths);
    }
    await writeFile(stamp, wanted);
}
