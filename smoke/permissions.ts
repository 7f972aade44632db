/** A permission to review. */
export interface Permission {
    /** Verb, e.g. `list`. */
    readonly verb: string;
    /** API group; empty for core. */
    readonly group: string;
    /** Resource, e.g. `pods`. */
    readonly resource: string;
    /** Subresource, e.g. `exec`. */
    readonly subresource?: string;
    /** Whether the permission is reviewed cluster-wide rather than in the mesh's namespace. */
    readonly clusterWide: boolean;
    /** Whether the app's ServiceAccount must have the permission; otherwise it must not. */
    readonly expected: boolean;
}

const READABLE = [
    { group: "", resource: "configmaps" },
    { group: "", resource: "pods" },
    { group: "", resource: "services" },
    { group: "apps", resource: "deployments" },
] as const;

/** Permissions that the app needs: read access to its environment. */
const ALLOWED: readonly Permission[] = READABLE.flatMap((target) =>
    ["get", "list", "watch"].map((verb) => ({ verb, ...target, clusterWide: false, expected: true })),
);

/** Permissions that would allow privilege escalation from a compromised pod. */
const DENIED: readonly Permission[] = [
    ...["create", "delete", "patch"].map((verb) => ({ verb, group: "", resource: "pods", clusterWide: false })),
    ...["get", "list"].map((verb) => ({ verb, group: "", resource: "secrets", clusterWide: false })),
    { verb: "create", group: "", resource: "pods", subresource: "exec", clusterWide: false },
    { verb: "patch", group: "apps", resource: "deployments", clusterWide: false },
    { verb: "update", group: "", resource: "configmaps", clusterWide: false },
    { verb: "get", group: "", resource: "secrets", clusterWide: true },
    { verb: "get", group: "", resource: "nodes", clusterWide: true },
    { verb: "list", group: "", resource: "nodes", clusterWide: true },
    { verb: "get", group: "rbac.authorization.k8s.io", resource: "clusterroles", clusterWide: true },
    { verb: "create", group: "rbac.authorization.k8s.io", resource: "clusterrolebindings", clusterWide: true },
    { verb: "create", group: "", resource: "serviceaccounts", subresource: "token", clusterWide: false },
].map((permission) => ({ ...permission, expected: false }));

/** All permissions of the app's ServiceAccount that are reviewed. */
export const PERMISSIONS: readonly Permission[] = [...ALLOWED, ...DENIED];

/** A permission in the notation of `kubectl auth can-i`, e.g. `create pods/exec`. */
export function describePermission(permission: Permission): string {
    const suffix = permission.subresource === undefined ? "" : `/${permission.subresource}`;
    return `${permission.verb} ${permission.resource}${suffix}${permission.clusterWide ? " (cluster)" : ""}`;
}
