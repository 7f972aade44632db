import { FieldError, isObject, MalformedField, type Field } from "../engine/field";

/** Something in a custom resource that is shaped like a pod's specification, or like a part of one. */
export interface FoundPod {
    /** What holds the specification, and so may hold `metadata`. */
    readonly template: Field;
    /** The specification. */
    readonly pod: Field;
    /** Containers in it that are in none of a pod's own lists. */
    readonly steps: readonly Field[];
    /** Whether it lists containers that all have name and image, so that nothing is left for a controller to fill in. */
    readonly complete: boolean;
}

/** Levels of nesting that are searched; an API server accepts no more of JSON than a few thousand. */
const SEARCH_DEPTH = 100;

/** Places that are searched: many times more than an object that fits into a cluster has. */
const SEARCH_PLACES = 200_000;

/** Lists of a pod's specification that hold containers. */
const LISTS: readonly string[] = ["containers", "initContainers", "ephemeralContainers"];

/** Fields of a container which, beside an image, tell it from whatever else has an image. */
const BESIDE_IMAGE: readonly string[] = [
    ...["command", "args", "env", "envFrom", "volumeMounts", "imagePullPolicy", "resources", "ports", "workingDir"],
    ...["livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "script", "source"],
];

/** Keys at which an image alone makes a container: those of workflow engines. */
const STEP_KEYS: ReadonlySet<string> = new Set(["container", "script", "steps", "sidecars", "stepTemplate"]);

/** Fields that only the specification of a pod has. */
const HOST_KEYS: readonly string[] = ["hostNetwork", "hostPID", "hostIPC"];

/**
 * Finds pods in an object of unknown shape: lists of containers, also without images or with init containers only; single
 * containers, as workflow engines have them; and security contexts, environments and host settings by themselves.
 * @throws {MalformedField} when the object is too large or nested too deeply to be searched.
 */
export function findPods(object: Field): FoundPod[] {
    const found: FoundPod[] = [];
    const budget = { places: SEARCH_PLACES };
    const rest = walk(object, object, "", 0, budget, found);
    return rest.length === 0 ? found : [...found, { template: object, pod: object, steps: [], complete: false }];
}

/** Adds what is found at a place and below; gives the containers there that belong to what is above. */
function walk(
    field: Field,
    parent: Field,
    key: string,
    depth: number,
    budget: { places: number },
    found: FoundPod[],
): Field[] {
    if (budget.places-- <= 0) {
        throw new MalformedField(field, "is part of an object with too many fields to be searched for pods");
    }
    if (depth > SEARCH_DEPTH) {
        throw new MalformedField(field, "is nested too deeply to be searched for pods");
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
        // What a cluster reports makes no pods; the lists of a pod are read with it.
        if ((depth === 0 && name === "status") || name === "volumes" || (isPod && LISTS.includes(name))) {
            continue;
        }
        steps.push(...walk(child, field, name, depth + 1, budget, found));
    }
    if (isPod && isComplete(value.containers)) {
        found.push({ template: parent, pod: field, steps: [], complete: true });
        return steps;
    }
    if (isPod || steps.length > 0 || HOST_KEYS.some((name) => value[name] === true) || hasHostPath(value.volumes)) {
        // Something else may have fields of the same names.
        const pod = isPod || isWellTyped(value, POD_TYPES) ? field : field.at(NO_FIELD);
        found.push({ template: parent, pod, steps, complete: false });
        return [];
    }
    return isContainer(value, key) ? [field] : [];
}

/** A key that no object has: what is below it is unset. */
const NO_FIELD = " ";

/** Fields of a pod that are lists, and those that are objects. */
const POD_TYPES = { lists: ["volumes", "imagePullSecrets", ...LISTS], objects: ["securityContext", "os", "resources"] };

/** Fields of a container that are lists, and those that are objects. */
const CONTAINER_TYPES = {
    lists: ["command", "args", "env", "envFrom", "volumeMounts", "ports"],
    objects: ["securityContext", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"],
};

/** Whether fields have the types that they have in a pod or container, where they are there. */
function isWellTyped(value: Raw, { lists, objects }: typeof POD_TYPES): boolean {
    const absent = (name: string): boolean => value[name] === undefined || value[name] === null;
    return (
        lists.every((name) => absent(name) || Array.isArray(value[name])) &&
        objects.every((name) => absent(name) || isObject(value[name]))
    );
}

/** The value of a place, `undefined` when it cannot be read. */
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

/** Whether a value lists containers: objects with a name or an image. */
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

/** Whether an object is shaped like a container, or like what a container is to get from its controller. */
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

function isEnvironment(value: unknown): boolean {
    return Array.isArray(value) && value.length > 0 && value.every((entry) => isObject(entry) && "name" in entry);
}

function hasHostPath(volumes: unknown): boolean {
    return Array.isArray(volumes) && volumes.some((volume) => isObject(volume) && isObject(volume.hostPath));
}
