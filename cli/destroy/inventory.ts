import { type ObjectName, objectNameOf, RELEASE_TYPE, type Resource } from "../../engine/state";

/** Objects that a destroy removes, and objects that it keeps. */
export interface Inventory {
    /** Number of objects of each kind that are removed, by kind, in the order of kinds. */
    readonly kinds: ReadonlyMap<string, number>;
    /** Namespaces that are removed, with everything in them. */
    readonly namespaces: readonly string[];
    /** Objects that the program keeps in the cluster. */
    readonly kept: readonly ObjectName[];
    /** Number of Helm releases that are removed; the CRDs of their charts stay. */
    readonly releases: number;
    /** Resources that Pulumi refuses to delete. */
    readonly protected: readonly Resource[];
}

/** Sorts the resources of a stack by what a destroy does to them. */
export function inventory(resources: readonly Resource[]): Inventory {
    const real = resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
    const kept = real.filter(({ retainOnDelete }) => retainOnDelete === true);
    const going = real.filter(({ retainOnDelete }) => retainOnDelete !== true);
    const kinds = new Map<string, number>();
    for (const kind of going.map(kindOf).sort()) {
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    return {
        kinds,
        namespaces: going.flatMap((resource) => {
            const object = objectNameOf(resource);
            return object?.kind === "Namespace" ? [object.name] : [];
        }),
        kept: kept.flatMap((resource) => objectNameOf(resource) ?? []),
        releases: going.filter(({ type }) => type === RELEASE_TYPE).length,
        protected: real.filter((resource) => resource.protect === true),
    };
}

function kindOf(resource: Resource): string {
    if (resource.type === RELEASE_TYPE) {
        return "Helm release";
    }
    return objectNameOf(resource)?.kind ?? resource.type.split(":").at(-1) ?? resource.type;
}
