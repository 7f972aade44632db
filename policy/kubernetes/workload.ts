import { Field, MalformedField } from "../engine/field";
import { each, judge, type Finding, type Findings } from "../engine/finding";
import { elementKind, groupKindOf, templateKeys, type GroupKind } from "./kinds";

/** An object to be judged, before anything is known about its shape. */
export interface Source extends GroupKind {
    /** The object as plain JSON. May hold anything. */
    readonly body: unknown;
    /** Whether it is a patch: what it leaves out is decided elsewhere, so only the fields present are judged. */
    readonly partial?: boolean;
    /** Name for messages when the object has none that is known. */
    readonly fallbackName?: string;
}

/** An object that makes pods: the same shape for every kind. */
export interface Workload {
    /** Kind, e.g. `Deployment`. */
    readonly kind: string;
    /** Whether it is a patch; see {@link Source.partial}. */
    readonly partial: boolean;
    /** Name for messages when the object has none that is known. */
    readonly fallbackName?: string;
    /** The whole object. */
    readonly object: Field;
    /** The pod template, with `metadata` and `spec`. The object itself for a Pod. */
    readonly template: Field;
    /** The pod's specification. */
    readonly pod: Field;
}

/** What a container is for. A sidecar is an init container that restarts always. */
export type Role = "main" | "sidecar" | "init" | "ephemeral";

/** Every container of a pod. */
export const EVERY_ROLE: readonly Role[] = ["main", "sidecar", "init", "ephemeral"];

/** Containers that the pod's author declares. Debug containers can have neither resources nor probes. */
export const DECLARED_ROLES: readonly Role[] = ["main", "sidecar", "init"];

/** Containers that run as long as the pod does. */
export const RUNNING_ROLES: readonly Role[] = ["main", "sidecar"];

/** The workloads in an object. */
export interface Workloads {
    /** One, or one for each element of a list, or none. */
    readonly workloads: readonly Workload[];
    /** What can't be read, e.g. a list that is not known yet. */
    readonly unreadable: readonly Finding[];
}

/** Finds the workloads in an object of any kind. Elements of lists keep their path from the list's root. */
export function workloadsOf(source: Source): Workloads {
    const workloads: Workload[] = [];
    const unreadable = [...judge(() => collect(source, new Field(source.body, ""), workloads))];
    return { workloads, unreadable };
}

function* collect(source: Source, root: Field, into: Workload[]): Generator<Finding> {
    const keys = templateKeys(source);
    const element = elementKind(source);
    if (keys !== undefined) {
        const { kind, partial = false, fallbackName } = source;
        const template = root.at(...keys);
        into.push({ kind, partial, fallbackName, object: root, template, pod: template.at("spec") });
    } else if (element !== undefined) {
        yield* each(root.at("items").items(), (item) => collect(elementSource(source, element, item), item, into));
    }
}

function elementSource(list: Source, element: GroupKind | "any", item: Field): Source {
    const own = () => groupKindOf(item.at("apiVersion").string() ?? "", item.at("kind").string() ?? "");
    return { ...list, ...(element === "any" ? own() : element) };
}

/** Judges each container that has one of the roles, by itself. */
export function* eachContainer(
    workload: Workload,
    roles: readonly Role[],
    check: (container: Field) => Findings,
): Generator<Finding> {
    if (roles.includes("main")) {
        yield* judge(() => each(mainContainers(workload), check));
    }
    if (roles.includes("init") || roles.includes("sidecar")) {
        yield* judge(() =>
            each(containersIn(workload, "initContainers"), (container) =>
                hasRole(container, roles) ? check(container) : [],
            ),
        );
    }
    if (roles.includes("ephemeral")) {
        yield* judge(() => each(containersIn(workload, "ephemeralContainers"), check));
    }
}

function mainContainers(workload: Workload): Field[] {
    const containers = containersIn(workload, "containers");
    if (containers.length === 0 && !workload.partial) {
        throw new MalformedField(workload.pod.at("containers"), "must list at least one container");
    }
    return containers;
}

function containersIn(workload: Workload, list: string): Field[] {
    return workload.pod
        .at(list)
        .items()
        .map((container) => container.inContainer(container.at("name").label()));
}

/** Whether an init container has one of the roles. Reads its restart policy only if the answer depends on it. */
function hasRole(container: Field, roles: readonly Role[]): boolean {
    if (roles.includes("init") && roles.includes("sidecar")) return true;
    const sidecar = container.at("restartPolicy").string() === "Always";
    return roles.includes(sidecar ? "sidecar" : "init");
}
