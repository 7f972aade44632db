import { z } from "zod";
import { SERVICES } from "../../components/monitoring/names";
import { messageOf } from "../../errors";
import { type DeepApi, ApiRefusal } from "./api";
import { forwardService } from "./forward";
import { type Lab, perLab } from "./lab";

/** Timeout of a response from a configured address (ms). */
const TIMEOUT_MS = 10_000;

/** A monitoring server is unreachable, so that nothing can be determined. */
export class Unreachable extends Error {}

/** Prometheus rejects a query. */
export class QueryFault extends Error {}

/** Statuses of Prometheus for a query that it cannot parse or evaluate. */
const QUERY_FAULTS: readonly number[] = [400, 422];

/** Requests to Prometheus or Alertmanager. */
interface Server {
    get(path: string): Promise<unknown>;
    post(path: string, body: readonly object[]): Promise<void>;
}

const vector = z.object({
    status: z.literal("success"),
    data: z.object({
        result: z.array(
            z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
        ),
    }),
});

/** A sample of a query's result. */
export interface Sample {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
}

/** Prometheus of the stack. @throws {@link Unreachable} from each request that gets no answer. */
export function prometheus(lab: Lab): Server {
    return server(lab, "prometheus", lab.options.prometheus);
}

/** Alertmanager of the stack. */
export function alertmanager(lab: Lab): Server {
    return server(lab, "alertmanager", lab.options.alertmanager);
}

/** The result of an instant query; a scalar is not a sample. @throws Error with Prometheus's own reason. */
export async function query(to: Server, expr: string): Promise<Sample[]> {
    return samplesOf(await to.get(queryPath(expr))) ?? [];
}

/** Path of an instant query. */
export function queryPath(expr: string): string {
    return `/api/v1/query?query=${encodeURIComponent(expr)}`;
}

/** Samples in the answer to an instant query; `undefined` where it is no vector. */
export function samplesOf(answer: unknown): Sample[] | undefined {
    return vector
        .safeParse(answer)
        .data?.data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
}

/** How a server is reached where the API server's proxy does not: by one `kubectl port-forward` a run. */
const forwards = {
    prometheus: perLab((lab) => forwarded(lab, "prometheus")),
    alertmanager: perLab((lab) => forwarded(lab, "alertmanager")),
};

async function forwarded(lab: Lab, name: "prometheus" | "alertmanager"): Promise<Server> {
    const { name: service, port } = SERVICES[name];
    lab.progress(`${name} by kubectl port-forward`);
    const { namespace } = lab.expected.monitoring.settings;
    const { address, close } = await forwardService(lab.target, { namespace, service, port });
    lab.atEnd(() => {
        close();
        return Promise.resolve();
    });
    return byAddress(address);
}

function server(lab: Lab, name: "prometheus" | "alertmanager", address: string | undefined): Server {
    if (address !== undefined) {
        return byAddress(address);
    }
    const proxied = byProxy(lab.api, lab.expected.monitoring.settings.namespace, name);
    const reached = async <T>(request: (to: Server) => Promise<T>): Promise<T> => {
        try {
            return await request(proxied);
        } catch (error) {
            if (!(error instanceof Unreachable)) {
                throw error;
            }
            const forward = await forwards[name](lab).catch((reason: unknown) => {
                throw new Unreachable(`${error.message}. Neither does it by ${messageOf(reason)}`);
            });
            return request(forward);
        }
    };
    return {
        get: (path) => reached((to) => to.get(path)),
        post: (path, body) => reached((to) => to.post(path, body)),
    };
}

/** A monitoring server through the API server's proxy. @throws {@link Unreachable} from each request that gets no answer. */
export function byProxy(api: DeepApi, namespace: string, name: "prometheus" | "alertmanager"): Server {
    const { name: service, port } = SERVICES[name];
    const base = `/api/v1/namespaces/${namespace}/services/${service}:${port}/proxy`;
    const hint =
        `open it with: npx x0 monitoring ${name}, ` +
        `and give the address: --${name} http://127.0.0.1:${SERVICES[name].local}`;
    const guarded = async <T>(request: Promise<T>): Promise<T> => {
        try {
            return await request;
        } catch (error) {
            if (error instanceof ApiRefusal && QUERY_FAULTS.includes(error.status)) {
                throw new QueryFault(error.message);
            }
            throw new Unreachable(
                `${name} does not answer through the API server's proxy (${messageOf(error)}); ${hint}`,
            );
        }
    };
    return {
        get: (path) => guarded(api.get(`${base}${path}`)),
        post: (path, body) => guarded(post(api, `${base}${path}`, body)),
    };
}

async function post(api: DeepApi, path: string, body: readonly object[]): Promise<void> {
    await api.send("POST", path, JSON.stringify(body), "application/json");
}

/** A monitoring server at an address. @throws {@link Unreachable} from each request that gets no answer. */
export function byAddress(address: string): Server {
    const send = async (path: string, init: RequestInit) => {
        const url = `${address.replace(/\/+$/, "")}${path}`;
        try {
            const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
            const text = await response.text();
            if (QUERY_FAULTS.includes(response.status)) {
                throw new QueryFault(text.slice(0, 200));
            }
            if (!response.ok) {
                throw new Error(`HTTP ${response.status}`);
            }
            return text;
        } catch (error) {
            if (error instanceof QueryFault) {
                throw error;
            }
            throw new Unreachable(`${address} does not answer: ${messageOf(error)}`);
        }
    };
    return {
        get: async (path) => JSON.parse(await send(path, {})) as unknown,
        post: async (path, body) => {
            const headers = { "content-type": "application/json" };
            await send(path, { method: "POST", headers, body: JSON.stringify(body) });
        },
    };
}
