import { request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import type { ClusterSettings } from "../settings/schema";
import { kubeconfigFiles } from "./kubeconfig";

/** How long one answer may take (ms). */
const TIMEOUT_MS = 8_000;

/** What the API server answers: an object, that there is none, or that these credentials may not see it. */
export type Answer = { readonly seen: true; readonly object: unknown } | { readonly seen: false };

/** Reads one object of the API server by its path; `object` is `undefined` when it is not there. */
export type Read = (path: string) => Promise<Answer>;

/**
 * Reads from the stack's own cluster with the credentials of its context.
 * @throws Error when the kubeconfig cannot be used.
 */
export async function clusterReader(settings: Pick<ClusterSettings, "context" | "kubeconfig">): Promise<Read> {
    // Only this file of the client, and only when it is needed: all of it would slow every preview down.
    const { KubeConfig } = await import("@kubernetes/client-node/dist/config.js");
    const config = new KubeConfig();
    const [first, ...others] = kubeconfigFiles(settings.kubeconfig);
    if (first !== undefined) {
        config.loadFromFile(first);
    }
    for (const file of others) {
        const other = new KubeConfig();
        other.loadFromFile(file);
        config.mergeConfig(other);
    }
    config.setCurrentContext(settings.context);
    const server = config.getCurrentCluster()?.server ?? "";
    return async (path) => {
        const options: RequestOptions = { headers: { Accept: "application/json" }, timeout: TIMEOUT_MS };
        await config.applyToHTTPSOptions(options);
        return get(new URL(path, server), options);
    };
}

function get(url: URL, options: RequestOptions): Promise<Answer> {
    return new Promise((resolve, reject) => {
        const send = url.protocol === "http:" ? httpRequest : httpsRequest;
        const request = send(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("error", reject);
            response.on("end", () => {
                const status = response.statusCode ?? 0;
                if (status === 401 || status === 403) {
                    resolve({ seen: false });
                } else if (status === 404) {
                    resolve({ seen: true, object: undefined });
                } else if (status !== 200) {
                    reject(new Error(`the API server answers ${status} for ${url.pathname}`));
                } else {
                    resolve({ seen: true, object: JSON.parse(Buffer.concat(chunks).toString("utf8")) });
                }
            });
        });
        request.on("error", reject);
        request.end();
    });
}
