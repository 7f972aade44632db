/**
 * What it costs to replace an object, by kind. A Kubernetes object that keeps its name and namespace is deleted before it
 * is created again (`Diff` of pulumi-kubernetes: `deleteBeforeReplace`).
 */
const COSTS: Readonly<Record<string, string>> = {
    Namespace: "everything in it is deleted with it, volumes included",
    CustomResourceDefinition: "every object of its kind is deleted with it",
    PersistentVolumeClaim: "its data is lost unless the volume's reclaim policy is Retain",
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

/** Cost of a kind that the table does not have. */
const OTHER = "it is deleted first, then created again";

/** What replacing an object costs, e.g. `its pods are deleted first`. @param object As in `Change`: kind and name. */
export function replacementCost(object: string): string {
    const [kind = ""] = object.split(" ", 1);
    return Object.hasOwn(COSTS, kind) ? (COSTS[kind] ?? OTHER) : OTHER;
}
