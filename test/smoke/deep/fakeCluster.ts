import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { CLAIM_FOLDER, SVID_FOLDER } from "../../../smoke/deep/probePod";

/** Options of a fake cluster. */
export interface FakeOptions {
    /** Whether forbidden paths are blocked. */
    readonly enforces?: boolean;
    /** Certificates of the identity that pods get. */
    readonly svidFolder?: string;
    /** Whether the pods' image has Python. */
    readonly python?: boolean;
    /** Existing objects, by path. */
    readonly objects?: Readonly<Record<string, unknown>>;
    /** Responses of servers behind the API server's proxy, by path from `/proxy` on. */
    readonly proxied?: Readonly<Record<string, unknown>>;
    /** Called on a change of the Deployment. */
    readonly onPatch?: (change: unknown) => void;
    /** Status and message of the answer to a request, e.g. `POST /api/v1/namespaces`, instead of its effect. */
    readonly refused?: Readonly<Record<string, readonly [number, string]>>;
}

const taskSchema = z.looseObject({
    task: z.string(),
    paths: z.array(z.looseObject({ open: z.boolean(), protocol: z.string() })).optional(),
});

const labelsSchema = z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()) }) });

const podSchema = z.looseObject({
    metadata: z.looseObject({ name: z.string() }),
    spec: z.looseObject({
        containers: z
            .array(
                z.looseObject({
                    command: z.array(z.string()).default([]),
                    securityContext: z.unknown().optional(),
                }),
            )
            .min(1),
    }),
});

/** Part of the loopback addresses that is this process's own: other test runs use the same ports. */
const NETWORK = `${1 + (process.pid % 250)}.${1 + (Math.floor(process.pid / 250) % 250)}`;

/** A running pod. */
interface Running {
    readonly child?: ChildProcess;
    readonly ip: string;
    log: string;
    phase: string;
    waiting?: object;
}

/**
 * An API server with a node that really runs probe pods: as processes of this machine, each at a loopback address of its
 * own. There is no network plugin: what it would block is sent to a port that nothing listens on.
 */
export class FakeCluster {
    /** Every request that changes something, e.g. `POST /api/v1/namespaces`. */
    public readonly changes: string[] = [];
    private readonly objects: Map<string, Record<string, unknown>>;
    private readonly pods = new Map<string, Running>();
    private readonly folder = mkdtempSync(join(tmpdir(), "fake-cluster-"));
    private readonly server: Server;
    private addresses = 1;

    private constructor(private readonly options: FakeOptions) {
        const parsed = z.record(z.string(), z.record(z.string(), z.unknown())).parse(options.objects ?? {});
        this.objects = new Map(Object.entries(parsed));
        mkdirSync(join(this.folder, "claim"));
        this.server = createServer((request, response) => {
            this.answer(request, response).catch((error: unknown) => {
                response.writeHead(500).end(String(error));
            });
        });
    }

