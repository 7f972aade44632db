import type { ChildProcess } from "node:child_process";
import type { Server, ServerWritableStream } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { unary } from "../protocol/server";
import { fromStruct } from "../protocol/values";
import { installDependencies } from "./install";
import { parseOptions } from "./options";
import { directDependencies, requiredPackages } from "./packages";
import { runPlugin } from "./plugin";
import { runProgram } from "./program";

/** The version that the stand-in says it is: the CLI's that the project pins. */
const VERSION = "3.259.0";

/** A message about a program. */
interface AboutProgram {
    /** Where the program is and how it is to be run. */
    getInfo(): messages.ProgramInfo | undefined;
}

/** Folder of the program that a message is about. */
function programDirectory(request: AboutProgram): string {
    return request.getInfo()?.getProgramDirectory() ?? process.cwd();
}

/** Registers the language host's service. What is not registered is answered as unimplemented. */
export function registerHost(server: Server, startAddress: string | undefined): void {
    let engineAddress = startAddress ?? "";
    const running = new Set<ChildProcess>();

    server.addService(LanguageRuntimeService, {
        handshake: unary((request: messages.LanguageHandshakeRequest) => {
            engineAddress = request.getEngineAddress();
            return new messages.LanguageHandshakeResponse();
        }),
        getPluginInfo: unary(() => {
            const info = new PluginInfo();
            info.setVersion(VERSION);
            return info;
        }),
        getRequiredPackages: unary((request: messages.GetRequiredPackagesRequest) => {
            const response = new messages.GetRequiredPackagesResponse();
            for (const required of requiredPackages(programDirectory(request))) {
                const dependency = new PackageDependency();
                dependency.setKind("resource");
                dependency.setName(required.name);
                dependency.setVersion(required.version);
                dependency.setServer(required.server);
                response.addPackages(dependency);
            }
            return response;
        }),
        run: unary((request: messages.RunRequest) =>
            runProgram(request, engineAddress, (child) => {
                running.add(child);
                child.on("exit", () => running.delete(child));
            }),
        ),
        cancel: unary(() => {
            for (const child of running) {
                child.kill("SIGINT");
            }
            return new Empty();
        }),
        runPlugin: (call: ServerWritableStream<messages.RunPluginRequest, messages.RunPluginResponse>) => {
            void runPlugin(call);
        },
        installDependencies,
        runtimeOptionsPrompts: unary(() => new messages.RuntimeOptionsResponse()),
        template: unary(() => new messages.TemplateResponse()),
        about: unary((request: messages.AboutRequest) => {
            const response = new messages.AboutResponse();
            response.setExecutable(process.execPath);
            response.setVersion(process.version);
            const { packageManager } = parseOptions(fromStruct(request.getInfo()?.getOptions()));
            response.getMetadataMap().set("packagemanager", packageManager);
            response.getMetadataMap().set("languageHost", "stand-in");
            return response;
        }),
        getProgramDependencies: unary((request: messages.GetProgramDependenciesRequest) => {
            const response = new messages.GetProgramDependenciesResponse();
            for (const { name, version: installed } of directDependencies(programDirectory(request))) {
                const dependency = new messages.DependencyInfo();
                dependency.setName(name);
                dependency.setVersion(installed);
                response.addDependencies(dependency);
            }
            return response;
        }),
    });
}
