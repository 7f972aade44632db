import type { StackImage } from "../../images/stackImages";
import type { Progress } from "../../terminal/progress";

/** Works on images, one after the other, and shows which one. @returns the results in their order. */
export function eachImage<I extends Pick<StackImage, "reference">, R>(
    title: string,
    images: readonly I[],
    progress: Progress,
    work: (image: I) => Promise<R>,
): Promise<R[]> {
    return progress.step(title, async (step) => {
        const results: R[] = [];
        for (const [index, image] of images.entries()) {
            step.update(`${index + 1} of ${images.length}: ${image.reference}`);
            results.push(await work(image));
        }
        return results;
    });
}
