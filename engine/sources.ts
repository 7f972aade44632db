import { CannotRun } from "../errors";
import { parseTypeToken } from "../policy/crossguard/typeToken";
import { isRelease, releaseSources } from "../policy/helm/sources";
import type { Source } from "../policy/kubernetes/subject";
import { objectName, type Planned } from "./changes";

/** An object of a program, also one of its charts, and the part of the program that makes it. */
export interface MadeObject {
    /** The object. */
    readonly source: Source;
    /** Component that made it, or the release whose chart has it, e.g. `mesh`; `other` outside of the components. */
    readonly component: string;
}

/** A component of this program in a resource's URN, e.g. `x0tta6bl4:mesh:MeshApp`. */
const COMPONENT = /::x0tta6bl4:(\w+):/;

/**
 * The objects of the resources of a program, those of its charts included, rendered as the policy pack renders them.
 * @param consequence What would go wrong without the objects of a chart, e.g. `its pods would not be counted`.
 * @throws CannotRun that names the release whose chart cannot be rendered.
 */
export async function madeObjects(
    resources: readonly Planned[],
    stack: string,
    consequence: string,
): Promise<MadeObject[]> {
    const made: MadeObject[] = [];
    for (const resource of resources) {
        const component = COMPONENT.exec(resource.urn)?.[1] ?? "other";
        for (const source of await sourcesOf(resource, stack, consequence)) {
            made.push({ source, component });
        }
    }
    return made;
}

async function sourcesOf(resource: Planned, stack: string, consequence: string): Promise<readonly Source[]> {
    const { type, urn, inputs } = resource;
    const parsed = parseTypeToken(type);
    if (parsed === undefined) {
        return [];
    }
    const source: Source = { ...parsed, body: inputs, fallbackName: urn.split("::").at(-1), stack };
    if (!isRelease(parsed)) {
        return [source];
    }
    const sources = await releaseSources(source);
    const rendering = sources[0]?.rendering;
    if (rendering?.type !== "rendered") {
        const reason = rendering?.type === "failed" ? rendering.reason : "A value is known only during the update.";
        throw new CannotRun(
            `${objectName(resource)}: its chart cannot be rendered, so ${consequence}. ${reason}`,
            "install helm 3.14 or newer, or name the program: X0TTA6BL4_HELM=/path/to/helm",
        );
    }
    return sources;
}
