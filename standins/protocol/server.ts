import { Metadata, Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { handleUnaryCall, sendUnaryData, ServerUnaryCall, ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { MAX_MESSAGE_BYTES } from "./limits";
import { toStruct } from "./values";
import type { PropertyMap } from "./values";

/** The resource exists, but is not what it should be: the engine keeps it in the state and tells the reasons. */
export class PartialError extends Error {
    /**
     * @param message What happened, in one line.
     * @param id Identifier of the resource that exists.
     * @param state Its state so far.
     * @param reasons What is known about the cause; shown one a line.
     * @param inputs Inputs to keep with it; default: those of the request.
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

/** The error in the form that the engine reads. */
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

/** Makes a gRPC handler of a function; what it throws goes to the engine as an error without a stack. */
export function unary<Request, Response>(
    handler: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
    return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
        Promise.resolve()
            .then(() => handler(call.request))
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

/** How often a plugin checks that the CLI still runs, in milliseconds. */
const PARENT_CHECK_MS = 2_000;

/** Serves on a free port of the loopback interface and prints it, which is how the CLI finds a plugin it started. */
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
    // The CLI interrupts a plugin when it needs it no more. The terminal's interrupt does not come here: a plugin is in a
    // process group of its own, and the CLI tells it to cancel.
    process.on("SIGINT", () => process.exit(0));
    // A CLI that was killed cannot end its plugins: they end by themselves when they get another parent.
    const parent = process.ppid;
    setInterval(() => {
        if (process.ppid !== parent) {
            process.exit(0);
        }
    }, PARENT_CHECK_MS).unref();
}
