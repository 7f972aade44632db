import { type ObjectName, objectNameOf, RELEASE_TYPE, type Resource } from "../../engine/state";

/** What a destroy removes and what it leaves. */
export interface Inventory {
    /** How many objects of each kind go, `Kind` to count, in the order of kinds. */
    readonly kinds: ReadonlyMap<string, number>;
    /** Namespaces that go, with everything in them. */
    readonly namespaces: readonly string[];
    /** Objects that stay in the cluster, by intent. */
    readonly kept: readonly ObjectName[];
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
        protected: real.filter((resource) => resource.protect === true),
    };
}

function kindOf(resource: Resource): string {
    if (resource.type === RELEASE_TYPE) {
        return "Helm release";
    }
    return objectNameOf(resource)?.kind ?? resource.type.split(":").at(-1) ?? resource.type;
}