    /** Starts a fake cluster. @returns the cluster, and the kubeconfig with context `fake`. */
    public static async start(options: FakeOptions): Promise<{ cluster: FakeCluster; kubeconfig: string }> {
        const cluster = new FakeCluster(options);
        await new Promise<void>((resolve) => cluster.server.listen(0, "127.0.0.1", resolve));
        const address = cluster.server.address();
        const port = typeof address === "object" ? (address?.port ?? 0) : 0;
        const kubeconfig = join(cluster.folder, "kubeconfig");
        writeFileSync(
            kubeconfig,
            JSON.stringify({
                apiVersion: "v1",
                kind: "Config",
                clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}` } }],
                users: [{ name: "u", user: {} }],
                contexts: [{ name: "fake", context: { cluster: "c", user: "u" } }],
            }),
        );
        return { cluster, kubeconfig };
    }

    /** Paths of the objects that were created and still exist. */
    public left(): string[] {
        return [...this.objects.keys()].filter((path) => !(path in (this.options.objects ?? {})));
    }

    /** Ends all pods and the server. */
    public stop(): void {
        this.pods.forEach(({ child }) => child?.kill("SIGKILL"));
        this.server.closeAllConnections();
        this.server.close();
        rmSync(this.folder, { recursive: true, force: true });
    }

    private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const { method = "GET", url = "/" } = request;
        const chunks: Buffer[] = [];
        for await (const chunk of request) {
            chunks.push(z.instanceof(Buffer).parse(chunk));
        }
        const text = Buffer.concat(chunks).toString("utf8");
        const [path = "", search = ""] = url.split("?");
        const send = (status: number, body: unknown) => {
            response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
        };
        const refusal = this.options.refused?.[`${method} ${path}`];
        if (refusal !== undefined) {
            send(refusal[0], { kind: "Status", message: refusal[1] });
            return;
        }
        if (path.includes("/proxy/")) {
            const found = this.options.proxied?.[decodeURIComponent(url).replace(/^.*\/proxy/, "")];
            send(found === undefined ? 503 : 200, found ?? { message: "no endpoints available" });
            return;
        }
        if (method !== "GET" && !search.includes("dryRun")) {
            this.changes.push(`${method} ${path}`);
        }
        switch (method) {
            case "POST":
                this.create(path, search, JSON.parse(text), send);
                return;
            case "PATCH":
                this.options.onPatch?.(JSON.parse(text));
                send(200, this.objects.get(path) ?? {});
                return;
            case "DELETE":
                this.remove(path);
                send(200, {});
                return;
            default:
                this.read(path, decodeURIComponent(/labelSelector=([^&]*)/.exec(search)?.[1] ?? ""), response, send);
        }
    }

    private create(path: string, search: string, body: unknown, send: (status: number, body: unknown) => void): void {
        const object = z.looseObject({ metadata: z.looseObject({ name: z.string() }) }).parse(body);
        if (search.includes("dryRun")) {
            const restricted = podSchema.parse(body).spec.containers[0]?.securityContext !== undefined;
            send(restricted ? 201 : 403, restricted ? body : { message: 'violates PodSecurity "restricted:latest"' });
            return;
        }
        const { name } = object.metadata;
        const metadata = { ...object.metadata, creationTimestamp: new Date().toISOString() };
        const spec = path.endsWith("/persistentvolumeclaims") ? { spec: { volumeName: "volume" } } : {};
        this.objects.set(`${path}/${name}`, { ...object, ...spec, metadata });
        if (path.endsWith("/pods")) {
            this.run(`${path}/${name}`, podSchema.parse(body));
        }
        send(201, { ...object, metadata });
    }

    private remove(path: string): void {
        this.pods.get(path)?.child?.kill("SIGKILL");
        for (const key of this.objects.keys()) {
            if (key === path || key.startsWith(`${path}/`)) {
                this.objects.delete(key);
            }
        }
        // Deleting a namespace deletes its objects.
        const namespace = /^\/api\/v1\/namespaces\/([^/]+)$/.exec(path)?.[1];
        for (const key of this.objects.keys()) {
            if (namespace !== undefined && key.includes(`/namespaces/${namespace}/`)) {
                this.remove(key);
            }
        }
    }

    private read(
        path: string,
        label: string,
        response: ServerResponse,
        send: (status: number, body: unknown) => void,
    ): void {
        const log = /^(.*)\/log$/.exec(path)?.[1];
        if (log !== undefined) {
            response.writeHead(200, { "content-type": "text/plain" }).end(this.pods.get(log)?.log ?? "");
            return;
        }
        const object = this.objects.get(path);
        if (object !== undefined) {
            send(200, { ...object, ...this.statusOf(path) });
            return;
        }
        const items = [...this.objects]
            .filter(([key]) => key.startsWith(`${path}/`) && !key.slice(path.length + 1).includes("/"))
            .map(([key, value]) => ({ ...value, ...this.statusOf(key) }))
            .filter((value) => label === "" || label in (labelsSchema.safeParse(value).data?.metadata.labels ?? {}));
        const isCollection = /\/(namespaces|pods|nodes|networkpolicies|replicasets)$/.test(path);
        send(isCollection ? 200 : 404, isCollection ? { items } : { message: `${path} not found` });
    }

    private statusOf(path: string): object {
        const pod = this.pods.get(path);
        if (pod === undefined) {
            return {};
        }
        const { phase, ip, waiting } = pod;
        const statuses = waiting === undefined ? [] : [{ name: "probe", state: { waiting } }];
        return { status: { phase, podIP: ip, containerStatuses: statuses } };
    }

    /** Runs a pod's task with this machine's Python. */
    private run(path: string, { spec }: z.output<typeof podSchema>): void {
        const ip = `127.${NETWORK}.${++this.addresses}`;
        const [, flag = "", script = "", task] = spec.containers[0]?.command ?? [];
        if (task === undefined || this.options.python === false) {
            const message = 'exec: "python3": executable file not found in $PATH';
            this.pods.set(path, {
                ip,
                log: "",
                phase: "Pending",
                waiting: { reason: "CreateContainerError", message },
            });
            return;
        }
        const child = spawn("python3", [flag, script, this.localTask(task)], { env: { ...process.env, POD_IP: ip } });
        const pod: Running = { child, ip, log: "", phase: "Running" };
        child.stdout.on("data", (chunk: Buffer) => (pod.log += chunk.toString("utf8")));
        child.once("exit", (code) => {
            pod.phase = code === 0 ? "Succeeded" : "Failed";
        });
        this.pods.set(path, pod);
    }

    /** A task with the folders and addresses of this machine. */
    private localTask(text: string): string {
        const task = taskSchema.parse(
            JSON.parse(
                text
                    .replaceAll(`"${SVID_FOLDER}"`, JSON.stringify(this.options.svidFolder ?? "/nowhere"))
                    .replaceAll(`"${CLAIM_FOLDER}/`, `"${join(this.folder, "claim")}/`),
            ),
        );
        const paths = task.paths?.map((one) => ({
            ...one,
            ...(one.protocol === "DNS" ? { host: "localhost" } : {}),
            ...(!one.open && this.options.enforces === true ? { port: 1 } : {}),
        }));
        return JSON.stringify({ ...task, ...(paths === undefined ? {} : { paths, seconds: 1 }) });
    }
}
