import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { localPaths } from "../process/paths";
import type { Progress } from "../terminal/progress";
import { objectName, planned } from "../engine/changes";
import { preview } from "../engine/preview";
import { makeScratch } from "./scratch";
import { type Properties, SECRET } from "../engine/values";

/**
 * Writes the Kubernetes objects of a stack, one YAML file each. Charts are one resource of the program and have none; the
 * policy pack renders them itself. Secret data is left out.
 * @returns how many files were written.
 * @throws Error with the program's own message when the preview fails.
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
        await mkdir(folder, { recursive: true });
        const objects = planned(steps).filter(({ inputs }) => "apiVersion" in inputs && "kind" in inputs);
        for (const object of objects) {
            const name = objectName(object).replaceAll(/[^\w.-]+/g, "_");
            await writeFile(join(folder, `${name}.yaml`), stringify(withoutSecrets(object.inputs)));
        }
        return objects.length;
    } finally {
        await scratch.remove();
    }
}

function withoutSecrets(object: Properties): Properties {
    return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== SECRET));
}
