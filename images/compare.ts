import type { ImageChange } from "../engine/report";
import { groupBy } from "../policy/kubernetes/stack";
import type { StackImage, StackImages } from "./stackImages";
import { useText } from "./words";

/**
 * Images that differ between two versions of a stack, by the setting that names them, or else by name; empty where none
 * does. Places alone are no difference: an image that one more pod runs is the same image.
 */
export function compareImages(before: StackImages, after: StackImages): ImageChange[] {
    const old = groupBy(before.images, identityOf);
    const wanted = groupBy(after.images, identityOf);
    const keys = [...new Set([...old.keys(), ...wanted.keys()])].sort();
    return keys.flatMap((key) => changesOf(key, old.get(key) ?? [], wanted.get(key) ?? []));
}

/** References of the newer version that the older one does not have. */
export function newReferences(before: StackImages, after: StackImages): ReadonlySet<string> {
    const old = new Set(before.images.map(({ reference }) => reference));
    return new Set(after.images.map(({ reference }) => reference).filter((reference) => !old.has(reference)));
}

/** What makes two references versions of one image. */
function identityOf({ setting, name }: StackImage): string {
    return setting?.digest ?? setting?.names ?? name;
}

function changesOf(key: string, before: readonly StackImage[], after: readonly StackImage[]): ImageChange[] {
    const texts = (images: readonly StackImage[]) => images.map(({ reference }) => reference);
    const gone = before.filter(({ reference }) => !texts(after).includes(reference));
    const added = after.filter(({ reference }) => !texts(before).includes(reference));
    return Array.from({ length: Math.max(gone.length, added.length) }, (_, index) => {
        const [was, is] = [gone[index], added[index]];
        return {
            image: key,
            ...(was === undefined ? {} : { before: was.reference }),
            ...(is === undefined ? {} : { after: is.reference }),
            uses: (is ?? was)?.uses.map(useText) ?? [],
        };
    });
}
