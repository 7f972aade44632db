import { once } from "node:events";
import { createServer as createHttp, type RequestListener } from "node:http";
import { createServer as createHttps, type ServerOptions } from "node:https";
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from "node:net";
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

/** An HTTPS server; by default with an untrusted certificate. */
export function https(listener: RequestListener, options: ServerOptions = selfSigned()): Promise<LocalServer> {
    return listening(createHttps(options, listener));
}

/**
 * An HTTP proxy that connects every name to a port of this machine.
 * @param onConnect Receives the requested name and the credentials for the proxy.
 * @param status Status of its response; any status other than 200 rejects the connection.
 */
export function connectProxy(
    target: number,
    onConnect: (name?: string, authorization?: string) => void,
    status = 200,
): Promise<LocalServer> {
    const server = createHttp();
    server.on("connect", ({ url, headers }, client, head) => {
        onConnect(url, headers["proxy-authorization"]);
        if (status !== 200) {
            client.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\n\r\n`);
            return;
        }
        const upstream = connect(target, "127.0.0.1", () => {
            client.write("HTTP/1.1 200 OK\r\n\r\n");
            upstream.write(head);
            upstream.pipe(client);
            client.pipe(upstream);
        });
        upstream.on("error", () => client.destroy());
        client.on("close", () => upstream.destroy());
    });
    return listening(server);
}

/** A server that accepts connections and leaves it to `connected` what to do with them. */
export function tcp(connected: (socket: Socket) => void): Promise<LocalServer> {
    return listening(createTcp(connected));
}

/** A port without a listener. */
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
