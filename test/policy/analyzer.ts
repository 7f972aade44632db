import type { Policies } from "@pulumi/policy";
import * as server from "@pulumi/policy/server";
import {
    AnalyzeRequest,
    AnalyzerResource,
    AnalyzerResourceOptions,
    AnalyzeStackRequest,
    AnalyzeResponse,
    EnforcementLevel,
    RemediateResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** Messages that the engine receives about a resource. */
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
export async function analyze(policies: Policies, request: AnalyzeRequest): Promise<Diagnostic[]> {
    const call = { request: AnalyzeRequest.deserializeBinary(request.serializeBinary()) };
    return invoke("makeAnalyzeRpcFun", policies, call);
}

/** Calls a handler that the SDK makes; its declarations hide what makes them. */
function invoke(maker: string, policies: Policies, call: object): Promise<Diagnostic[]> {
    const make: unknown = Reflect.get(server, maker);
    if (typeof make !== "function") {
        throw new Error(`@pulumi/policy has no ${maker} any more`);
    }
    const handler: unknown = Reflect.apply(make, undefined, ["pack", "1.0.0", "advisory", policies]);
    if (typeof handler !== "function") {
        throw new Error(`${maker} makes no function any more`);
    }
    return new Promise((resolve, reject) => {
        const callback = (error: Error | null, response?: unknown) => {
            if (response instanceof AnalyzeResponse) {
                resolve(diagnostics(response));
            } else {
                reject(error ?? new Error("no response"));
            }
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

/** A resource of a stack, as the engine sends it. */
export interface StackResource {
    /** Type token. */
    readonly type: string;
    /** Name in the program. */
    readonly name: string;
    /** Outputs. */
    readonly props: Props;
    /** URN of the parent. Default: none. */
    readonly parent?: string;
}

/** The URN of a resource in these tests. */
export function urnOf(type: string, name: string): string {
    return `urn:pulumi:staging::x0tta6bl4::${type}::${name}`;
}

/** The engine's request to analyze a stack. */
export function stackRequest(resources: readonly StackResource[]): AnalyzeStackRequest {
    return new AnalyzeStackRequest().setResourcesList(
        resources.map(({ type, name, props, parent = "" }) =>
            new AnalyzerResource()
                .setType(type)
                .setName(name)
                .setUrn(urnOf(type, name))
                .setProperties(Struct.fromJavaScript(props))
                .setParent(parent)
                .setOptions(new AnalyzerResourceOptions()),
        ),
    );
}

/** Analyzes a stack by the SDK's own handler, through a serialized request as from the engine. */
export async function analyzeStack(policies: Policies, resources: readonly StackResource[]): Promise<Diagnostic[]> {
    const request = stackRequest(resources);
    const call = { request: AnalyzeStackRequest.deserializeBinary(request.serializeBinary()) };
    return invoke("makeAnalyzeStackRpcFun", policies, call);
}

/** Remediates a resource by the SDK's own handler, and gives what it becomes; `undefined` when nothing was changed. */
export async function remediate(policies: Policies, request: AnalyzeRequest): Promise<JavaScriptValue | undefined> {
    const make: unknown = Reflect.get(server, "makeRemediateRpcFun");
    if (typeof make !== "function") {
        throw new Error("@pulumi/policy has no makeRemediateRpcFun any more");
    }
    const handler: unknown = Reflect.apply(make, undefined, ["pack", "1.0.0", "remediate", policies]);
    if (typeof handler !== "function") {
        throw new Error("makeRemediateRpcFun makes no function any more");
    }
    const call = { request: AnalyzeRequest.deserializeBinary(request.serializeBinary()) };
    const response = await new Promise<RemediateResponse>((resolve, reject) => {
        const callback = (error: Error | null, result?: unknown) => {
            if (result instanceof RemediateResponse) {
                resolve(result);
            } else {
                reject(error ?? new Error("no response"));
            }
        };
        Reflect.apply(handler, undefined, [call, callback]);
    });
    return response.getRemediationsList().at(-1)?.getProperties()?.toJavaScript();
}
