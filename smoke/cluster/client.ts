import { ApiException, type Configuration } from "@kubernetes/client-node";
import { z } from "zod";
import { CannotRun, messageOf } from "../../errors";
import { type ContextName, loadContext } from "../../kube/kubeconfig";
import { reader, type Read } from "../../kube/read";
import { endpointOf, sender } from "../../kube/request";
import { openTransport, type Transport } from "../../kube/transport";
import { typedConfiguration } from "../../kube/typedClient";

/** Timeout of a request (ms): an unreachable server is reported within 15 s. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Client of the API server of one context. */
export interface Client {
    /** Configuration for the typed API classes, e.g. `new CoreV1Api(client.configuration)`. */
    readonly configuration: Configuration;
    /** Context and kubeconfig file of the cluster. */
    readonly target: ContextName;
    /** URL of the API server. */
    readonly server: string;
    /** Sends an arbitrary request. */
    readonly send: Transport["send"];
    /** Reads an object by its path. */
    readonly read: Read;
    /**
     * Sends a GET request for a path on the server, e.g. `/version`; returns a response of any status.
     * @param accept Media type of the response. Default: the server's choice.
     */
    get(path: string, accept?: string): Promise<Answer>;
    /** Like `configuration`; `onWarning` gets the text of each `Warning` header, e.g. of Pod Security admission. */
    warned(onWarning: (text: string) => void): Configuration;
}

/** Response of the server. */
export interface Answer {
    /** HTTP status code. */
    readonly status: number;
    /** Body as text. */
    readonly body: string;
}

/**
 * Creates a client for a context's cluster; sends no request yet.
 * @throws {@link CannotRun} when the kubeconfig cannot be used.
 */
export async function openClient(target: ContextName, timeoutMs = REQUEST_TIMEOUT_MS): Promise<Client> {
    try {
        const context = loadContext(target);
        const transport = await openTransport(endpointOf(context, process.env, timeoutMs), timeoutMs);
        return {
            target,
            server: context.server,
            send: (exchange) => transport.send(exchange),
            configuration: typedConfiguration(transport),
            read: reader(sender(transport)),
            get: async (path, accept) => {
                const headers = accept === undefined ? {} : { accept };
                const { status, text } = await transport.send({ path, headers });
                return { status, body: text };
            },
            warned: (onWarning) => typedConfiguration(transport, onWarning),
        };
    } catch (error) {
        throw new CannotRun(
            messageOf(error),
            "start the embedded cluster with `npm run local`, or name another one: npm run smoke -- --kubeconfig FILE --context NAME",
        );
    }
}

/**
 * Checks that the server responds and authenticates the user; otherwise throws an error that names the server and the
 * context.
 */
export async function connect(client: Client, context: string): Promise<void> {
    const where = `the API server ${client.server} (context "${context}")`;
    let answer: Answer;
    try {
        answer = await client.get("/version");
    } catch (error) {
        throw new CannotRun(
            `cannot reach ${where}: ${messageOf(error)}`,
            "start the embedded cluster with `npm run local`, or check the cluster, the network and the context",
        );
    }
    if (answer.status === 401) {
        throw new CannotRun(
            `${where} does not know the user of this context (401 Unauthorized)`,
            "log in to the cluster again",
        );
    }
}

/** Reason why a request failed; for a response of the API server, its status and message. */
export function failureOf(error: unknown): string {
    return error instanceof ApiException ? `HTTP ${error.code}: ${bodyMessage(error.body)}` : messageOf(error);
}

/** A Kubernetes Status has `message`; Prometheus has `error`. */
const statusSchema = z.object({ message: z.string().optional(), error: z.string().optional() });

/** Message of a Kubernetes Status, or error of a server behind the proxy, from an object or JSON text. */
export function bodyMessage(body: unknown): string {
    if (typeof body === "string") {
        try {
            return bodyMessage(JSON.parse(body));
        } catch {
            return body.trim();
        }
    }
    const { message, error } = statusSchema.safeParse(body).data ?? {};
    return message ?? error ?? "no message";
}
