import { request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import type { ClusterSettings } from "../settings/schema";
import { kubeconfigFiles } from "./kubeconfig";

/** How long one answer may take (ms). */
const TIMEOUT_MS = 8_000;

/** An answer of the API server, whatever its status. */
export interface Response {
    /** HTTP status, e.g. 200 or 403. */
    readonly status: number;
    /** What the `Date` header says: the server's clock, in whole seconds. */
    readonly date?: Date;
    /** The body; `undefined` when it is no JSON. */
    readonly object: unknown;
}

/**
 * Sends one request to the API server by its path; a body makes it a POST.
 * @throws Error with the system's reason when nothing answers within 8 s.
 */
export type Send = (path: string, body?: object) => Promise<Response>;

/** A context of kubeconfig files. */
type ContextName = Pick<ClusterSettings, "context" | "kubeconfig">;

/**
 * Loads a context and what it needs, from the files that kubectl would read.
 * @throws Error when the kubeconfig cannot be used.
 */
export async function loadContext(settings: ContextName): Promise<KubeConfig> {
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
    return config;
}

/**
 * Sends requests to a context's own cluster with the credentials of that context.
 * @throws Error when the kubeconfig cannot be used.
 */
export async function clusterRequests(settings: ContextName): Promise<Send> {
    const config = await loadContext(settings);
    const server = config.getCurrentCluster()?.server ?? "";
    return async (path, body) => {
        const type = body === undefined ? {} : { "Content-Type": "application/json" };
        const options: RequestOptions = {
            method: body === undefined ? "GET" : "POST",
            headers: { Accept: "application/json", ...type },
            timeout: TIMEOUT_MS,
        };
        const url = new URL(path, server);
        // Plain HTTP, e.g. of kubectl proxy, gets no credentials: everybody on the way could read them.
        if (url.protocol !== "http:") {
            await config.applyToHTTPSOptions(options);
        }
        return send(url, options, body === undefined ? "" : JSON.stringify(body));
    };
}

function send(url: URL, options: RequestOptions, body: string): Promise<Response> {
    return new Promise((resolve, reject) => {
        const start = url.protocol === "http:" ? httpRequest : httpsRequest;
        const request = start(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("error", reject);
            response.on("end", () => {
                const { date } = response.headers;
                resolve({
                    status: response.statusCode ?? 0,
                    date: date === undefined ? undefined : new Date(date),
                    object: json(Buffer.concat(chunks).toString("utf8")),
                });
            });
        });
        request.on("error", (error) => {
            reject(error.name === "AbortError" ? new Error(`no answer within ${TIMEOUT_MS / 1000} s`) : error);
        });
        request.end(body);
    });
}

function json(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
