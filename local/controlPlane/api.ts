import { readFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { join } from "node:path";

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
 * Opens the API of a component of the embedded cluster; one of another cluster is taken for no answer. A client library
 * would take longer to load than the whole start takes.
 * @param server Address, e.g. `https://127.0.0.1:32758`.
 * @param pki Folder with `ca.crt`, `admin.crt` and `admin.key`.
 */
export async function openApi(server: string, pki: string): Promise<Api> {
    const [ca, cert, key] = await Promise.all(
        ["ca.crt", "admin.crt", "admin.key"].map((file) => readFile(join(pki, file))),
    );
    const agent = new Agent({ ca, cert, key, keepAlive: true });
    return {
        send: (method, path, body) =>
            new Promise((resolve, reject) => {
                const text = body === undefined ? undefined : JSON.stringify(body);
                const headers = text === undefined ? {} : { "content-type": "application/json" };
                const call = request(
                    new URL(path, server),
                    { method, agent, headers, timeout: ANSWER_MS },
                    (response) => {
                        const chunks: Buffer[] = [];
                        response.on("data", (chunk: Buffer) => chunks.push(chunk));
                        response.on("error", reject);
                        response.on("end", () => {
                            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") });
                        });
                    },
                );
                call.on("error", reject);
                call.on("timeout", () => {
                    call.destroy(new Error(`${server} does not answer within ${ANSWER_MS / 1000} s`));
                });
                call.end(text);
            }),
        close: () => {
            agent.destroy();
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
