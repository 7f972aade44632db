import { CannotRun } from "../../errors";
import { stackImages } from "../../pipeline/images";
import { EXIT } from "../../terminal/commandLine";
import { createProgress } from "../../terminal/progress";
import { type Context, printJson } from "../command";
import { imagesMarkdown } from "../../pipeline/imagesSection";
import { imagesText } from "./text";

/** Options of `x0 images list`. */
export interface ListOptions {
    readonly stack: string;
    readonly base?: string;
    readonly markdown?: boolean;
    readonly json?: boolean;
}

/** Lists the images of a stack. @returns the exit code. */
export async function showImages({ stack, base, markdown = false, json = false }: ListOptions, context: Context) {
    if (markdown && json) {
        throw new CannotRun("--markdown and --json exclude each other", "npx x0 images list --help");
    }
    // Standard output is for the result alone.
    const inventory = await stackImages(stack, base, createProgress(process.stderr));
    const { after, against, changes } = inventory;
    if (json) {
        printJson({ ...after, against, changes });
    } else if (markdown) {
        console.log(imagesMarkdown(inventory));
    } else {
        console.log(imagesText(inventory, context.terminal));
    }
    return EXIT.done;
}
