import type { Field } from "../engine/field";
import { groupKindOf, kindName, templateKeys } from "./kinds";
import { readable } from "./readable";

/** What tells one object from another. */
interface Owned {
    readonly group: string;
    readonly kind: string;
}

/** Kinds that a controller makes, and the kinds that it makes them from. */
const MAKERS: Readonly<Record<string, readonly string[]>> = {
    Pod: ["ReplicaSet.apps", "StatefulSet.apps", "DaemonSet.apps", "Job.batch", "ReplicationController"],
    "ReplicaSet.apps": ["Deployment.apps", "Rollout.argoproj.io"],
    "Job.batch": ["CronJob.batch"],
};

/** Every kind that something is made from. */
const ALL_MAKERS: ReadonlySet<string> = new Set(Object.values(MAKERS).flat());

/**
 * The objects without those that a controller has made from another one among them, as an export of a cluster holds them.
 * An owner alone is a claim that anybody can make: what is left out also has the containers and host settings of the
 * owner's template, and so nothing that is not judged there.
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
        // An old ReplicaSet has an old template, and no pods.
        const idle = item.kind === "ReplicaSet" && readable(() => object.at("spec", "replicas").number()) === 0;
        const own = traits(podOf(item, object));
        return idle || (own !== undefined && own === traits(podOf(type, maker)));
    });
}

/** The specification of the pods of an object that makes some; a Rollout keeps it where a Deployment does. */
function podOf(type: Owned, object: Field): Field {
    return object.at(...(templateKeys(type) ?? ["spec", "template"]), "spec");
}

/** What pods of one template have in common that rules forbid; `undefined` when it is not known. */
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
        // The API server sets it to {} where it is missing.
        const context = pod.at("securityContext").value() ?? {};
        const debuggers = pod.at("ephemeralContainers").items().length;
        return JSON.stringify([containers, volumes, host, context, debuggers]);
    });
}

/** Fields of a container that neither the API server nor a controller changes. */
const CONTAINER_TRAITS: readonly string[] = ["name", "image", "command", "args", "securityContext"];

/** One key for kind, namespace and UID; none of them holds a space. */
function key(kind: string, object: Field, uid: string): string {
    return `${kind} ${readable(() => object.at("metadata", "namespace").string()) ?? ""} ${uid}`;
}
