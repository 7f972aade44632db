import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream";
import { Client, credentials, Metadata, Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { handleUnaryCall, MethodDefinition, ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { MAX_MESSAGE_BYTES } from "../protocol/limits";

/** Channel options with the message size that a policy pack needs: a whole stack is one message. */
const channelOptions = {
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
};

/** Methods that the proxy handles itself, because the pack is started only after the stack is known. */
const ownMethods = new Set(["handshake", "configureStack"]);

/** The analyzer's service with messages as raw bytes, so that they are forwarded unchanged. */
const rawService: ServiceDefinition = Object.fromEntries(
    Object.entries(AnalyzerService)
        .filter((entry): entry is [string, MethodDefinition<object, object>] => typeof entry[1] === "object")
        .map(([name, method]) => [
            name,
            {
                path: method.path,
                requestStream: false,
                responseStream: false,
                requestSerialize: (bytes: Buffer) => bytes,
                requestDeserialize: (bytes: Buffer) => bytes,
                responseSerialize: (bytes: Buffer) => bytes,
                responseDeserialize: (bytes: Buffer) => bytes,
            },
        ]),
);

/**
 * Maximum duration of calls on the first connection after the pack has taken over (ms); the engine waits for each call.
 */
const DRAIN_MS = 60_000;

/**
 * Proxy between the engine and a policy pack. The engine sends the stack and its configuration over the wire, but packs
 * read them from their environment. The pack is therefore started only after they are received. From then on, the proxy
 * only forwards connections: it makes the engine open a new one (HTTP/2 GOAWAY), whose bytes it forwards to the pack
 * unchanged.
 */
export class PolicyProxy {
    /** Resolves with the stack's configuration, or `undefined` if the engine calls another method first. */
    public readonly configured: Promise<AnalyzerStackConfigureRequest | undefined>;
    private readonly server = new Server(channelOptions);
    private readonly injector = this.server.createConnectionInjector(ServerCredentials.createInsecure());
    private readonly listener = createServer((socket) => {
        this.connected(socket);
    });
    private readonly sockets = new Set<Socket>();
    private packPort: number | undefined;
    private readonly pack: Promise<Client>;
    private configure: (request: AnalyzerStackConfigureRequest | undefined) => void = () => undefined;
    private attached: (client: Client) => void = () => undefined;
    private failed: (error: Error) => void = () => undefined;
    private configuration: Buffer | undefined;

    constructor() {
        this.configured = new Promise((resolve) => {
            this.configure = resolve;
        });
        this.pack = new Promise((resolve, reject) => {
            this.attached = resolve;
            this.failed = reject;
        });
        this.pack.catch(() => undefined);
        const handlers: UntypedServiceImplementation = {};
        for (const name of Object.keys(rawService)) {
            handlers[name] = this.handler(name);
        }
        this.server.addService(rawService, handlers);
    }

    /** Starts listening. @returns The port. */
    public async listen(): Promise<number> {
        this.listener.listen(0, "127.0.0.1");
        await once(this.listener, "listening");
        const address = this.listener.address();
        return typeof address === "object" && address !== null ? address.port : 0;
    }

    /** Forwards calls to the pack at a port; sends the stack's configuration first, if the pack accepts it. */
    public async attach(port: number): Promise<void> {
        const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), channelOptions);
        if (this.configuration !== undefined) {
            await this.forward(client, "configureStack", this.configuration).catch((error: unknown) => {
                const isOldPack =
                    typeof error === "object" &&
                    error !== null &&
                    "code" in error &&
                    error.code === status.UNIMPLEMENTED;
                if (!isOldPack) {
                    throw error;
                }
            });
        }
        this.attached(client);
        this.packPort = port;
        this.injector.drain(DRAIN_MS);
    }

    /** Closes the proxy; pending calls fail with the reason. */
    public close(reason: string): void {
        this.failed(new Error(reason));
        this.server.forceShutdown();
        this.listener.close();
        this.sockets.forEach((socket) => socket.destroy());
    }

    /** Handles a connection of the engine: served by the proxy until the pack has started. */
    private connected(socket: Socket): void {
        if (this.packPort === undefined) {
            this.injector.injectConnection(socket);
            return;
        }
        const pack = createConnection({ port: this.packPort, host: "127.0.0.1", noDelay: true });
        socket.setNoDelay(true);
        this.sockets.add(socket);
        // When one side ends or fails, the other is destroyed as well.
        pipeline(socket, pack, socket, () => this.sockets.delete(socket));
    }

    private handler(name: string): handleUnaryCall<Buffer, Buffer> {
        return (call, callback) => {
            if (ownMethods.has(name)) {
                if (name === "configureStack") {
                    this.configuration = call.request;
                    this.configure(AnalyzerStackConfigureRequest.deserializeBinary(call.request));
                }
                callback(null, Buffer.alloc(0));
                return;
            }
            this.configure(undefined);
            this.pack
                .then((client) => this.forward(client, name, call.request))
                .then(
                    (answer) => {
                        callback(null, answer);
                    },
                    (error: unknown) => {
                        callback(error instanceof Error ? error : new Error(String(error)));
                    },
                );
        };
    }

    private async forward(client: Client, name: string, request: Buffer): Promise<Buffer> {
        const method = rawService[name];
        const identity = (bytes: Buffer): Buffer => bytes;
        return new Promise((resolve, reject) => {
            client.makeUnaryRequest(
                method?.path ?? "",
                identity,
                identity,
                request,
                new Metadata(),
                (error, answer) => {
                    if (error !== null) {
                        reject(error);
                    } else {
                        resolve(answer ?? Buffer.alloc(0));
                    }
                },
            );
        });
    }
}
