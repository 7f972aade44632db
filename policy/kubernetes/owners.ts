import type { Field } from "../engine/field";
import { groupKindOf, kindName } from "./kinds";
import { readable } from "./readable";
import type { Subject } from "./subject";

/** Kinds that a controller makes, and the kinds that it makes them from. */
const MAKERS: Readonly<Record<string, readonly string[]>> = {
    Pod: ["ReplicaSet.apps", "StatefulSet.apps", "DaemonSet.apps", "Job.batch", "ReplicationController"],
    "ReplicaSet.apps": ["Deployment.apps", "Rollout.argoproj.io"],
    "Job.batch": ["CronJob.batch"],
};

/**
 * The objects without those that a controller has made from another one among them, as an export of a cluster holds them.
 * A cluster gives both the same UID, which nobody can set who creates an object: so nothing is left out by a claim alone.
 */
export function withoutOwned<T extends Pick<Subject, "group" | "kind" | "object">>(subjects: readonly T[]): T[] {
    const makers = new Set(Object.values(MAKERS).flat());
    const known = new Set(
        subjects.flatMap((subject) => {
            const uid = makers.has(kindName(subject)) ? uidOf(subject.object) : undefined;
            return uid === undefined ? [] : [key(kindName(subject), subject.object, uid)];
        }),
    );
    return known.size === 0 ? [...subjects] : subjects.filter((subject) => !isOwned(subject, known));
}

function isOwned(subject: Pick<Subject, "group" | "kind" | "object">, known: ReadonlySet<string>): boolean {
    const name = kindName(subject);
    const makers = Object.hasOwn(MAKERS, name) ? (MAKERS[name] ?? []) : [];
    const owners = makers.length === 0 ? [] : (readable(() => ownersOf(subject.object)) ?? []);
    return owners.some((owner) => {
        const uid = readable(() => owner.at("uid").string());
        const kind = readable(() =>
            kindName(groupKindOf(owner.at("apiVersion").string() ?? "", owner.at("kind").string() ?? "")),
        );
        return (
            uid !== undefined && kind !== undefined && makers.includes(kind) && known.has(key(kind, subject.object, uid))
        );
    });
}

function ownersOf(object: Field): Field[] {
    return object.at("metadata", "ownerReferences").items();
}

function uidOf(object: Field): string | undefined {
    return readable(() => object.at("metadata", "uid").string());
}

/** One key for kind, namespace and UID; none of them holds a space. */
function key(kind: string, object: Field, uid: string): string {
    return `${kind} ${readable(() => object.at("metadata", "namespace").string()) ?? ""} ${uid}`;
}
