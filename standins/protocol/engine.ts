import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { MAX_MESSAGE_BYTES } from "./limits";

/** Log of a plugin, shown to the user. */
export interface Log {
    /** Logs a warning. */
    warn(message: string, urn?: string): void;
    /** Shows the status of a resource; the next message replaces it, "" clears it. */
    status(message: string, urn: string): void;
}

/** The engine's log. A message that cannot be delivered is dropped: it must not fail the operation that it reports. */
export class EngineLog implements Log {
    /** Connection to the engine; `undefined` if the plugin was started manually. */
    private readonly client: EngineClient | undefined;
    private readonly shown = new Map<string, string>();

    /** @param address `host:port` of the engine. */
    constructor(address: string | undefined) {
        this.client =
            address === undefined
                ? undefined
                : new EngineClient(address, credentials.createInsecure(), {
                      "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
                  });
    }

    /** See {@link Log.warn}. */
    public warn(message: string, urn = ""): void {
        this.send(LogSeverity.WARNING, message, urn, false);
    }

    /** See {@link Log.status}. */
    public status(message: string, urn: string): void {
        if ((this.shown.get(urn) ?? "") !== message) {
            this.shown.set(urn, message);
            this.send(LogSeverity.INFO, message, urn, true);
        }
    }

    private send(severity: LogSeverity, message: string, urn: string, ephemeral: boolean): void {
        const request = new LogRequest();
        request.setSeverity(severity);
        request.setMessage(message);
        request.setUrn(urn);
        request.setEphemeral(ephemeral);
        this.client?.log(request, () => undefined);
    }
}
