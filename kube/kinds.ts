/** API group, version and kind of an object. */
export interface Gvk {
    /** API group; "" for the core one. */
    group: string;
    /** Version within the group, e.g. `v1`. */
    version: string;
    /** Kind, e.g. `Deployment`. */
    kind: string;
}

/** Reads a Pulumi type token, e.g. `kubernetes:apps/v1:Deployment`. */
export function gvkOfToken(token: string): Gvk {
    const [, module = "", kind = ""] = token.split(":");
    const [group = "", version = ""] = module.split("/");
    return { group: group === "core" ? "" : group, version, kind };
}
