import type { Change } from "./report";

/**
 * Consequences of replacing an object, by kind. A Kubernetes object that keeps its name and namespace is deleted before
 * it is created again (`Diff` of pulumi-kubernetes: `deleteBeforeReplace`).
 */
const COSTS: Readonly<Record<string, string>> = {
    Namespace: "everything in it is deleted with it, volumes included",
    CustomResourceDefinition: "every object of its kind is deleted with it",
    PersistentVolumeClaim: "its data is lost unless the volume's reclaim policy is Retain",
    Rollout: "its pods are deleted first; nothing serves until new ones are ready",
    Deployment: "its pods are deleted first; nothing serves until new ones are ready",
    StatefulSet: "its pods are deleted first; their claims stay",
    DaemonSet: "its pods are deleted first, on every node",
    Job: "it runs again",
    Service: "its address is gone until it is created again, and may change",
    ServiceAccount: "tokens of running pods become invalid",
    Secret: "pods that start in between wait for it",
    ConfigMap: "pods that start in between wait for it",
    ClusterRole: "its permissions are missing in between",
    ClusterRoleBinding: "its permissions are missing in between",
    Role: "its permissions are missing in between",
    RoleBinding: "its permissions are missing in between",
    Release: "the release is uninstalled first, with every object of its chart",
    RandomBytes: "a new value is generated, and everything that uses it changes",
    RandomPassword: "a new value is generated, and everything that uses it changes",
};

/** Generated values, which are not Kubernetes objects. */
const GENERATED: readonly string[] = ["RandomBytes", "RandomPassword"];

/**
 * Fields that identify an object: with another value it is another object, which is created before the old one is
 * deleted.
 */
const IDENTITY: readonly string[] = ["metadata.name", "metadata.namespace", "name", "namespace"];

/** Cost of another name or namespace. */
const MOVED = "created under its new name first; the old one is then deleted, with everything in it";

/** Cost of a kind that the table does not have. */
const OTHER = "it is deleted first, then created again";

/** Consequence of replacing an object, e.g. `its pods are deleted first`. */
export function replacementCost({ object, details }: Pick<Change, "object" | "details">): string {
    const [kind = ""] = object.split(" ", 1);
    if (!GENERATED.includes(kind) && details.some(({ path }) => IDENTITY.includes(path))) {
        return MOVED;
    }
    return Object.hasOwn(COSTS, kind) ? (COSTS[kind] ?? OTHER) : OTHER;
}
