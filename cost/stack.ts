import { objectName, type Planned } from "../engine/changes";
import { CannotRun } from "../errors";
import { isRelease, releaseSources } from "../policy/helm/sources";
import { namedClaims } from "../policy/cost/claims";
import type { Demand } from "../policy/cost/estimate";
import { podGroups } from "../policy/cost/pods";
import { parseTypeToken } from "../policy/crossguard/typeToken";
import { FieldError } from "../policy/engine/field";
import { stackOfSources } from "../policy/evaluation/evaluateStack";
import type { Source } from "../policy/kubernetes/subject";

/** What a stack asks for, and which part of the program asks for it. */
export interface StackDemand extends Demand {
    /** Component that made the object of a source, e.g. `mesh`. */
    readonly componentOf: (source: unknown) => string;
}

/** A component of this program in a resource's URN, e.g. `x0tta6bl4:mesh:MeshApp`. */
const COMPONENT = /::x0tta6bl4:(\w+):/;

/**
 * What the resources of a program ask for, those of its charts included, rendered as the policy pack renders them.
 * @throws CannotRun that names the release whose chart cannot be rendered, or the place that cannot be read.
 */
export async function demandOf(resources: readonly Planned[], stack: string): Promise<StackDemand> {
    const components = new Map<unknown, string>();
    const sources: Source[] = [];
    for (const resource of resources) {
        const { urn, inputs } = resource;
        const component = COMPONENT.exec(urn)?.[1] ?? "other";
        for (const source of await sourcesOf(resource, stack)) {
            components.set(source.body, component);
            sources.push(source);
        }
        components.set(inputs, component);
    }
    const all = stackOfSources(sources);
    const groupOf = podGroups(all);
    return {
        groups: all.workloads.flatMap((item) => {
            const { kind, object } = item.subject;
            return readable(`${kind} ${object.at("metadata", "name").label() ?? ""}`, () => groupOf(item) ?? []);
        }),
        claims: readable("PersistentVolumeClaim", () => namedClaims(all)),
        componentOf: (source) => components.get(source) ?? "other",
    };
}

async function sourcesOf(resource: Planned, stack: string): Promise<readonly Source[]> {
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
            `${objectName(resource)}: its chart cannot be rendered, so its pods would not be counted. ${reason}`,
            "install helm 3.14 or newer, or name the program: X0TTA6BL4_HELM=/path/to/helm",
        );
    }
    return sources;
}

function readable<T>(what: string, read: () => T): T {
    try {
        return read();
    } catch (error) {
        if (error instanceof FieldError) {
            throw new CannotRun(`${what}: ${error.message}`, "npx x0 diff: it shows what the policies say about it");
        }
        throw error;
    }
}
