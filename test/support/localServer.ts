import { once } from "node:events";
import { createServer as createHttp, type RequestListener } from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from "node:net";
import { selfSigned } from "./selfSigned";

/** A server of this machine, and how to end it. */
export interface LocalServer {
    /** Port that it listens on. */
    readonly port: number;
    /** Ends it with all its connections. */
    close(): Promise<void>;
}

/** An HTTP server. */
export function http(listener: RequestListener): Promise<LocalServer> {
    return listening(createHttp(listener));
}

/** An HTTPS server whose certificate nobody trusts. */
export function https(listener: RequestListener): Promise<LocalServer> {
    return listening(createHttps(selfSigned(), listener));
}

/** A server that accepts connections and leaves it to `connected` what to do with them. */
export function tcp(connected: (socket: Socket) => void): Promise<LocalServer> {
    return listening(createTcp(connected));
}

/** A port that nobody listens on. */
export async function closedPort(): Promise<number> {
    const server = await tcp(() => undefined);
    await server.close();
    return server.port;
}

async function listening(server: Server): Promise<LocalServer> {
    const sockets = new Set<Socket>();
    server.on("connection", (socket) => {
        sockets.add(socket);
        socket.on("error", () => undefined);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return {
        // A TCP server that listens has an address with a port; only pipes have none.
        port: (server.address() as AddressInfo).port,
        close: async () => {
            const closed = once(server, "close");
            server.close();
            for (const socket of sockets) {
                socket.destroy();
            }
            await closed;
        },
    };
}
