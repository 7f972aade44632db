import { z } from "zod";
import { parseState, type Resource, rootOutputs } from "./state";
import { SECRET, SIGNATURE } from "./values";

const meshSchema = z.object({
    environment: z.object({ name: z.string() }),
    settings: z.unknown(),
    spire: z.unknown(),
});

/**
 * Outputs of a stack with `expected`: the settings of the last update, defaults included. These are the inputs of its
 * components, so the state has them and no update prints them. `undefined` before the first update.
 */
export function recordedOutputs(resources: readonly Resource[]): Record<string, unknown> | undefined {
    const inputsOf = (wanted: string) =>
        resources.find(({ type, delete: gone }) => type === wanted && gone !== true)?.inputs;
    const outputs = rootOutputs(resources);
    const mesh = meshSchema.safeParse(inputsOf("x0tta6bl4:mesh:MeshApp")).data;
    if (outputs === undefined || outputs === null) {
        return undefined;
    }
    return {
        ...Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, shown(value)])),
        expected: mesh && {
            environment: mesh.environment.name,
            mesh: mesh.settings,
            spire: mesh.spire,
            // A stack without monitoring has no component for it.
            monitoring: inputsOf("x0tta6bl4:monitoring:Monitoring")?.settings ?? { enabled: false },
        },
    };
}

/** The same from the text of `pulumi stack export`. @throws ZodError when it is not one. */
export function exportedOutputs(text: string): Record<string, unknown> | undefined {
    return recordedOutputs(parseState(text).resources);
}

/** A value in the form of `pulumi stack output` without `--show-secrets`. */
function shown(value: unknown): unknown {
    return typeof value === "object" && value !== null && SIGNATURE in value ? SECRET : value;
}
