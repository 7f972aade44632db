/** A segment of a property path: a name, or a list index. */
export type PathStep = string | number;

/** A path in the engine's notation: `spec.ports[0].name`, `metadata.labels["app.kubernetes.io/name"]`. */
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

/** Parses a path in the engine's notation; `*` matches any name or index. */
export function parsePath(path: string): PathStep[] {
    const tokens = path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\[?(\*)\]?|([^.[\]]+)/g);
    return [...tokens].map(([, quoted, position, any, plain]) => {
        if (position !== undefined) {
            return Number(position);
        }
        return quoted?.replaceAll(/\\(.)/g, "$1") ?? any ?? plain ?? "";
    });
}

/** Whether a path of `ignoreChanges` covers this path. */
export function isIgnored(path: readonly PathStep[], ignore: readonly string[]): boolean {
    return ignore.some((each) => {
        const steps = parsePath(each);
        return steps.length <= path.length && steps.every((step, index) => step === "*" || step === path[index]);
    });
}
