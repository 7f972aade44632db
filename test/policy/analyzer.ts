import type { ResourceValidationPolicy } from "@pulumi/policy";
import * as server from "@pulumi/policy/server";
import {
    AnalyzeRequest,
    AnalyzerResourceOptions,
    AnalyzeResponse,
    EnforcementLevel,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** What the engine is told about a resource, for people. */
export interface Diagnostic {
    /** Rule. */
    readonly policy: string;
    /** Whether it stops the update. */
    readonly level: "mandatory" | "advisory";
    /** What the CLI shows. */
    readonly message: string;
}

/** The inputs of a resource as the engine sends them. */
export type Props = Record<string, JavaScriptValue>;

/** A value that the engine marks as secret. */
export function secret(value: JavaScriptValue): JavaScriptValue {
    return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/** The engine's request to analyze a resource. */
export function analyzeRequest(type: string, name: string, props: Props): AnalyzeRequest {
    return new AnalyzeRequest()
        .setType(type)
        .setName(name)
        .setUrn(`urn:pulumi:staging::x0tta6bl4::${type}::${name}`)
        .setProperties(Struct.fromJavaScript(props))
        .setOptions(new AnalyzerResourceOptions());
}

/** Analyzes a resource by the SDK's own handler, through a serialized request as from the engine. */
export async function analyze(policies: readonly ResourceValidationPolicy[], request: AnalyzeRequest) {
    const make: unknown = Reflect.get(server, "makeAnalyzeRpcFun");
    if (typeof make !== "function") throw new Error("@pulumi/policy has no makeAnalyzeRpcFun any more");
    const handler: unknown = Reflect.apply(make, undefined, ["pack", "1.0.0", "advisory", policies]);
    if (typeof handler !== "function") throw new Error("makeAnalyzeRpcFun makes no function any more");
    const call = { request: AnalyzeRequest.deserializeBinary(request.serializeBinary()) };
    return new Promise<Diagnostic[]>((resolve, reject) => {
        const callback = (error: Error | null, response?: unknown) => {
            if (response instanceof AnalyzeResponse) resolve(diagnostics(response));
            else reject(error ?? new Error("no response"));
        };
        Reflect.apply(handler, undefined, [call, callback]);
    });
}

/** What a response says, for people. */
export function diagnostics(response: AnalyzeResponse): Diagnostic[] {
    return response.getDiagnosticsList().map((diagnostic) => ({
        policy: diagnostic.getPolicyname(),
        level: diagnostic.getEnforcementlevel() === EnforcementLevel.MANDATORY ? "mandatory" : "advisory",
        message: diagnostic.getMessage(),
    }));
}
