import {
    ApiException,
    createConfiguration,
    HttpMethod,
    IsomorphicFetchHttpLibrary,
    RequestContext,
    ServerConfiguration,
    wrapHttpLibrary,
    type Configuration,
    type KubeConfig,
    type ResponseContext,
} from "@kubernetes/client-node";
import { CannotRun, messageOf } from "../../errors";
import { serverOf } from "./connection";

/** Longest wait for the answer to one request (ms): an unreachable server is named within 15 s. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Connection to one API server through one context. */
export interface Client {
    /** Configuration for the typed API classes, e.g. `new CoreV1Api(client.configuration)`. */
    readonly configuration: Configuration;
    /** URL of the server. */
    readonly server: string;
    /**
     * GET of a path on the server, e.g. `/version`; status and text, whatever the status.
     * @param accept media type of the answer; default: the server's choice
     */
    get(path: string, accept?: string): Promise<Answer>;
}

/** Plain answer of the server. */
export interface Answer {
    /** HTTP status code. */
    readonly status: number;
    /** Body as text. */
    readonly body: string;
}

/**
 * A client with a deadline on every request.
 * @param onWarning gets the text of each `Warning` header, e.g. of Pod Security admission
 */
export function clientOf(
    kubeConfig: KubeConfig,
    onWarning?: (text: string) => void,
    timeoutMs = REQUEST_TIMEOUT_MS,
): Client {
    const library = new IsomorphicFetchHttpLibrary();
    const server = serverOf(kubeConfig);
    const send = async (request: RequestContext): Promise<ResponseContext> => {
        request.setSignal(AbortSignal.timeout(timeoutMs));
        const response = await library
            .send(request)
            .toPromise()
            .catch((error: unknown) => {
                throw isAbort(error) ? new Error(`no answer within ${timeoutMs / 1000} s`) : error;
            });
        warningsIn(response.headers.warning ?? "").forEach((text) => onWarning?.(text));
        return response;
    };
    return {
        server,
        configuration: createConfiguration({
            baseServer: new ServerConfiguration(server, {}),
            authMethods: { default: kubeConfig },
            httpApi: wrapHttpLibrary({ send }),
        }),
        async get(path, accept) {
            const request = new RequestContext(`${server}${path}`, HttpMethod.GET);
            if (accept !== undefined) {
                request.setHeaderParam("Accept", accept);
            }
            await kubeConfig.applySecurityAuthentication(request);
            const response = await send(request);
            return { status: response.httpStatusCode, body: await response.body.text() };
        },
    };
}

/** Texts of a `Warning` header (RFC 7234): `299 - "first", 299 - "second"`. */
export function warningsIn(header: string): string[] {
    return Array.from(header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g), ([, text = ""]) =>
        text.replace(/\\(.)/g, "$1"),
    );
}

/** Makes sure that the server answers and knows the user; stops with server and context named otherwise. */
export async function connect(client: Client, context: string): Promise<void> {
    const where = `the API server ${client.server} (context "${context}")`;
    let answer: Answer;
    try {
        answer = await client.get("/version");
    } catch (error) {
        throw new CannotRun(
            `cannot reach ${where}: ${reasonOf(error)}`,
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

/** Why a request failed, in words. */
export function reasonOf(error: unknown): string {
    if (error instanceof ApiException) {
        return `HTTP ${error.code}: ${bodyMessage(error.body)}`;
    }
    return messageOf(error).replace(/^request to \S+ failed, reason: /, "");
}

/** Whether an error comes from the deadline. */
function isAbort(error: unknown): boolean {
    return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}

/** Message of a Kubernetes Status, given as object or as JSON text. */
function bodyMessage(body: unknown): string {
    if (typeof body === "string") {
        try {
            return bodyMessage(JSON.parse(body));
        } catch {
            return body.trim();
        }
    }
    return typeof body === "object" && body !== null && "message" in body ? String(body.message) : "no message";
}
