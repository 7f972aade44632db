import type { ClusterSettings } from "../settings/schema";
import { clusterRequests, type Send } from "./request";

/** What the API server answers: an object, that there is none, or that these credentials may not see it. */
export type Answer = { readonly seen: true; readonly object: unknown } | { readonly seen: false };

/** Reads one object of the API server by its path; `object` is `undefined` when it is not there. */
export type Read = (path: string) => Promise<Answer>;

/**
 * Reads from the stack's own cluster with the credentials of its context.
 * @throws Error when the kubeconfig cannot be used.
 */
export async function clusterReader(settings: Pick<ClusterSettings, "context" | "kubeconfig">): Promise<Read> {
    return reader(await clusterRequests(settings));
}

/** Reads by a way of sending requests; an answer that is neither the object nor a refusal is an error. */
export function reader(send: Send): Read {
    return async (path) => {
        const { status, object } = await send(path);
        if (status === 401 || status === 403) {
            return { seen: false };
        }
        if (status === 404) {
            return { seen: true, object: undefined };
        }
        if (status !== 200 || object === undefined) {
            throw new Error(`the API server answers ${status} for ${path}`);
        }
        return { seen: true, object };
    };
}
