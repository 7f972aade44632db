import { credentialsOf, pem } from "./credentials";
import { type ClusterContext, type ContextName, loadContext, withScheme } from "./kubeconfig";
import { environmentProxy, kubeconfigProxy } from "./proxy";
import { type Endpoint, openTransport, TIMEOUT_MS, type Transport } from "./transport";

/** A response of the API server with any status. */
export interface Response {
    /** HTTP status, e.g. 200 or 403. */
    readonly status: number;
    /** `Date` header: the server's clock, in whole seconds. */
    readonly date?: Date;
    /** The body; `undefined` when it is not JSON. */
    readonly object: unknown;
}

/**
 * Sends one request to the API server by its path; a body makes it a POST.
 * @param accept Media type of the response. Default: JSON.
 * @throws Error with the system's reason if there is no response within 8 s.
 */
export type Send = (path: string, body?: object, accept?: string) => Promise<Response>;

/**
 * The endpoint of a context.
 * @throws Error when the kubeconfig contradicts itself or names a file that cannot be read.
 */
export function endpointOf(
    context: ClusterContext,
    env: NodeJS.ProcessEnv = process.env,
    timeoutMs = TIMEOUT_MS,
): Endpoint {
    const { cluster } = context;
    const server = new URL(withScheme(context.server));
    const secure = server.protocol === "https:";
    const ca = secure ? pem("certificate-authority", cluster.caFile, cluster.caData) : undefined;
    if (ca !== undefined && cluster.insecure) {
        throw new Error(
            "a cluster of the kubeconfig has both insecure-skip-tls-verify and a certificate-authority; keep one",
        );
    }
    return {
        server,
        tls: {
            ca,
            rejectUnauthorized: !cluster.insecure,
            ...(cluster.tlsServerName === undefined ? {} : { servername: cluster.tlsServerName }),
        },
        proxy: cluster.proxyUrl === undefined ? environmentProxy(server, env) : kubeconfigProxy(cluster.proxyUrl),
        credentials: credentialsOf(context, secure, timeoutMs, env),
    };
}

/**
 * Creates a transport to a context's cluster with its credentials.
 * @throws Error when the kubeconfig cannot be used.
 */
export function clusterTransport(settings: ContextName, env?: NodeJS.ProcessEnv): Promise<Transport> {
    return openTransport(endpointOf(loadContext(settings, env), env));
}

/**
 * Sends requests to a context's own cluster with the credentials of that context.
 * @throws Error when the kubeconfig cannot be used.
 */
export async function clusterRequests(settings: ContextName, env?: NodeJS.ProcessEnv): Promise<Send> {
    return sender(await clusterTransport(settings, env));
}

/** JSON requests over a transport. */
export function sender(transport: Transport): Send {
    return async (path, body, accept = "application/json") => {
        const type = body === undefined ? {} : { "content-type": "application/json" };
        const { status, headers, text } = await transport.send({
            path,
            method: body === undefined ? "GET" : "POST",
            headers: { accept, ...type },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        return { status, date: headers.date === undefined ? undefined : new Date(headers.date), object: json(text) };
    };
}

function json(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
