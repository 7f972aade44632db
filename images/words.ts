import type { StackImage } from "./stackImages";

/** A place for people, e.g. `Deployment shop/web, container app`. */
export function useText({ object, role, name }: StackImage["uses"][number]): string {
    return `${object}, ${role} ${name}`;
}

/** The settings and the chart value that name an image, for people. */
export function settingText(setting: StackImage["setting"]): string {
    if (setting === undefined) {
        return "no setting names it";
    }
    const { digest, names, isChartValue } = setting;
    const pinned = digest === undefined ? "no setting pins it" : `pinned by ${digest}`;
    return `${isChartValue ? "chart value" : "tag"} ${names}, ${pinned}`;
}
