import { z } from "zod";

const configurationSchema = z.object({
    kind: z.enum(["ConfigMap", "Secret"]),
    metadata: z.object({
        name: z.string(),
        namespace: z.string(),
        uid: z.string(),
        creationTimestamp: z.coerce.date(),
        deletionTimestamp: z.string().optional(),
    }),
});

/** Where the objects that use configuration name it: a pod itself, or the template of its owner. */
const userSchema = z.object({ spec: z.unknown() });

/** A ConfigMap or Secret that nothing uses. */
export interface UnusedConfiguration {
    readonly kind: "ConfigMap" | "Secret";
    readonly name: string;
    readonly uid: string;
    readonly createdAt: Date;
}

/** What decides whether configuration is used. */
export interface ConfigurationUse {
    /** ConfigMaps and Secrets that are kept for versions, as the API server returns them. */
    readonly kept: readonly unknown[];
    /** Pods, and the ReplicaSets, Deployments and Rollouts that make them. */
    readonly users: readonly unknown[];
    /** Identifiers `namespace/name` of what the stack's state has. */
    readonly recorded: readonly string[];
    /** What was made later stays. */
    readonly before: Date;
}

/**
 * Configuration of versions that nothing can go back to: no pod uses it, no ReplicaSet of the history, and not the newest
 * version. A name anywhere in a specification counts as use. Oldest first.
 */
export function unusedConfiguration({ kept, users, recorded, before }: ConfigurationUse): UnusedConfiguration[] {
    const used = new Set(users.flatMap((user) => [...texts(userSchema.safeParse(user).data?.spec)]));
    const known = new Set(recorded);
    return kept
        .flatMap((object) => configurationSchema.safeParse(object).data ?? [])
        .filter(
            ({ metadata: { name, namespace, creationTimestamp, deletionTimestamp } }) =>
                !used.has(name) &&
                !known.has(`${namespace}/${name}`) &&
                creationTimestamp < before &&
                deletionTimestamp === undefined,
        )
        .map(({ kind, metadata: { name, uid, creationTimestamp } }) => ({
            kind,
            name,
            uid,
            createdAt: creationTimestamp,
        }))
        .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

/** All texts in a value. */
function* texts(value: unknown): Generator<string> {
    if (typeof value === "string") {
        yield value;
    } else if (typeof value === "object" && value !== null) {
        for (const part of Object.values(value)) {
            yield* texts(part);
        }
    }
}
