import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { RunResponse } from "@pulumi/pulumi/proto/language_pb";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { fromStruct } from "../protocol/values";
import { optionVariables, parseOptions } from "./options";

/** Exit code of the runner if the error has already been reported. */
const SHOWN_ERROR_CODE = 32;

/** Path of a module of the SDK that the program uses. @throws Error if the SDK is not installed. */
export function resolveModule(name: string, programDirectory: string): string {
    try {
        return createRequire(join(programDirectory, "package.json")).resolve(name);
    } catch {
        throw new Error(`${name} is not installed in ${programDirectory}: the Pulumi SDK is missing. Run: npm install`);
    }
}

/** Arguments of the runner, after those of Node.js. */
export function programArguments(request: RunRequest, runner: string, engineAddress: string): string[] {
    const info = request.getInfo();
    const entryPoint = info?.getEntryPoint() ?? "";
    const flags: [string, string][] = [
        ["monitor", request.getMonitorAddress()],
        ["engine", engineAddress],
        ["organization", request.getOrganization()],
        ["project", request.getProject()],
        ["root-directory", info?.getRootDirectory() ?? ""],
        ["stack", request.getStack()],
        ["pwd", info?.getProgramDirectory() ?? ""],
    ];
    return [
        runner,
        ...flags.filter(([, value]) => value !== "").flatMap(([name, value]) => [`--${name}`, value]),
        ...(request.getDryrun() ? ["--dry-run"] : []),
        ...["--parallel", String(request.getParallel())],
        entryPoint === "" ? "." : entryPoint,
        ...request.getArgsList(),
    ];
}

/** Configuration for the SDK: `project:key` becomes `project:config:key`, the format that all its versions read. */
export function configVariables(request: RunRequest): Record<string, string> {
    const config = Object.fromEntries(
        [...request.getConfigMap().entries()].map(([key, value]) => {
            const [namespace = "", ...name] = key.split(":");
            return [name[0] === "config" && name.length > 1 ? key : `${namespace}:config:${name.join(":")}`, value];
        }),
    );
    return {
        PULUMI_CONFIG: JSON.stringify(config),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    };
}

/** Result of the program for the engine; `bail` if the program has already reported the error. */
export function outcome(code: number | null, signal: NodeJS.Signals | null): { error: string; bail: boolean } {
    if (code === 0) {
        return { error: "", bail: false };
    }
    if (code === SHOWN_ERROR_CODE) {
        return { error: "", bail: true };
    }
    const how = code === null ? `was ended by ${signal ?? "a signal"}` : `exited with non-zero exit code: ${code}`;
    return { error: `Program ${how}`, bail: false };
}

/** Runs the program until it ends. @param started Called with the process, so that a cancellation can interrupt it. */
export async function runProgram(
    request: RunRequest,
    engineAddress: string,
    started: (child: ChildProcess) => void,
): Promise<RunResponse> {
    const response = new RunResponse();
    const directory = request.getInfo()?.getProgramDirectory() ?? process.cwd();
    const options = parseOptions(fromStruct(request.getInfo()?.getOptions()));
    const runner = process.env.PULUMI_LANGUAGE_NODEJS_RUN_PATH ?? "@pulumi/pulumi/cmd/run";
    const child = spawn(process.execPath, programArguments(request, resolveModule(runner, directory), engineAddress), {
        env: { ...process.env, ...configVariables(request), ...optionVariables(options) },
        stdio: ["ignore", "inherit", "inherit"],
    });
    started(child);
    const { error, bail } = await new Promise<{ error: string; bail: boolean }>((resolve) => {
        child.on("error", (failure) => {
            resolve({ error: `Node could not be started: ${failure.message}`, bail: false });
        });
        child.on("exit", (code, signal) => {
            resolve(outcome(code, signal));
        });
    });
    response.setError(error);
    response.setBail(bail);
    return response;
}
