import { MalformedField, type Field } from "../engine/field";
import { each, judge, type Finding, type Findings } from "../engine/finding";

/** A pod or pod template, in the same shape for every kind. */
export interface Workload {
    /** Kind of its object, e.g. `Deployment`. */
    readonly kind: string;
    /** Whether it is a patch: unset fields are decided elsewhere, so only fields that are set are evaluated. */
    readonly partial: boolean;
    /** Whether it is part of a custom resource, whose fields outside the template are defined by its operator. */
    readonly custom: boolean;
    /** The whole object. */
    readonly object: Field;
    /** The pod template, parent of `metadata` and `spec`. The object itself for a Pod. */
    readonly template: Field;
    /** The pod specification. */
    readonly pod: Field;
    /** Containers outside the container lists of a pod, e.g. steps. Default: none. */
    readonly steps?: readonly Field[];
    /** Lists of volumes that the kind keeps elsewhere than in that of a pod. Default: none. */
    readonly volumes?: readonly Field[];
}

/** Role of a container. A sidecar is an init container with restartPolicy Always. */
export type Role = "main" | "sidecar" | "init" | "ephemeral";

/** Every container of a pod. */
export const EVERY_ROLE: readonly Role[] = ["main", "sidecar", "init", "ephemeral"];

/** Containers declared in the pod template. Ephemeral containers can have neither resources nor probes. */
export const DECLARED_ROLES: readonly Role[] = ["main", "sidecar", "init"];

/** Containers that run as long as the pod. */
export const RUNNING_ROLES: readonly Role[] = ["main", "sidecar"];

/** Evaluates each container with one of the roles separately. */
export function eachContainer(
    workload: Workload,
    roles: readonly Role[],
    check: (container: Field) => Findings,
): readonly Finding[] {
    const main = roles.includes("main") ? judge(() => each(mainContainers(workload), check)) : [];
    const init =
        roles.includes("init") || roles.includes("sidecar")
            ? judge(() =>
                  each(containersIn(workload, "initContainers"), (container) =>
                      hasRole(container, roles) ? check(container) : [],
                  ),
              )
            : [];
    const ephemeral = roles.includes("ephemeral")
        ? judge(() => each(containersIn(workload, "ephemeralContainers"), check))
        : [];
    return [...main, ...init, ...ephemeral];
}

/** Evaluates the security context of the pod and of each container separately. */
export function eachSecurityContext(workload: Workload, check: (context: Field) => Findings): readonly Finding[] {
    return [
        ...judge(() => check(workload.pod.at("securityContext"))),
        ...eachContainer(workload, EVERY_ROLE, (container) => check(container.at("securityContext"))),
    ];
}

/** Evaluates each volume of the pod separately. */
export function eachVolume(workload: Workload, check: (volume: Field) => Findings): readonly Finding[] {
    const lists = [workload.pod.at("volumes"), ...(workload.volumes ?? [])];
    return lists.flatMap((list) => judge(() => each(list.items(), check)));
}

/** The service account of a pod, also read from the deprecated field; empty when unset. */
export function namedAccount(pod: Field): string {
    const name = pod.at("serviceAccountName").string() ?? "";
    return name === "" ? (pod.at("serviceAccount").string() ?? "") : name;
}

/** The service account of a pod. */
export function accountOf(pod: Field): string {
    const name = namedAccount(pod);
    return name === "" ? "default" : name;
}

/** Whether the pod is for Windows nodes, where Linux settings are not allowed. */
export function isWindows(workload: Workload): boolean {
    return workload.pod.at("os", "name").string() === "windows";
}

/** Whether the pod has its own user namespace, in which root is not root on the node. */
export function hasUserNamespace(workload: Workload): boolean {
    return workload.pod.at("hostUsers").boolean() === false;
}

function mainContainers(workload: Workload): readonly Field[] {
    const containers = containersIn(workload, "containers");
    if (containers.length === 0 && !workload.partial) {
        throw new MalformedField(workload.pod.at("containers"), "must list at least one container");
    }
    return containers;
}

/** The readable containers of a pod by list, since every rule needs them. */
const known = new WeakMap<Workload, Map<string, readonly Field[]>>();

function containersIn(workload: Workload, list: string): readonly Field[] {
    const lists = known.get(workload) ?? new Map<string, readonly Field[]>();
    known.set(workload, lists);
    const before = lists.get(list);
    if (before !== undefined) {
        return before;
    }
    const steps = list === "containers" ? (workload.steps ?? []) : [];
    const containers = [...workload.pod.at(list).items(), ...steps].map((container) =>
        container.inContainer(container.at("name").label()),
    );
    lists.set(list, containers);
    return containers;
}

/**
 * The containers that run as long as the pod: its main containers and its sidecars. Throws what reading the fields
 * throws.
 */
export function runningContainers(pod: Field): Field[] {
    const sidecars = pod
        .at("initContainers")
        .items()
        .filter((container) => container.at("restartPolicy").string() === "Always");
    return [...pod.at("containers").items(), ...sidecars];
}

/** Whether an init container has one of the roles. Reads its restart policy only if the result depends on it. */
function hasRole(container: Field, roles: readonly Role[]): boolean {
    if (roles.includes("init") && roles.includes("sidecar")) {
        return true;
    }
    const sidecar = container.at("restartPolicy").string() === "Always";
    return roles.includes(sidecar ? "sidecar" : "init");
}
