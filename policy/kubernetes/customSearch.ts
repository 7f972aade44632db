import { FieldError, isObject, MalformedField, type Field } from "../engine/field";

/** A part of a custom resource that is shaped like a pod specification, or a part of one. */
export interface FoundPod {
    /** Parent of the specification, which may also contain `metadata`. */
    readonly template: Field;
    /** The specification. */
    readonly pod: Field;
    /** Containers in it that are outside the container lists of a pod. */
    readonly steps: readonly Field[];
    /** Lists of volumes in it under other names than a pod's own. */
    readonly volumes: readonly Field[];
    /** Whether it lists containers that all have name and image, so that nothing is left for a controller to fill in. */
    readonly complete: boolean;
}

/** Maximum search depth; an API server accepts JSON of at most a few thousand levels. */
const SEARCH_DEPTH = 100;

/** Maximum fields searched: many times more than an object within the size limit of etcd has. */
const SEARCH_PLACES = 200_000;

/** Container lists of a pod specification. */
const LISTS: readonly string[] = ["containers", "initContainers", "ephemeralContainers"];

/** Fields that, together with an image, identify a container. */
const BESIDE_IMAGE: readonly string[] = [
    ...["command", "args", "env", "envFrom", "volumeMounts", "imagePullPolicy", "resources", "ports", "workingDir"],
    ...["livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "script", "source"],
];

/** Keys of workflow engines at which an object with an image is a container. */
const STEP_KEYS: ReadonlySet<string> = new Set(["container", "script", "steps", "sidecars", "stepTemplate"]);

/** Fields that exist only in a pod specification. */
const HOST_KEYS: readonly string[] = ["hostNetwork", "hostPID", "hostIPC"];

/**
 * Finds pods in an object of unknown shape: lists of containers, also without images or with init containers only;
 * single containers, as in workflow engines; and standalone security contexts, environments and host settings.
 * @throws {MalformedField} when the object is too large or nested too deeply to be searched.
 */
export function findPods(object: Field): FoundPod[] {
    const found: FoundPod[] = [];
    const budget = { places: SEARCH_PLACES };
    const rest = walk(object, object, "", 0, budget, found);
    return rest.length === 0
        ? found
        : [...found, { template: object, pod: object, steps: [], volumes: [], complete: false }];
}

/** Adds what is found at a field and below; returns the containers that belong to its parent. */
function walk(
    field: Field,
    parent: Field,
    key: string,
    depth: number,
    budget: { places: number },
    found: FoundPod[],
): Field[] {
    if (budget.places-- <= 0) {
        throw new MalformedField(field, "is part of an object that has too many fields to search for pods");
    }
    if (depth > SEARCH_DEPTH) {
        throw new MalformedField(field, "is nested too deeply to search for pods");
    }
    const value = rawValue(field);
    if (Array.isArray(value)) {
        return field.items().flatMap((item) => walk(item, parent, key, depth + 1, budget, found));
    }
    if (!isObject(value)) {
        return [];
    }
    const isPod = LISTS.some((name) => isContainerList(value[name]));
    const steps: Field[] = [];
    for (const [name, child] of field.entries()) {
        // A status creates no pods; the lists of a pod are read with the pod.
        if (
            (depth === 0 && name === "status") ||
            name === "volumes" ||
            hasHostPath(value[name]) ||
            (isPod && LISTS.includes(name))
        ) {
            continue;
        }
        steps.push(...walk(child, field, name, depth + 1, budget, found));
    }
    const volumes = Object.keys(value)
        .filter((name) => name !== "volumes" && hasHostPath(value[name]))
        .map((name) => field.at(name));
    if (isPod && isComplete(value.containers)) {
        found.push({ template: parent, pod: field, steps: [], volumes, complete: true });
        return steps;
    }
    const hasVolumes = volumes.length > 0 || hasHostPath(value.volumes);
    if (isPod || steps.length > 0 || HOST_KEYS.some((name) => value[name] === true) || hasVolumes) {
        // Other objects may have fields of the same names.
        const pod = isPod || isWellTyped(value, POD_TYPES) ? field : field.at(NO_FIELD);
        // Some kinds keep what belongs to a pod and to its one container side by side.
        const own = !isPod && isWellTyped(value, CONTAINER_TYPES) && isContainerContext(value.securityContext);
        found.push({ template: parent, pod, steps: own ? [...steps, field] : steps, volumes, complete: false });
        return [];
    }
    return isContainer(value, key) ? [field] : [];
}

/** A key that no object has: everything below it is unset. */
const NO_FIELD = " ";

/** Fields of a pod that are lists, and fields that are objects. */
const POD_TYPES = { lists: ["volumes", "imagePullSecrets", ...LISTS], objects: ["securityContext", "os", "resources"] };

/** Fields of a container that are lists, and fields that are objects. */
const CONTAINER_TYPES = {
    lists: ["command", "args", "env", "envFrom", "volumeMounts", "ports"],
    objects: ["securityContext", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"],
};

/** Whether the fields that are set have the types that they have in a pod or container. */
function isWellTyped(value: Raw, { lists, objects }: typeof POD_TYPES): boolean {
    const absent = (name: string): boolean => value[name] === undefined || value[name] === null;
    return (
        lists.every((name) => absent(name) || Array.isArray(value[name])) &&
        objects.every((name) => absent(name) || isObject(value[name]))
    );
}

/** The value of a field, `undefined` when it cannot be read. */
function rawValue(field: Field): unknown {
    try {
        return field.value();
    } catch (error) {
        if (error instanceof FieldError) {
            return undefined;
        }
        throw error;
    }
}

type Raw = Readonly<Record<string, unknown>>;

/** Whether a value is a list of containers: objects with a name or an image. */
function isContainerList(value: unknown): boolean {
    return (
        Array.isArray(value) &&
        value.length > 0 &&
        value.every((item) => isObject(item) && ("name" in item || typeof item.image === "string"))
    );
}

function isComplete(containers: unknown): boolean {
    return (
        isContainerList(containers) &&
        Array.isArray(containers) &&
        containers.every((item) => isObject(item) && "name" in item && "image" in item)
    );
}

/** Whether an object is shaped like a container, or like container settings that a controller applies. */
function isContainer(value: Raw, key: string): boolean {
    const hasImage = typeof value.image === "string";
    if (!isWellTyped(value, CONTAINER_TYPES)) {
        return false;
    }
    return (
        (hasImage && (STEP_KEYS.has(key) || BESIDE_IMAGE.some((name) => value[name] !== undefined))) ||
        isObject(value.securityContext) ||
        isEnvironment(value.env) ||
        (Array.isArray(value.volumeMounts) && value.volumeMounts.length > 0)
    );
}

/** Fields of a security context that a container's has and a pod's does not. */
const CONTAINER_CONTEXT: readonly string[] = [
    ...["privileged", "allowPrivilegeEscalation", "capabilities", "readOnlyRootFilesystem", "procMount"],
];

function isContainerContext(value: unknown): boolean {
    return isObject(value) && CONTAINER_CONTEXT.some((name) => value[name] !== undefined);
}

function isEnvironment(value: unknown): boolean {
    return Array.isArray(value) && value.length > 0 && value.every((entry) => isObject(entry) && "name" in entry);
}

function hasHostPath(volumes: unknown): boolean {
    return Array.isArray(volumes) && volumes.some((volume) => isObject(volume) && isObject(volume.hostPath));
}
