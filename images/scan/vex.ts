import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { CannotRun } from "../../errors";

/** Folder with the OpenVEX documents of all stacks, below the checkout. */
export const VEX_FOLDER = "images/vex";

/** An OpenVEX document (openvex.dev, 0.2.0), as far as it is recognised by: the scanner reads the statements. */
const vexSchema = z.object({
    "@context": z.string().regex(/^https:\/\/openvex\.dev\/ns(\/v\d+\.\d+\.\d+)?$/),
    statements: z.array(z.unknown()).min(1),
});

/**
 * The VEX documents of a checkout, for the scanner; none where there is no folder.
 * @throws CannotRun that names each file that is not one: a scanner may pass over it in silence.
 */
export function vexFiles(checkout: string): string[] {
    const folder = join(checkout, VEX_FOLDER);
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
    const wrong = names.filter((name) => !isVex(readFileSync(join(folder, name), "utf8")));
    if (wrong.length > 0) {
        throw new CannotRun(
            wrong.map((name) => `${VEX_FOLDER}/${name} is not an OpenVEX document with statements`).join("; "),
            "write it by vexctl create, or see docs/images.md",
        );
    }
    return names.sort().map((name) => join(folder, name));
}

function isVex(text: string): boolean {
    try {
        return vexSchema.safeParse(JSON.parse(text)).success;
    } catch {
        return false;
    }
}
