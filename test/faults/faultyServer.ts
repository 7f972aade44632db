import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Agent, request } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Connection to the API server behind. */
export interface Behind {
    /** URL. */
    readonly server: string;
    /** Certificates, PEM. */
    readonly ca: string;
    readonly cert: string;
    readonly key: string;
}

/**
 * Trouble that the server makes. `none`: it passes everything on; `late`: it carries changes out at once and answers later, so that
 * whoever is killed leaves an object that it does not know.
 */
export type Trouble = "none" | "late" | "stopped" | "slow" | "lost" | "429" | "500" | "409";

/** How much later a slow server carries a request out (ms). */
const SLOW_MS = 700;

/** How long to wait for a change (ms). */
const UNANSWERED_MS = 4_000;

/** How much later the answer to a change is (ms). */
const LATE_MS = 500;

const STATUSES: Readonly<Record<string, string>> = { 429: "TooManyRequests", 500: "InternalError", 409: "Conflict" };

/** An API server on plain HTTP that passes requests on to another one, or makes trouble on demand. */
export class FaultyServer {
    /** What it does now. */
    public trouble: Trouble = "none";
    /** Number of changes that it has carried out and not answered. */
    public unanswered = 0;
    private readonly sockets = new Set<Socket>();

    private constructor(
        private readonly server: Server,
        private readonly behind: Behind,
        private readonly agent: Agent,
    ) {}

    /** Starts it on a free port. */
    public static async start(behind: Behind): Promise<FaultyServer> {
        const { ca, cert, key } = behind;
        const server = createServer();
        const faulty = new FaultyServer(server, behind, new Agent({ ca, cert, key, keepAlive: true }));
        server.on("request", (incoming, answer) => {
            faulty.serve(incoming, answer).catch(() => {
                incoming.socket.destroy();
            });
        });
        server.on("connection", (socket) => {
            faulty.sockets.add(socket);
            socket.once("close", () => faulty.sockets.delete(socket));
            if (faulty.trouble === "stopped") {
                socket.destroy();
            }
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return faulty;
    }

    /** URL for a kubeconfig. */
    public get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    /** Makes trouble for a while. A stopped server also cuts every connection. */
    public async make(trouble: Trouble, lastsMs: number): Promise<void> {
        this.trouble = trouble;
        if (trouble === "stopped") {
            this.sockets.forEach((socket) => socket.destroy());
        }
        this.unanswered = 0;
        await Promise.all([sleep(lastsMs), trouble === "lost" ? this.change() : undefined]);
        this.trouble = "none";
    }

    /** Waits until a change is carried out and not answered, for 4 s at most. */
    public async change(): Promise<void> {
        const end = performance.now() + UNANSWERED_MS;
        while (this.unanswered === 0 && performance.now() < end) {
            await sleep(10);
        }
    }

    /** Ends it. */
    public stop(): void {
        this.sockets.forEach((socket) => socket.destroy());
        this.server.close();
        this.agent.destroy();
    }

    private async serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
        const { trouble } = this;
        const writes = incoming.method !== "GET";
        if (trouble === "slow") {
            await sleep(SLOW_MS);
        }
        const reason = STATUSES[trouble];
        if (reason !== undefined && (writes || trouble !== "409")) {
            incoming.resume();
            answer.writeHead(Number(trouble), { "content-type": "application/json", "retry-after": "1" });
            const status = { kind: "Status", apiVersion: "v1", status: "Failure", reason, code: Number(trouble) };
            answer.end(JSON.stringify({ ...status, message: `${reason}: made by the test` }));
            return;
        }
        const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => name !== "host"));
        const target = new URL(incoming.url ?? "/", this.behind.server);
        const passed = request(target, { agent: this.agent, method: incoming.method, headers });
        incoming.pipe(passed);
        passed.on("error", () => incoming.socket.destroy());
        passed.on("response", (response) => {
            if (trouble === "lost" && writes) {
                this.unanswered++;
                response.resume();
                incoming.socket.destroy();
                return;
            }
            const late = trouble === "late" && writes ? 1 : 0;
            this.unanswered += late;
            setTimeout(() => {
                this.unanswered -= late;
                answer.writeHead(response.statusCode ?? 502, response.headers);
                response.pipe(answer);
            }, late * LATE_MS);
            response.on("error", () => incoming.socket.destroy());
        });
        // A watch ends with its client.
        answer.on("close", () => {
            if (!answer.writableFinished) {
                passed.destroy();
            }
        });
    }
}
