import type { ContextName } from "./kubeconfig";
import { clusterRequests, type Send } from "./request";

/** Result of a read: an object, no object, or a rejection of the credentials. */
export type ReadAnswer =
    | { readonly seen: true; readonly object: unknown }
    /** `status`: 401 when the credentials were not accepted, 403 when they lack the permission. */
    | { readonly seen: false; readonly status?: 401 | 403 };

/**
 * Reads one object of the API server by its path; `object` is `undefined` if it does not exist.
 * @param accept Media type of the response. Default: JSON.
 */
export type Read = (path: string, accept?: string) => Promise<ReadAnswer>;

/**
 * Reads from the stack's own cluster with the credentials of its context.
 * @throws Error when the kubeconfig cannot be used.
 */
export async function clusterReader(settings: ContextName): Promise<Read> {
    return reader(await clusterRequests(settings));
}

/**
 * Reads from the stack's own cluster, each object once: the preflight checks need the same objects, and the list of
 * nodes of a large cluster is several megabytes. Connects at the first read, which rejects when the kubeconfig cannot
 * be used.
 */
export function rememberingReader(settings: ContextName): Read {
    let opened: Promise<Read> | undefined;
    const answers = new Map<string, Promise<ReadAnswer>>();
    return (path, accept) => {
        const key = JSON.stringify([path, accept]);
        opened ??= clusterReader(settings);
        const answer = answers.get(key) ?? opened.then((read) => read(path, accept));
        answers.set(key, answer);
        return answer;
    };
}

/** Reads through a request function; a response that is neither an object nor a rejection is an error. */
export function reader(send: Send): Read {
    return async (path, accept) => {
        const { status, object } = await send(path, undefined, accept);
        if (status === 401 || status === 403) {
            return { seen: false, status };
        }
        if (status === 404) {
            return { seen: true, object: undefined };
        }
        if (status !== 200) {
            throw new Error(`the API server answers ${status} for ${path}`);
        }
        if (object === undefined) {
            throw new Error(
                `the answer for ${path} is not JSON: the server of the kubeconfig is not a Kubernetes API server, or its path is wrong`,
            );
        }
        return { seen: true, object };
    };
}
