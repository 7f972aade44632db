import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ServerWritableStream } from "@grpc/grpc-js";
import { InstallDependenciesResponse } from "@pulumi/pulumi/proto/language_pb";
import type { InstallDependenciesRequest } from "@pulumi/pulumi/proto/language_pb";
import { fromStruct } from "../protocol/values";
import { parseOptions } from "./options";

/** The folder to install in: the nearest one with a lock file, which is the workspace's root, else the program's own. */
export function installFolder(programDirectory: string): string {
    for (let folder = programDirectory; ; folder = dirname(folder)) {
        if (existsSync(join(folder, "package-lock.json"))) {
            return folder;
        }
        if (folder === dirname(folder)) {
            return programDirectory;
        }
    }
}

/** Installs the program's npm packages, showing the package manager's output. */
export function installDependencies(
    call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>,
): void {
    const info = call.request.getInfo();
    const { packageManager } = parseOptions(fromStruct(info?.getOptions()));
    const folder = installFolder(info?.getProgramDirectory() ?? process.cwd());
    const child = spawn(packageManager, ["install"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (data: Buffer) => {
        const response = new InstallDependenciesResponse();
        response.setStdout(data);
        call.write(response);
    });
    child.stderr.on("data", (data: Buffer) => {
        const response = new InstallDependenciesResponse();
        response.setStderr(data);
        call.write(response);
    });
    child.on("error", (error) => call.destroy(new Error(`${packageManager} could not be started: ${error.message}`)));
    child.on("exit", (code) => {
        if (code === 0) {
            call.end();
        } else {
            call.destroy(new Error(`${packageManager} install failed with exit code ${code ?? "none"} in ${folder}`));
        }
    });
}
