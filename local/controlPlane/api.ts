import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openTransport } from "../../kube/transport";

/** Answer of a component. */
export interface ApiResponse {
    /** HTTP status. */
    readonly status: number;
    /** Body as text. */
    readonly body: string;
}

/** Sends requests to a component of the embedded cluster, e.g. the API server, as its administrator. */
export interface Api {
    /** Sends one request; `body` is sent as JSON. Rejects when there is no answer within 5 s. */
    send(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<ApiResponse>;
    /** Closes its connections. */
    close(): void;
}

/** Milliseconds for one answer; the component is on this machine. */
const ANSWER_MS = 5_000;

/** The API server's address in a kubeconfig file that kwokctl wrote; `undefined` when there is none. */
export async function readServer(kubeconfig: string): Promise<string | undefined> {
    const text = await readFile(kubeconfig, "utf8").catch(() => "");
    return /^\s*server:\s*(https:\/\/\S+)\s*$/m.exec(text)?.[1];
}

/**
 * Opens the API of a component of the embedded cluster; one of another cluster is taken for no answer.
 * @param server Address, e.g. `https://127.0.0.1:32758`.
 * @param pki Folder with `ca.crt`, `admin.crt` and `admin.key`.
 */
export async function openApi(server: string, pki: string): Promise<Api> {
    const [ca, cert, key] = await Promise.all(
        ["ca.crt", "admin.crt", "admin.key"].map((file) => readFile(join(pki, file))),
    );
    const credentials = { get: () => Promise.resolve({ headers: {}, cert, key }), refused: () => undefined };
    const transport = await openTransport({ server: new URL(server), tls: { ca }, credentials }, ANSWER_MS);
    return {
        send: async (method, path, body) => {
            const text = body === undefined ? undefined : JSON.stringify(body);
            const headers = text === undefined ? {} : { "content-type": "application/json" };
            const { status, text: answer } = await transport.send({ path, method, headers, body: text });
            return { status, body: answer };
        },
        close: () => {
            transport.close();
        },
    };
}

/**
 * What a new cluster is not waited for: the default roles and priority classes, which take the API server a second to
 * create. Its administrator needs no role, and they are there long before anything asks for them.
 */
const LATE_HOOKS = ["rbac/bootstrap-roles", "scheduling/bootstrap-system-priority-classes"];

/** Address of the readiness check. */
const READY_PATH = `/readyz?${LATE_HOOKS.map((hook) => `exclude=poststarthook/${hook}`).join("&")}`;

/** Whether a path is answered with 200; no answer means no. */
async function isGood(api: Api, path: string): Promise<boolean> {
    try {
        return (await api.send("GET", path)).status === 200;
    } catch {
        return false;
    }
}

/** Whether the API server says that it is ready. */
export function isReady(api: Api): Promise<boolean> {
    return isGood(api, READY_PATH);
}

/** Whether kwok says that it is well. */
export function isHealthy(kwok: Api): Promise<boolean> {
    return isGood(kwok, "/healthz");
}
