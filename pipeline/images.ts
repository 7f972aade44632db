import type { ImageChange } from "../engine/report";
import { compareImages, newReferences } from "../images/compare";
import { imagesOf, type SettingReader, type StackImages, valueOf } from "../images/stackImages";
import { localPaths } from "../process/paths";
import { schemas } from "../settings/schema";
import type { Progress } from "../terminal/progress";
import { lacksChart } from "./charts";
import { type Version, withVersions } from "./version";

/** The images of a stack, and what differs from another version. */
export interface ImageInventory {
    /** This checkout's version. */
    readonly after: StackImages;
    /** Name of the other one for people; `undefined` where none is compared with. */
    readonly against?: string;
    /** What differs; `undefined` where none is compared with. */
    readonly changes?: readonly ImageChange[];
    /** References that only this checkout's version has; `undefined` where none is compared with. */
    readonly added?: ReadonlySet<string>;
    /** Whether the chart of monitoring is missing here, so that most images of a stack are not listed. */
    readonly lacksChart: boolean;
}

/** Says that the images of the chart are missing. */
const NO_CHART = "The chart of monitoring is not available here, so its images are not listed.";

/** Reads the settings of a stack file with their defaults. An invalid section reads as unset: the program names its faults. */
export function settingReader(config: Readonly<Record<string, unknown>>): SettingReader {
    const sections = Object.entries(schemas).map(([name, schema]) => [
        name,
        schema.safeParse(config[name] ?? {}).data ?? {},
    ]);
    const settings: unknown = Object.fromEntries(sections);
    return (path) => valueOf(settings, path);
}

/** The images of one version. @throws CannotRun as {@link imagesOf} does. */
export async function versionImages(
    stack: string,
    { resources, config = {} }: Pick<Version, "resources" | "config">,
): Promise<StackImages> {
    const { images, notes } = await imagesOf(resources, stack, settingReader(config));
    return { stack, images, notes: [...(lacksChart(resources, config) ? [NO_CHART] : []), ...notes] };
}

/**
 * The images of this checkout's version of a stack, and what a commit changes. Needs no cluster, state or secret.
 * @throws CannotRun with the program's own message when a version has no preview.
 */
export function stackImages(
    stack: string,
    base: string | undefined,
    progress: Progress,
    checkout: string = localPaths().checkout,
): Promise<ImageInventory> {
    return withVersions(stack, base, progress, checkout, async (head, before) => {
        const after = await versionImages(stack, head);
        const chart = { lacksChart: lacksChart(head.resources, head.config) };
        if (before === undefined) {
            return { after, ...chart };
        }
        const old = await versionImages(stack, before);
        const changes = compareImages(old, after);
        return { after, against: before.name, changes, added: newReferences(old, after), ...chart };
    });
}
