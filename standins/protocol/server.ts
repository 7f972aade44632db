import { Metadata, Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { handleUnaryCall, sendUnaryData, ServerUnaryCall, ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { MAX_MESSAGE_BYTES } from "./limits";
import { toStruct } from "./values";
import type { PropertyMap } from "./values";

/** The resource exists, but is not in the desired state: the engine keeps it in the state and shows the reasons. */
export class PartialError extends Error {
    /**
     * @param message One-line summary.
     * @param id Identifier of the resource that exists.
     * @param state Current state of the resource.
     * @param reasons Known causes; shown one per line.
     * @param inputs Inputs to store with the resource. Default: those of the request.
     */
    constructor(
        message: string,
        public readonly id: string,
        public readonly state: PropertyMap,
        public readonly reasons: readonly string[],
        public readonly inputs?: PropertyMap,
    ) {
        super(message);
    }
}

/** The error in the format of the engine. */
function toServiceError(error: unknown): Partial<ServiceError> {
    const message = error instanceof Error ? error.message : String(error);
    const metadata = new Metadata();
    if (error instanceof PartialError) {
        const detail = new ErrorResourceInitFailed();
        detail.setId(error.id);
        detail.setProperties(toStruct(error.state));
        detail.setReasonsList([message, ...error.reasons]);
        if (error.inputs !== undefined) {
            detail.setInputs(toStruct(error.inputs));
        }
        const packed = new Any();
        packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
        const whole = new Status();
        whole.setCode(status.UNKNOWN);
        whole.setMessage(message);
        whole.addDetails(packed);
        metadata.add("grpc-status-details-bin", Buffer.from(whole.serializeBinary()));
    }
    return { code: status.UNKNOWN, details: message, metadata };
}

/** Number of requests that are being worked on. */
let working = 0;

/** Converts a function to a gRPC handler; errors are sent to the engine without a stack trace. */
export function unary<Request, Response>(
    handler: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
    return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
        working++;
        Promise.resolve()
            .then(() => handler(call.request))
            .finally(() => {
                working--;
            })
            .then(
                (response) => {
                    callback(null, response);
                },
                (error: unknown) => {
                    callback(toServiceError(error));
                },
            );
    };
}

/** Interval at which a plugin checks that the CLI still runs (ms). */
const PARENT_CHECK_MS = 2_000;

/**
 * Longest time that a plugin works on after its CLI was killed (ms): after 5 minutes the official ones notice, and after another
 * 10 the longest wait for an object ends.
 */
const ALONE_MS = 15 * 60_000;

/** Listens on a free port of the loopback interface and prints the port, from which the CLI discovers the plugin. */
export function serve(register: (server: Server) => void): void {
    const server = new Server({
        "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
        "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
    });
    register(server);
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
        if (error !== null) {
            console.error(`The plugin cannot listen on 127.0.0.1: ${error.message}`);
            process.exit(1);
        }
        console.log(port);
    });
    // The CLI interrupts a plugin that it no longer needs. An interrupt from the terminal is not received: a plugin
    // runs in a separate process group, and the CLI sends it a cancel request.
    process.on("SIGINT", () => process.exit(0));
    // A killed CLI cannot stop its plugins: they exit when their parent process changes, after what they are working on. So do
    // the official ones, whose server ends gracefully.
    const parent = process.ppid;
    let alone = 0;
    setInterval(() => {
        alone = process.ppid === parent ? 0 : alone + PARENT_CHECK_MS;
        if (alone > 0 && (working === 0 || alone > ALONE_MS)) {
            process.exit(0);
        }
    }, PARENT_CHECK_MS).unref();
}
