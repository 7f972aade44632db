import type { Field } from "../engine/field";
import { groupKindOf, kindName, templateKeys } from "./kinds";
import { readable } from "./readable";

/** Identity of an object. */
interface Owned {
    readonly group: string;
    readonly kind: string;
}

/** Kinds created by controllers, and the kinds that they are created from. */
const MAKERS: Readonly<Record<string, readonly string[]>> = {
    Pod: ["ReplicaSet.apps", "StatefulSet.apps", "DaemonSet.apps", "Job.batch", "ReplicationController"],
    "ReplicaSet.apps": ["Deployment.apps", "Rollout.argoproj.io"],
    "Job.batch": ["CronJob.batch"],
};

/** Every kind from which controllers create objects. */
const ALL_MAKERS: ReadonlySet<string> = new Set(Object.values(MAKERS).flat());

/**
 * Removes the objects that a controller created from another object of the list, as in an export of a cluster. An owner
 * reference alone can be forged: a removed object also has the containers and host settings of its owner's template, so
 * nothing escapes evaluation.
 * @param objectOf The object itself.
 */
export function withoutOwned<T extends Owned>(items: readonly T[], objectOf: (item: T) => Field): T[] {
    const makers = new Map<string, Field>();
    for (const item of items) {
        const name = kindName(item);
        const object = ALL_MAKERS.has(name) ? objectOf(item) : undefined;
        const uid = object && readable(() => object.at("metadata", "uid").string());
        if (object !== undefined && uid !== undefined) {
            makers.set(key(name, object, uid), object);
        }
    }
    return makers.size === 0 ? [...items] : items.filter((item) => !isOwned(item, objectOf(item), makers));
}

function isOwned(item: Owned, object: Field, makers: ReadonlyMap<string, Field>): boolean {
    const name = kindName(item);
    const allowed = Object.hasOwn(MAKERS, name) ? (MAKERS[name] ?? []) : [];
    const owners = allowed.length === 0 ? [] : readable(() => object.at("metadata", "ownerReferences").items());
    return (owners ?? []).some((owner) => {
        const uid = readable(() => owner.at("uid").string());
        const type = readable(() =>
            groupKindOf(owner.at("apiVersion").string() ?? "", owner.at("kind").string() ?? ""),
        );
        if (uid === undefined || type === undefined || !allowed.includes(kindName(type))) {
            return false;
        }
        const maker = makers.get(key(kindName(type), object, uid));
        if (maker === undefined) {
            return false;
        }
        // An old ReplicaSet has an old template and no pods.
        const idle = item.kind === "ReplicaSet" && readable(() => object.at("spec", "replicas").number()) === 0;
        const own = traits(podOf(item, object));
        return idle || (own !== undefined && own === traits(podOf(type, maker)));
    });
}

/** The pod specification of an object that creates pods; a Rollout has it at the same path as a Deployment. */
function podOf(type: Owned, object: Field): Field {
    return object.at(...(templateKeys(type) ?? ["spec", "template"]), "spec");
}

/** The fields of a pod specification that must match; `undefined` when they are not known. */
function traits(pod: Field): string | undefined {
    return readable(() => {
        const containers = ["containers", "initContainers"].map((list) =>
            pod
                .at(list)
                .items()
                .map((container) => CONTAINER_TRAITS.map((name) => container.at(name).value() ?? null)),
        );
        const volumes = pod
            .at("volumes")
            .items()
            .map((volume) => volume.at("hostPath").value())
            .filter((volume) => volume !== undefined);
        const host = ["hostNetwork", "hostPID", "hostIPC"].map((name) => pod.at(name).boolean() ?? false);
        // The API server sets it to {} when it is missing.
        const context = pod.at("securityContext").value() ?? {};
        const debuggers = pod.at("ephemeralContainers").items().length;
        return JSON.stringify([containers, volumes, host, context, debuggers]);
    });
}

/** Container fields that neither the API server nor a controller changes. */
const CONTAINER_TRAITS: readonly string[] = ["name", "image", "command", "args", "securityContext"];

/** One key for kind, namespace and UID; none of them contains a space. */
function key(kind: string, object: Field, uid: string): string {
    return `${kind} ${readable(() => object.at("metadata", "namespace").string()) ?? ""} ${uid}`;
}
