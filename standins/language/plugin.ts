import { spawn } from "node:child_process";
import type { ServerWritableStream } from "@grpc/grpc-js";
import { RunPluginResponse } from "@pulumi/pulumi/proto/language_pb";
import type { RunPluginRequest } from "@pulumi/pulumi/proto/language_pb";
import type { AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { fromStruct } from "../protocol/values";
import { optionVariables, parseOptions } from "./options";
import { PolicyProxy } from "./policyProxy";
import { resolveModule } from "./program";

/** Environment variables that describe the stack to a policy pack. */
export function stackVariables(stack: AnalyzerStackConfigureRequest | undefined): Record<string, string> {
    if (stack === undefined) {
        return {};
    }
    const variables: Record<string, string> = {
        PULUMI_NODEJS_ORGANIZATION: stack.getOrganization(),
        PULUMI_NODEJS_PROJECT: stack.getProject(),
        PULUMI_NODEJS_STACK: stack.getStack(),
        PULUMI_NODEJS_DRY_RUN: String(stack.getDryRun()),
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(stack.getConfigMap().entries())),
    };
    return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
}

/** Parses `NAME=value` lines. */
function parseEnvironment(lines: readonly string[]): Record<string, string> {
    return Object.fromEntries(
        lines.map((line) => {
            const end = line.indexOf("=");
            return [line.slice(0, end), line.slice(end + 1)];
        }),
    );
}

/** gRPC call that streams a plugin's output to the engine. */
type PluginCall = ServerWritableStream<RunPluginRequest, RunPluginResponse>;

/** Sends a piece of output. */
function write(call: PluginCall, stream: "stdout" | "stderr", data: Buffer | string): void {
    const response = new RunPluginResponse();
    if (stream === "stdout") {
        response.setStdout(Buffer.from(data));
    } else {
        response.setStderr(Buffer.from(data));
    }
    call.write(response);
}

/** Ends the call with an error that the engine shows. */
function fail(call: PluginCall, error: unknown): void {
    call.destroy(error instanceof Error ? error : new Error(String(error)));
}

/**
 * Runs a plugin that is written in JavaScript or TypeScript, typically a policy pack, until the engine cancels the
 * call.
 */
export async function runPlugin(call: PluginCall): Promise<void> {
    const { request } = call;
    const info = request.getInfo();
    const directory = info?.getProgramDirectory() ?? "";
    try {
        const options = parseOptions(fromStruct(info?.getOptions()));
        const isPolicyPack = request.getKind() === "analyzer";
        const module = isPolicyPack ? "@pulumi/pulumi/cmd/run-policy-pack" : "@pulumi/pulumi/cmd/run-plugin";
        const runner = resolveModule(module, directory);
        // The policy runner expects the pack's folder as its last argument, the other runner expects the folder as its
        // first.
        const args = isPolicyPack ? [...request.getArgsList(), directory] : [directory, ...request.getArgsList()];
        const proxy = isPolicyPack ? new PolicyProxy() : undefined;
        let stack: AnalyzerStackConfigureRequest | undefined;
        if (proxy !== undefined) {
            write(call, "stdout", `${await proxy.listen()}\n`);
            stack = await proxy.configured;
        }
        const child = spawn(process.execPath, [runner, ...args], {
            cwd: isPolicyPack ? directory : request.getPwd(),
            env: { ...parseEnvironment(request.getEnvList()), ...optionVariables(options), ...stackVariables(stack) },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let isAttached = proxy === undefined;
        let head = "";
        child.stdout.on("data", (data: Buffer) => {
            if (isAttached) {
                write(call, "stdout", data);
                return;
            }
            head += data.toString("utf8");
            const [port, ...rest] = head.split("\n");
            if (rest.length > 0) {
                isAttached = true;
                proxy?.attach(Number(port)).catch((error: unknown) => {
                    proxy.close(String(error));
                });
                write(call, "stdout", rest.join("\n"));
            }
        });
        child.stderr.on("data", (data: Buffer) => {
            write(call, "stderr", data);
        });
        call.on("cancelled", () => child.kill());
        child.on("error", (error) => {
            fail(call, error);
        });
        child.on("exit", (code) => {
            proxy?.close(`the policy pack in ${directory} ended with exit code ${code ?? "none"}`);
            const response = new RunPluginResponse();
            response.setExitcode(code ?? 1);
            call.write(response);
            call.end();
        });
    } catch (error) {
        fail(call, error);
    }
}
