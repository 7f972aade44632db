import type { ImageChange, PreviewReport } from "../engine/report";
import { settingText, useText } from "../images/words";
import { visible } from "../terminal/foreign";
import { counted } from "../terminal/counted";
import { fenced, folded } from "./blocks";
import type { ImageInventory } from "./images";

/** Images beyond which a reader is better off with the job's report, and places of one. */
const [MAX_IMAGES, MAX_PLACES] = [30, 3];

/** What the comment needs of a report. */
type ImagesOfReport = Pick<PreviewReport, "stack" | "images">;

/** The images that a change moves, as a part of the comment; empty where it moves none. */
export function imagesSection({ stack, images = [] }: ImagesOfReport): string {
    if (images.length === 0) {
        return "";
    }
    const more = images.length > MAX_IMAGES ? [`  ... ${images.length - MAX_IMAGES} more`] : [];
    const lines = images.slice(0, MAX_IMAGES).flatMap(changeLines);
    return `**${stack}: ${counted(images.length, "image")} changed**\n\n${fenced("diff", [...lines, ...more])}`;
}

function changeLines({ image, before, after, uses }: ImageChange): string[] {
    const more = uses.length > MAX_PLACES ? `; and ${uses.length - MAX_PLACES} more` : "";
    return [
        `! ${visible(image)}`,
        ...(before === undefined ? [] : [`-   ${visible(before)}`]),
        ...(after === undefined ? [] : [`+   ${visible(after)}`]),
        `    ${uses.slice(0, MAX_PLACES).map(visible).join("; ")}${more}`,
    ];
}

/** The images of a stack as Markdown: what changed, where it is compared, then each image with its places. */
export function imagesMarkdown({ after, changes }: Pick<ImageInventory, "after" | "changes">): string {
    const { stack, images, notes } = after;
    const rows = images.flatMap(({ reference, setting, uses }) => [
        reference,
        `    ${settingText(setting)}`,
        ...uses.map((use) => `    ${use.component}: ${useText(use)}`),
    ]);
    const parts = [
        `### Images of ${stack}`,
        imagesSection({ stack, images: changes }),
        `${counted(images.length, "image")}, ${images.filter(({ digest }) => digest !== undefined).length} pinned by digest.`,
        ...(notes.length === 0 ? [] : [fenced("text", notes)]),
        folded(`${stack}: images and where they are used`, fenced("text", rows)),
    ];
    return parts.filter((part) => part !== "").join("\n\n");
}
