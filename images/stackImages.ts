import type { Planned } from "../engine/changes";
import { madeObjects } from "../engine/sources";
import { isProperties } from "../engine/values";
import { type Image, parseImage } from "../policy/kubernetes/image";
import { groupBy } from "../policy/kubernetes/stack";
import { type ImageSetting, settingOf } from "./settings";
import type { ImageUse } from "./use";
import { imageUses } from "./uses";

/** An image of a stack. */
export interface StackImage extends Image {
    /** As the objects name it, e.g. `ghcr.io/spiffe/spire-agent:1.15.3`. */
    readonly reference: string;
    /** Registry and repository without tag and digest, e.g. `docker.io/library/x0tta6bl4`. */
    readonly name: string;
    /** The setting that names it; missing where none does. */
    readonly setting?: ImageSetting;
    /** Where it is used. */
    readonly uses: readonly Omit<ImageUse, "reference">[];
    /** Whether a pod of the stack runs it. */
    readonly runs: boolean;
}

/** The images of a version of a stack. */
export interface StackImages {
    /** The stack. */
    readonly stack: string;
    /** Every image once, sorted by name and tag. */
    readonly images: readonly StackImage[];
    /** What is not listed, and why. */
    readonly notes: readonly string[];
}

/** Reads a setting with its default by its path, e.g. `mesh.image.repository`. */
export type SettingReader = (path: string) => unknown;

/**
 * The images of the resources of a program, those of its charts included.
 * @param valueAt Settings of that version.
 * @throws CannotRun that names the release whose chart cannot be rendered, or the place that cannot be read.
 */
export async function imagesOf(
    resources: readonly Planned[],
    stack: string,
    valueAt: SettingReader,
): Promise<StackImages> {
    const made = await madeObjects(resources, stack, "its images would not be listed");
    const { uses, notes } = imageUses(made);
    const byReference = groupBy(uses, ({ reference }) => reference);
    const images = [...byReference].map(([reference, found]) => imageOf(reference, found, valueAt));
    const key = ({ name, reference }: StackImage) => `${name} ${reference}`;
    return { stack, images: images.sort((a, b) => (key(a) < key(b) ? -1 : 1)), notes };
}

function imageOf(reference: string, uses: readonly ImageUse[], valueAt: SettingReader): StackImage {
    const image = parseImage(reference);
    const components = [...new Set(uses.map(({ component }) => component))];
    const setting = settingOf(writtenRepository(reference), components, valueAt);
    return {
        ...image,
        reference,
        name: `${image.registry}/${image.repository}`,
        ...(setting === undefined ? {} : { setting }),
        uses: uses.map(({ component, object, name, role, runs }) => ({ component, object, name, role, runs })),
        runs: uses.some(({ runs }) => runs),
    };
}

/** The repository as it is written, without tag and digest. */
function writtenRepository(reference: string): string {
    const [named = ""] = reference.split("@", 1);
    return named.replace(/:[^/:]*$/, "");
}

/** The value at a path of plain data, e.g. of settings. */
export function valueOf(data: unknown, path: string): unknown {
    return path.split(".").reduce<unknown>((value, key) => (isProperties(value) ? value[key] : undefined), data);
}
