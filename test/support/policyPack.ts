import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { AnalyzeRequest, AnalyzeStackRequest, RemediateResponse } from "@pulumi/pulumi/proto/analyzer_pb";
import {
    ConfigureAnalyzerRequest,
    EnforcementLevel,
    PolicyConfig,
    type AnalyzerInfo,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { diagnostics, type Diagnostic, type Props } from "../policy/analyzer";
import { PROJECT_ROOT } from "../../project";

/** Folder of the policy pack in this checkout. */
export const PACK = path.join(PROJECT_ROOT, "policy");

/** The program of the Pulumi SDK that runs a policy pack. */
const RUNNER = path.join(PROJECT_ROOT, "node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack");

const projectSchema = z.object({ runtime: z.object({ options: z.object({ nodeargs: z.string().optional() }) }) });

/** Level and options of rules by id. Default level: mandatory. */
export type PackConfig = Readonly<Record<string, { readonly level?: EnforcementLevel; readonly options?: Props }>>;

/** A policy pack in a separate process, as the Pulumi CLI runs it. */
export interface RunningPack {
    /** Information about the pack. */
    readonly info: () => Promise<AnalyzerInfo>;
    /** Sets levels and options. */
    readonly configure: (config: PackConfig) => Promise<void>;
    /** Evaluates a resource. */
    readonly analyze: (request: AnalyzeRequest) => Promise<Diagnostic[]>;
    /**
     * Remediates a resource.
     * @returns The rules that changed it.
     */
    readonly remediate: (request: AnalyzeRequest) => Promise<string[]>;
    /** Evaluates a stack. */
    readonly analyzeStack: (request: AnalyzeStackRequest) => Promise<Diagnostic[]>;
    /** Processor time that its process has used (ms), which a busy machine does not stretch; Linux only. */
    readonly processorTime: () => number;
    /** Ends it. */
    readonly stop: () => void;
}

/** Bundles the pack, as `npm ci` does. */
export function buildPack(): void {
    execFileSync(process.execPath, ["--require", "tsx/cjs", path.join(PACK, "build.ts")], { cwd: PROJECT_ROOT });
}

/** Arguments of Node that run the pack in a folder, as the CLI does: with its own arguments (`nodeargs`) first. */
export function packArguments(folder: string): string[] {
    const { runtime } = projectSchema.parse(parse(readFileSync(path.join(folder, "PulumiPolicy.yaml"), "utf8")));
    return [...(runtime.options.nodeargs?.split(" ") ?? []), RUNNER, "127.0.0.1:1", "."];
}

/** Starts the built pack, with more variables in its environment where given. */
export async function startPack(folder = PACK, env: NodeJS.ProcessEnv = {}): Promise<RunningPack> {
    const child = spawn(process.execPath, packArguments(folder), {
        cwd: folder,
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "inherit"],
    });
    const [output] = (await once(child.stdout, "data")) as [Buffer];
    const limits = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
    const client = new AnalyzerClient(`127.0.0.1:${output.toString().trim()}`, credentials.createInsecure(), limits);
    return {
        info: () => call((callback) => client.getAnalyzerInfo(new Empty(), callback)),
        configure: async (config) => {
            const request = new ConfigureAnalyzerRequest();
            for (const [rule, { level = EnforcementLevel.MANDATORY, options = {} }] of Object.entries(config)) {
                const entry = new PolicyConfig()
                    .setEnforcementlevel(level)
                    .setProperties(Struct.fromJavaScript(options));
                request.getPolicyconfigMap().set(rule, entry);
            }
            await call((callback) => client.configure(request, callback));
        },
        analyze: async (request) => diagnostics(await call((callback) => client.analyze(request, callback))),
        remediate: async (request) => {
            const response = await call<RemediateResponse>((callback) => client.remediate(request, callback));
            return response.getRemediationsList().map((remediation) => remediation.getPolicyname());
        },
        analyzeStack: async (request) => diagnostics(await call((callback) => client.analyzeStack(request, callback))),
        processorTime: () => {
            // After the name in brackets: user and system time are fields 14 and 15, in hundredths of a second.
            const fields =
                readFileSync(`/proc/${child.pid ?? 0}/stat`, "utf8")
                    .split(") ")[1]
                    ?.split(" ") ?? [];
            return 10 * (Number(fields[11]) + Number(fields[12]));
        },
        stop: () => {
            client.close();
            child.kill();
        },
    };
}

/** Calls a method that takes a callback. @throws the error that it is called with. */
export function call<T>(method: (callback: (error: Error | null, response: T) => void) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
        method((error, response) => {
            if (error === null) {
                resolve(response);
            } else {
                reject(error);
            }
        });
    });
}
