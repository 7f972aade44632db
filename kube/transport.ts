import {
    Agent as HttpAgent,
    request as httpRequest,
    type ClientRequest,
    type IncomingHttpHeaders,
    type IncomingMessage,
    type OutgoingHttpHeaders,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from "node:https";
import * as tls from "node:tls";
import { messageOf } from "../errors";
import type { CredentialSource } from "./credentials";
import { proxyName } from "./proxy";

/** Timeout of a response (ms), and of a credential plugin before it; a healthy server needs well under a second. */
export const TIMEOUT_MS = 8_000;

/** A request to an API server. */
export interface Exchange {
    /** Path below the server's address with its query, e.g. `/api/v1/nodes?limit=1`. */
    readonly path: string;
    /** Method. Default: GET. */
    readonly method?: string;
    /** Headers besides the credentials. */
    readonly headers?: OutgoingHttpHeaders;
    /** Body. */
    readonly body?: string;
    /** Whether only status and headers are needed: the body is neither read nor returned. */
    readonly headersOnly?: boolean;
}

/** A response with any status. */
export interface RawResponse {
    /** HTTP status. */
    readonly status: number;
    /** Headers. */
    readonly headers: IncomingHttpHeaders;
    /** Body. */
    readonly text: string;
}

/** Endpoint of the requests. */
export interface Endpoint {
    /** Address of the server; its path is prepended to that of each request. */
    readonly server: URL;
    /** Verification of the server's certificate; `ca` unset: the system's roots. */
    readonly tls: Pick<tls.ConnectionOptions, "ca" | "servername" | "rejectUnauthorized">;
    /** Proxy to go through. */
    readonly proxy?: URL;
    /** Credentials of each request. */
    readonly credentials: CredentialSource;
}

/** Sends requests to one server. */
export interface Transport {
    /**
     * Sends one request.
     * @throws Error with the system's reason if there is no response before the timeout.
     */
    send(exchange: Exchange): Promise<RawResponse>;
    /** Closes idle connections. Idle connections do not keep a process running, so only tests need this. */
    close(): void;
}

/** Event with the response of a proxy that refuses to connect, which must not be mistaken for the server's response. */
const PROXY_EVENT = "proxyConnect";

/** Status of a proxy that requires credentials. */
const PROXY_AUTHENTICATION_REQUIRED = 407;

/**
 * Creates a transport to a server; nothing is sent yet.
 * @param timeoutMs Timeout of a response (ms).
 */
export async function openTransport(endpoint: Endpoint, timeoutMs = TIMEOUT_MS): Promise<Transport> {
    const { server, credentials } = endpoint;
    const secure = server.protocol === "https:";
    const agent = await agentFor(endpoint, secure);
    const security = secure ? { ...endpoint.tls, ca: endpoint.tls.ca ?? systemRoots() } : {};
    return {
        send: async ({ path, method = "GET", headers = {}, body = "", headersOnly = false }) => {
            const { headers: proof, cert, key } = await credentials.get();
            const options: RequestOptions = {
                method,
                headers: { ...headers, ...length(body), ...proof },
                agent,
                ...security,
                ...(cert === undefined ? {} : { cert, key }),
                signal: AbortSignal.timeout(timeoutMs),
            };
            const url = urlOf(server, path);
            try {
                const request = (secure ? httpsRequest : httpRequest)(url, options);
                const response = await exchange(request, { body, headersOnly, proxy: endpoint.proxy });
                if (response.status === 401) {
                    credentials.refused();
                }
                return response;
            } catch (error) {
                const late = error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
                const reason = late ? `no answer within ${timeoutMs / 1000} s` : messageOf(error);
                const way = endpoint.proxy === undefined ? "" : ` through the proxy ${proxyName(endpoint.proxy)}`;
                throw new Error(`${reason}${way}`, { cause: error });
            }
        },
        close: () => {
            agent.destroy();
        },
    };
}

/**
 * The address of a path on a server. The path of the server's address is kept, as in client-go: gateways such as
 * Rancher serve each cluster under a path. Its query and fragment are dropped.
 */
export function urlOf(server: URL, path: string): URL {
    return new URL(`${server.origin}${server.pathname.replace(/\/+$/, "")}${path}`);
}

/**
 * Header with the length of a body. Without it, Node.js sends the body of a DELETE request without framing, and the
 * server interprets it as the beginning of the next request.
 */
function length(body: string): OutgoingHttpHeaders {
    return body === "" ? {} : { "content-length": Buffer.byteLength(body) };
}

function exchange(
    request: ClientRequest,
    { body, headersOnly, proxy }: { body: string; headersOnly: boolean; proxy: URL | undefined },
): Promise<RawResponse> {
    return new Promise((resolve, reject) => {
        const refuse = (status: number | undefined) => {
            request.destroy(new Error(`refused with status ${status ?? "unknown"}`));
        };
        request.on(PROXY_EVENT, ({ statusCode }: { statusCode?: number }) => {
            if (statusCode !== 200) {
                refuse(statusCode);
            }
        });
        request.on("response", (response: IncomingMessage) => {
            const { statusCode = 0, headers } = response;
            if (proxy !== undefined && statusCode === PROXY_AUTHENTICATION_REQUIRED) {
                refuse(statusCode);
                return;
            }
            response.on("error", reject);
            if (headersOnly) {
                response.resume();
                resolve({ status: statusCode, headers, text: "" });
                return;
            }
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("end", () => {
                resolve({ status: statusCode, headers, text: Buffer.concat(chunks).toString("utf8") });
            });
        });
        request.on("error", reject);
        request.end(body);
    });
}

/** Agent for the connection. Proxy agents are loaded only if there is a proxy. */
async function agentFor({ proxy, server }: Endpoint, secure: boolean) {
    if (proxy === undefined) {
        return secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
    }
    if (proxy.protocol.startsWith("socks")) {
        const { SocksProxyAgent } = await import("socks-proxy-agent");
        // In Go, the proxy resolves names with either scheme; with this agent, only with `socks5h`.
        return new SocksProxyAgent(proxy.href.replace(/^socks5:/, "socks5h:"));
    }
    if (server.protocol === "https:") {
        const { HttpsProxyAgent } = await import("https-proxy-agent");
        return new HttpsProxyAgent(proxy);
    }
    const { HttpProxyAgent } = await import("http-proxy-agent");
    return new HttpProxyAgent(proxy);
}

/**
 * The certificates that the system trusts, as in Go; `undefined` if Node.js cannot read them (before 22.15) and uses
 * its own.
 */
function systemRoots(): string[] | undefined {
    const { getCACertificates } = tls;
    const roots = typeof getCACertificates === "function" ? getCACertificates("system") : [];
    return roots.length > 0 ? roots : undefined;
}
