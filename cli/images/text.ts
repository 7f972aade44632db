import type { StackImage } from "../../images/stackImages";
import { settingText, useText } from "../../images/words";
import type { ImageInventory } from "../../pipeline/images";
import { counted } from "../../terminal/counted";
import { visible } from "../../terminal/foreign";
import { type Cell, paint, table, type Terminal, wrap } from "../../terminal/text";

/** What a terminal is asked for. */
type Screen = Pick<Terminal, "columns" | "colour">;

/** Text of `npx x0 images list`: each image with its places, then what changed, then what is missing. */
export function imagesText(
    { after, against, changes }: Pick<ImageInventory, "after" | "against" | "changes">,
    screen: Screen,
): string {
    const { images, notes } = after;
    const pinned = images.filter(({ digest }) => digest !== undefined).length;
    const title = `${counted(images.length, "image")} of ${after.stack}, ${pinned} pinned by digest`;
    return [
        paint(title, "bold", screen),
        ...imageLines(images, screen),
        ...(against === undefined ? [] : changeLines(against, changes ?? [], screen)),
        ...notes.flatMap((note) => marked("note", note, screen)),
    ].join("\n");
}

function imageLines(images: readonly StackImage[], screen: Screen): string[] {
    const rows = table(images.map(imageRow), screen);
    return images.flatMap(({ setting, uses }, index) => [
        rows[index] ?? "",
        ...[settingText(setting), ...uses.map((use) => `${use.component}: ${visible(useText(use))}`)].map((line) =>
            paint(`      ${line}`, "dim", screen),
        ),
    ]);
}

function imageRow({ name, tag, digest, runs }: StackImage): Cell[] {
    const pin = digest === undefined ? "not pinned" : digest.slice(0, "sha256:".length + 12);
    return [
        tag === undefined ? name : `${name}:${tag}`,
        runs ? [pin, digest === undefined ? "warn" : "good"] : "no pod runs it",
    ];
}

function changeLines(against: string, changes: NonNullable<ImageInventory["changes"]>, screen: Screen): string[] {
    return [
        "",
        paint(`Compared with ${against}`, "bold", screen),
        ...(changes.length === 0 ? ["  no change"] : []),
        ...changes.flatMap(({ image, before, after }) => [
            `  ${visible(image)}`,
            ...(before === undefined ? [] : [`    ${paint(`- ${visible(before)}`, "dim", screen)}`]),
            ...(after === undefined ? [] : [`    + ${visible(after)}`]),
        ]),
    ];
}

/** A sentence behind a word that says what it is, in the width of the terminal. */
export function marked(word: "note" | "wrong", text: string, screen: Screen): string[] {
    const [first = "", ...rest] = wrap(text, screen.columns - word.length);
    return [`${paint(word, word === "note" ? "warn" : "bad", screen)}  ${first}`, ...rest.map((line) => `  ${line}`)];
}
