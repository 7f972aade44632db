import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { messageOf } from "../../errors";
import { environmentProxy } from "../../kube/proxy";
import { openTransport, type RawResponse, type Transport } from "../../kube/transport";
import { isLoopback } from "./address";
import { RegistryFault } from "./fault";

/** Timeout of one response (ms). */
const TIMEOUT_MS = 15_000;

/** Pauses before the repetitions of a request that a busy registry or the network failed (ms). */
const PAUSES_MS = [500, 1_500, 4_000] as const;

/** Longest pause that a registry may ask for by `Retry-After` (ms); beyond it, a person is better told. */
const MAX_PAUSE_MS = 30_000;

/** Statuses that pass: timeouts, limits and faults of the registry. */
const PASSING: readonly number[] = [408, 429, 500, 502, 503, 504];

/** Most redirections of one request: registry.k8s.io needs one. */
const MAX_REDIRECTS = 5;

/** System errors that do not pass: the name is unknown, or the certificate is not trusted. */
const LASTING = /ENOTFOUND|certificate|self.signed|altnames|unable to verify|wrong version number|EPROTO/i;

/** A request by its address. */
export interface AddressedRequest {
    readonly method?: "GET" | "HEAD" | "POST";
    readonly headers?: OutgoingHttpHeaders;
    readonly body?: string;
}

/** Sends requests to any registry, as often as it takes. */
export interface Exchanger {
    /**
     * Sends one request, and follows redirections without taking credentials to another server.
     * @throws RegistryFault `unreachable`, or `rate limit` where the registry wants a long pause.
     */
    send(url: URL, request?: AddressedRequest): Promise<RawResponse & { readonly url: URL }>;
}

/** What tests replace. */
interface ExchangerOptions {
    readonly env: NodeJS.ProcessEnv;
    /** Waits (ms). */
    readonly pause?: (milliseconds: number) => Promise<void>;
}

/** Creates an exchanger with connections of its own. Proxies are those of the environment. */
export function exchanger({ env, pause = sleep }: ExchangerOptions): Exchanger {
    const transports = new Map<string, Promise<Transport>>();
    const transportTo = (url: URL) => {
        const known = transports.get(url.origin);
        const transport = known ?? open(url, env);
        transports.set(url.origin, transport);
        return transport;
    };
    const attempt = async (url: URL, { method = "GET", headers = {}, body = "" }: AddressedRequest) =>
        (await transportTo(url)).send({
            path: `${url.pathname}${url.search}`,
            ...{ method, body, headersOnly: method === "HEAD" },
            headers: { "user-agent": "x0tta6bl4-platform", ...headers },
        });
    const persist = async (url: URL, request: AddressedRequest): Promise<RawResponse> => {
        for (let failures = 0; ; failures += 1) {
            const wait = PAUSES_MS[failures];
            try {
                const response = await attempt(url, request);
                if (!PASSING.includes(response.status) || wait === undefined) {
                    return response;
                }
                const asked = retryAfter(response.headers);
                if (asked !== undefined && asked > MAX_PAUSE_MS) {
                    throw new RegistryFault(
                        "rate limit",
                        `${url.host} wants a pause of ${Math.ceil(asked / 60_000)} min (status ${response.status})`,
                    );
                }
                await pause(Math.max(wait, asked ?? 0));
            } catch (error) {
                const reason = messageOf(error);
                if (error instanceof RegistryFault) {
                    throw error;
                }
                if (wait === undefined || LASTING.test(reason)) {
                    throw new RegistryFault("unreachable", `${url.host} does not answer (${reason})`);
                }
                await pause(wait);
            }
        }
    };
    return {
        send: async (start, request = {}) => {
            let url = start;
            let { headers = {} } = request;
            for (let redirects = 0; ; redirects += 1) {
                const response = await persist(url, { ...request, headers });
                const { location } = response.headers;
                const moved = [301, 302, 303, 307, 308].includes(response.status) && location !== undefined;
                if (!moved) {
                    return { ...response, url };
                }
                const next = new URL(location, url);
                if (redirects >= MAX_REDIRECTS || !isSafe(next)) {
                    throw new RegistryFault("broken", `${url.host} redirects to ${next.origin}, which is not followed`);
                }
                if (next.origin !== url.origin) {
                    headers = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "authorization"));
                }
                url = next;
            }
        },
    };
}

/** Whether requests may go to an address: encrypted, or on this machine. */
export function isSafe({ protocol, hostname }: URL): boolean {
    return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

function open(url: URL, env: NodeJS.ProcessEnv): Promise<Transport> {
    const none = { headers: {} };
    return openTransport(
        {
            server: new URL(url.origin),
            tls: {},
            proxy: environmentProxy(url, env),
            credentials: { get: () => Promise.resolve(none), refused: () => undefined },
        },
        TIMEOUT_MS,
    );
}

/** Pause that a response asks for (ms): seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter({ "retry-after": text }: IncomingHttpHeaders): number | undefined {
    if (text === undefined) {
        return undefined;
    }
    const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
    return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

function sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
        setTimeout(resolve, milliseconds);
    });
}
