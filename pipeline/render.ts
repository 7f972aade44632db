import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { localPaths } from "../process/paths";
import type { Progress } from "../terminal/progress";
import { objectName, planned } from "../engine/changes";
import { preview } from "../engine/preview";
import { chartObjects, type ChartObject, releases, withoutSecrets } from "./charts";
import { makeScratch } from "./scratch";

/**
 * Writes the Kubernetes objects of a stack, one YAML file each, those of its charts included. Secret data is left out.
 * @returns how many files were written.
 * @throws Error with the program's own message when the preview fails, or with helm's when a chart cannot be rendered.
 */
export async function render(stack: string, folder: string, progress: Progress): Promise<number> {
    const { checkout } = localPaths();
    const scratch = await makeScratch(stack, progress);
    try {
        const engine = await scratch.engine(checkout);
        const { steps, errors } = await progress.step(`Preview of ${stack}`, () => preview(engine));
        if (errors.length > 0) {
            throw new Error(errors.join("\n"));
        }
        const resources = planned(steps);
        const own = resources
            .filter(({ inputs }) => "apiVersion" in inputs && "kind" in inputs)
            .map((object) => ({ name: objectName(object), body: withoutSecrets(object.inputs) }));
        const charts = await Promise.all(releases(resources).map((release) => chartObjects(release, stack)));
        return await writeObjects([...own, ...charts.flat()], folder);
    } finally {
        await scratch.remove();
    }
}

/** Writes one YAML file an object. @throws Error when two objects would have one file: one of them would be lost. */
async function writeObjects(objects: readonly ChartObject[], folder: string): Promise<number> {
    await mkdir(folder, { recursive: true });
    for (const { name, body } of objects) {
        const file = join(folder, `${name.replaceAll(/[^\w.-]+/g, "_")}.yaml`);
        await writeFile(file, stringify(body), { flag: "wx" });
    }
    return objects.length;
}
