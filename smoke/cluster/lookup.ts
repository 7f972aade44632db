import { ApiException } from "@kubernetes/client-node";
import type { Outcome } from "../outcome";
import { failed } from "../outcome";
import { failureOf } from "./client";

/** An object read from the cluster, or why it could not be read. */
export type Lookup<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Lookup of an existing object. */
export function found<T>(value: T): Lookup<T> {
    return { ok: true, value };
}

/** Lookup of an object that does not exist or cannot be read; `reason` names the object. */
export function missing(reason: string): Lookup<never> {
    return { ok: false, reason };
}

/**
 * Turns a request into a lookup: a 404 becomes "not found", a 403 names the missing permission.
 * @param what kind and name, e.g. `Deployment staging-x0tta6bl4`
 */
export async function lookup<T>(what: string, request: Promise<T>): Promise<Lookup<T>> {
    try {
        return found(await request);
    } catch (error) {
        const absent = error instanceof ApiException && error.code === 404;
        return missing(absent ? `${what} not found` : `${what} cannot be read: ${failureOf(error)}`);
    }
}

/** Evaluates the object of a lookup; fails with the lookup's reason if there is none. */
export function judging<T>(subject: Lookup<T>, judge: (value: T) => Outcome): Outcome {
    return subject.ok ? judge(subject.value) : failed(subject.reason);
}
