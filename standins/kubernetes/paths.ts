/** A step of a property's path: a name, or a position in a list. */
export type PathStep = string | number;

/** A path as the engine writes it: `spec.ports[0].name`, `metadata.labels["app.kubernetes.io/name"]`. */
export function pathText(path: readonly PathStep[]): string {
    return path
        .map((step, index) => {
            if (typeof step === "number") {
                return `[${step}]`;
            }
            if (/[."[\]]/.test(step)) {
                return `["${step.replaceAll('"', '\\"')}"]`;
            }
            return index === 0 ? step : `.${step}`;
        })
        .join("");
}

/** Reads such a path; `*` stands for any name or position. */
export function parsePath(path: string): PathStep[] {
    const tokens = path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\[?(\*)\]?|([^.[\]]+)/g);
    return [...tokens].map(([, quoted, position, any, plain]) => {
        if (position !== undefined) {
            return Number(position);
        }
        return quoted?.replaceAll(/\\(.)/g, "$1") ?? any ?? plain ?? "";
    });
}

/** Does one of the paths of `ignoreChanges` cover this one? */
export function isIgnored(path: readonly PathStep[], ignore: readonly string[]): boolean {
    return ignore.some((each) => {
        const steps = parsePath(each);
        return steps.length <= path.length && steps.every((step, index) => step === "*" || step === path[index]);
    });
}
