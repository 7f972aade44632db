import http from "node:http";
import https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { apiErrorOf, messageOf, UnreachableError } from "./errors";

/** A request to the API server. */
export interface ApiRequest {
    /** HTTP method. */
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
    /** Path with query, below the server's address. */
    path: string;
    /** Body, sent as JSON. */
    body?: unknown;
    /** Media type of the body; default: JSON. */
    contentType?: string;
    /** Milliseconds without an answer after which the request fails; default: {@link ANSWER_TIMEOUT_MS}. */
    timeoutMs?: number;
}

/** An answer of the API server. */
export interface ApiAnswer {
    /** The body, read as JSON. */
    body: unknown;
    /** What the server warns of: deprecated versions, unknown fields, Pod Security levels that would be missed. */
    warnings: string[];
}

/** What every request to the server needs. */
interface Connection {
    /** Certificates, agent and proxy. */
    options: https.RequestOptions;
    /** Headers that say who is asking. */
    headers: http.OutgoingHttpHeaders;
}

/** Default time limit of a request in milliseconds: above the API server's own 60 s, so that its answer is the one shown. */
const ANSWER_TIMEOUT_MS = 70_000;

/** Text of every Warning header: `299 - "text"`, one or more, quotes inside escaped. */
export function parseWarnings(header: string | undefined): string[] {
    return [...(header ?? "").matchAll(/299 [^ ]+ "((?:[^"\\]|\\.)*)"/g)].map(([, warning = ""]) =>
        warning.replaceAll(/\\(.)/g, "$1"),
    );
}

/** Sends requests as the kubeconfig's current context says: address, certificates, tokens, proxies. */
export class Transport {
    /** Address of the API server, for messages. */
    public readonly server: string;
    /** Name of the context, for messages. */
    public readonly context: string;
    private readonly config: KubeConfig;
    private opened: Promise<Connection> | undefined;

    /** @throws Error when the kubeconfig's current context names no cluster. */
    constructor(config: KubeConfig) {
        const cluster = config.getCurrentCluster();
        if (cluster === null) {
            const known = config.getContexts().map((context) => context.name);
            throw new Error(
                `context "${config.getCurrentContext()}" is not in the kubeconfig, or its cluster is not; ` +
                    `contexts there: ${known.join(", ") || "none"}`,
            );
        }
        this.config = config;
        this.server = cluster.server;
        this.context = config.getCurrentContext();
    }

    /** Sends a request. @throws ApiError for a refusal, UnreachableError when there is no answer. */
    public async send(request: ApiRequest): Promise<ApiAnswer> {
        const first = await this.exchange(request);
        // A token from a file or a login command may have expired: read it again, once.
        const answer = first.code === 401 ? await this.exchange(request, true) : first;
        if (answer.code >= 400) {
            throw apiErrorOf(answer.code, answer.body, `${request.method} ${request.path}`);
        }
        const body: unknown = JSON.parse(answer.body);
        return { body, warnings: parseWarnings(answer.warning) };
    }

    private connection(anew: boolean): Promise<Connection> {
        if (this.opened === undefined || anew) {
            this.opened = this.connect();
        }
        return this.opened;
    }

    private async connect(): Promise<Connection> {
        // The configuration adds its headers to the ones that it is given.
        const headers: http.OutgoingHttpHeaders = {};
        const options: https.RequestOptions = { headers };
        await this.config.applyToHTTPSOptions(options);
        // The configuration's own agent makes a new TLS connection forevery request.
        if (options.agent instanceof https.Agent && options.agent.constructor === https.Agent) {
            options.agent = new https.Agent({ ...options.agent.options, keepAlive: true, maxSockets: 16 });
        }
        return { options, headers };
    }

    private async exchange(
        request: ApiRequest,
        anew = false,
    ): Promise<{ code: number; body: string; warning: string | undefined }> {
        const url = new URL(this.server.replace(/\/$/, "") + request.path);
        const { options, headers: identity } = await this.connection(anew);
        const body = request.body === undefined ? undefined : JSON.stringify(request.body);
        const headers = {
            ...identity,
            accept: "application/json",
            "user-agent": "x0tta6bl4-kubernetes-stand-in",
            ...(body === undefined
                ? {}
                : {
                      "content-type": request.contentType ?? "application/json",
                      "content-length": Buffer.byteLength(body),
                  }),
        };
        const timeout = request.timeoutMs ?? ANSWER_TIMEOUT_MS;
        return new Promise((resolve, reject) => {
            const fail = (error: unknown): void => {
                reject(
                    new UnreachableError(
                        `no answer from ${this.server} (context ${this.context}): ${messageOf(error)}`,
                    ),
                );
            };
            const client = url.protocol === "http:" ? http : https;
            const call = client.request(url, { ...options, method: request.method, headers, timeout }, (response) => {
                const parts: Buffer[] = [];
                response.on("data", (part: Buffer) => parts.push(part));
                response.on("error", fail);
                response.on("end", () => {
                    const warning = response.headers.warning;
                    resolve({
                        code: response.statusCode ?? 0,
                        body: Buffer.concat(parts).toString("utf8"),
                        warning: Array.isArray(warning) ? warning.join(", ") : warning,
                    });
                });
            });
            call.on("timeout", () => call.destroy(new Error(`timed out after ${timeout / 1000} s`)));
            call.on("error", fail);
            call.end(body);
        });
    }
}
