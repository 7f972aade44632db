import type { ChildProcess } from "node:child_process";
import type { Server, ServerWritableStream } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { unary } from "../protocol/server";
import { installDependencies } from "./install";
import { requiredPackages } from "./packages";
import { runPlugin } from "./plugin";
import { runProgram } from "./program";

/** Version that the stand-in reports: that of the CLI that the project pins. */
const VERSION = "3.259.0";

/** Registers the language host's service. Methods that are not registered return UNIMPLEMENTED. */
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
            for (const required of requiredPackages(request.getInfo()?.getProgramDirectory() ?? process.cwd())) {
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
    });
}
