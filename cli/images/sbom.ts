import { messageOf } from "../../errors";
import { findLister, type ListerName, type PackageLister } from "../../images/packages";
import { type ImagePackages, stackBom } from "../../images/sbom";
import type { StackImage } from "../../images/stackImages";
import { stackImages } from "../../pipeline/images";
import { EXIT } from "../../terminal/commandLine";
import { counted } from "../../terminal/counted";
import { createProgress, type Progress } from "../../terminal/progress";
import { type Context, printJson, writeJson } from "../command";
import { eachImage } from "./eachImage";
import { wantedImages } from "./scan";
import { marked } from "./text";

/** Options of `x0 images sbom`. */
export interface SbomOptions {
    readonly stack: string;
    readonly output?: string;
    readonly packages?: ListerName;
}

/**
 * Writes the bill of materials of a stack. What is incomplete is said on standard error, since standard output may be the
 * document. @returns the exit code: wrong when images are missing, or the packages of one.
 */
export async function writeSbom({ stack, output, packages: by }: SbomOptions, context: Context): Promise<number> {
    const progress = createProgress(process.stderr);
    const inventory = await stackImages(stack, undefined, progress, context.paths.checkout);
    const images = wantedImages(inventory);
    const lister = by === undefined ? undefined : await findLister(by, context.env);
    const { packages, faults } = lister === undefined ? NONE : await listAll(images, lister, progress);
    const bom = stackBom({ stack, images }, packages, new Date().toISOString());
    if (output === undefined) {
        printJson(bom);
    } else {
        writeJson(output, bom);
    }
    const unpinned = images.filter(({ digest }) => digest === undefined).length;
    const wrong = [...(inventory.lacksChart ? inventory.after.notes : []), ...faults];
    const screen = context.terminal;
    for (const line of [
        ...(unpinned === 0
            ? []
            : marked(
                  "note",
                  `${counted(unpinned, "image")} without a digest: which one runs is not certain. npx x0 images resolve --stack ${stack}`,
                  screen,
              )),
        ...wrong.flatMap((fault) => marked("wrong", fault, screen)),
    ]) {
        console.error(line);
    }
    return wrong.length > 0 ? EXIT.wrong : EXIT.done;
}

const NONE = { packages: new Map<string, ImagePackages>(), faults: [] };

async function listAll(images: readonly StackImage[], lister: PackageLister, progress: Progress) {
    const packages = new Map<string, ImagePackages>();
    const faults: string[] = [];
    await eachImage("Packages", images, progress, async ({ reference }) => {
        try {
            packages.set(reference, await lister.list(reference));
        } catch (error) {
            faults.push(`${reference}: its packages cannot be listed: ${messageOf(error)}`);
        }
    });
    return { packages, faults };
}
