import type { GroupKind } from "../kubernetes/kinds";

/** Information about a Kubernetes object from its Pulumi type token. */
export interface ObjectType extends GroupKind {
    /** Whether the resource is a patch of an object created elsewhere. */
    readonly partial: boolean;
}

/** Reads a type token, e.g. `kubernetes:apps/v1:Deployment`; `undefined` when it is not that of a Kubernetes object. */
export function parseTypeToken(token: string): ObjectType | undefined {
    const [, group, version, kind] = /^kubernetes:([^/:]+)\/(v[^/:]+):(\w+)$/.exec(token) ?? [];
    if (group === undefined || kind === undefined) {
        return undefined;
    }
    const partial = kind.endsWith("Patch");
    return {
        group: group === "core" ? "" : group,
        version,
        kind: partial ? kind.slice(0, -"Patch".length) : kind,
        partial,
    };
}

/** The stack in the URN of a resource. */
export function stackOfUrn(urn: string): string | undefined {
    return /^urn:pulumi:([^:]+)::/.exec(urn)?.[1];
}
